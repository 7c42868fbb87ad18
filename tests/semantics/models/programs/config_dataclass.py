"""Settings in a dataclass, blocks in a class with methods, the model kept on it."""

from dataclasses import dataclass

import keras
from keras import layers


@dataclass
class Settings:
    size: int = 48
    channels: int = 1
    base: int = 12
    depth: int = 3
    classes: int = 4


class Builder:
    def __init__(self, settings: Settings):
        self.s = settings
        self.model = None

    def body(self, x):
        for level in range(self.s.depth):
            x = layers.Conv2D(self.s.base * 2**level, 3, padding="same", activation="relu")(x)
            x = layers.MaxPool2D()(x)
        return x

    def build(self):
        inputs = keras.Input((self.s.size, self.s.size, self.s.channels))
        x = layers.Flatten()(self.body(inputs))
        self.model = keras.Model(inputs, layers.Dense(self.s.classes)(x))
        return self


builder = Builder(Settings(size=32, classes=6)).build()
model = builder.model
