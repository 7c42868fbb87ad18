"""Node features times an adjacency matrix, with weights of the layer's own."""

import keras
from keras import layers


class GraphConv(layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        features_shape, adjacency_shape = input_shape
        self.kernel = self.add_weight(name="kernel", shape=(features_shape[-1], self.units))
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, inputs):
        features, adjacency = inputs
        x = keras.ops.matmul(features, self.kernel)
        x = keras.ops.matmul(adjacency, x)
        return self.activation(x + self.bias)


features = keras.Input((30, 14))
adjacency = keras.Input((30, 30))
x = GraphConv(32, activation="relu")([features, adjacency])
x = GraphConv(16, activation="relu")([x, adjacency])
model = keras.Model([features, adjacency], layers.Dense(4)(layers.GlobalAveragePooling1D()(x)))
