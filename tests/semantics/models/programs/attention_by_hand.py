"""Attention of several heads written with dense layers, reshapes and products of matrices."""

import keras
from keras import layers
from keras import ops


class MultiHead(layers.Layer):
    def __init__(self, d_model, num_heads):
        super().__init__()
        self.num_heads = num_heads
        self.d_model = d_model
        assert d_model % self.num_heads == 0
        self.depth = d_model // self.num_heads
        self.wq = layers.Dense(d_model)
        self.wk = layers.Dense(d_model)
        self.wv = layers.Dense(d_model)
        self.dense = layers.Dense(d_model)

    def split_heads(self, x):
        x = ops.reshape(x, (-1, x.shape[1], self.num_heads, self.depth))
        return ops.transpose(x, axes=[0, 2, 1, 3])

    def call(self, v, k, q):
        q, k, v = self.split_heads(self.wq(q)), self.split_heads(self.wk(k)), self.split_heads(self.wv(v))
        scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / ops.sqrt(float(self.depth))
        mixed = ops.matmul(ops.softmax(scores, axis=-1), v)
        mixed = ops.transpose(mixed, axes=[0, 2, 1, 3])
        return self.dense(ops.reshape(mixed, (-1, mixed.shape[1], self.d_model)))


inputs = keras.Input((12, 24))
x = MultiHead(24, 4)(inputs, inputs, inputs)
x = layers.LayerNormalization()(x + inputs)
x = layers.Flatten()(x)
model = keras.Model(inputs, layers.Dense(3)(x))
