"""Embeddings of users and items, their product and biases."""

import keras
from keras import layers
from keras import ops

EMBEDDING_SIZE = 16


class RecommenderNet(keras.Model):
    def __init__(self, num_users, num_items, embedding_size, **kwargs):
        super().__init__(**kwargs)
        self.num_users = num_users
        self.user_embedding = layers.Embedding(num_users, embedding_size, embeddings_initializer="he_normal")
        self.user_bias = layers.Embedding(num_users, 1)
        self.item_embedding = layers.Embedding(num_items, embedding_size)
        self.item_bias = layers.Embedding(num_items, 1)

    def call(self, inputs):
        user_vector = self.user_embedding(inputs[:, 0])
        user_bias = self.user_bias(inputs[:, 0])
        item_vector = self.item_embedding(inputs[:, 1])
        item_bias = self.item_bias(inputs[:, 1])
        dot = ops.sum(user_vector * item_vector, axis=1, keepdims=True)
        return ops.nn.sigmoid(dot + user_bias + item_bias)


net = RecommenderNet(610, 970, EMBEDDING_SIZE)
pairs = keras.Input((2,), dtype="int32")
model = keras.Model(pairs, net(pairs))
