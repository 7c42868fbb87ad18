"""A class that hands the tensors of a ready graph to the constructor of Model."""

import keras
from keras import layers


class Classifier(keras.Model):
    def __init__(self, classes):
        inputs = keras.Input((24, 24, 1))
        x = layers.Conv2D(8, 3, activation="relu")(inputs)
        x = layers.Flatten()(x)
        outputs = layers.Dense(classes)(x)
        super().__init__(inputs=inputs, outputs=outputs)

    def train_step(self, data):
        return super().train_step(data)


model = Classifier(3)
