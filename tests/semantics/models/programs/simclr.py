"""A projection head on a backbone; the whole is a class with a step of its own."""

import keras
import numpy as np
from keras import layers


class ContrastiveModel(keras.Model):
    def __init__(self, width, temperature=0.1):
        super().__init__()
        self.temperature = temperature
        self.contrastive_augmenter = keras.Sequential(
            [keras.Input(shape=(32, 32, 3)), layers.Rescaling(1 / 255), layers.RandomFlip("horizontal")]
        )
        self.encoder = keras.Sequential(
            [keras.Input(shape=(32, 32, 3))]
            + [layers.Conv2D(width, kernel_size=3, strides=2, activation="relu") for _ in range(3)]
            + [layers.Flatten(), layers.Dense(width, activation="relu")],
            name="encoder",
        )
        self.projection_head = keras.Sequential(
            [keras.Input(shape=(width,)), layers.Dense(width, activation="relu"), layers.Dense(width)]
        )
        self.linear_probe = keras.Sequential([layers.Input(shape=(width,)), layers.Dense(10)])

    def call(self, images):
        return self.projection_head(self.encoder(self.contrastive_augmenter(images)))


model = ContrastiveModel(width=32)
model(np.zeros((1, 32, 32, 3)))
encoder = model.encoder
