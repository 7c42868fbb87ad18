"""Layers in lists of lists and dicts, reached by index and by key."""

import keras
import numpy as np
from keras import layers


class Nested(keras.Model):
    def __init__(self, widths=(8, 16)):
        super().__init__()
        self.towers = [[layers.Dense(width, activation="relu") for _ in range(2)] for width in widths]
        self.heads = {"mean": layers.Dense(1), "spread": layers.Dense(1, activation="softplus")}
        self.unused = layers.Dense(100)

    def call(self, x):
        parts = []
        for tower in self.towers:
            h = x
            for layer in tower:
                h = layer(h)
            parts.append(h)
        h = keras.ops.concatenate(parts, axis=-1)
        return {name: head(h) for name, head in self.heads.items()}


model = Nested()
model(np.zeros((1, 6)))
