"""Flags decide in the constructor what there is; conditions in call are on those."""

import keras
from keras import layers


class Block(layers.Layer):
    def __init__(self, width, use_norm=True, expand=1, project=False):
        super().__init__()
        self.use_norm = use_norm
        self.expand = layers.Conv1D(width * expand, 1) if expand > 1 else None
        self.conv = layers.Conv1D(width, 3, padding="same")
        if use_norm:
            self.norm = layers.LayerNormalization()
        self.project = layers.Conv1D(width, 1) if project else None

    def call(self, x):
        h = x
        if self.expand is not None:
            h = self.expand(h)
        h = self.conv(h)
        if self.use_norm:
            h = self.norm(h)
        if self.project is not None:
            x = self.project(x)
        return x + h


inputs = keras.Input((64, 4))
x = inputs
for index, width in enumerate([8, 8, 16]):
    x = Block(width, use_norm=index > 0, expand=1 + index, project=x.shape[-1] != width)(x)
x = layers.GlobalMaxPooling1D()(x)
model = keras.Model(inputs, layers.Dense(2)(x))
