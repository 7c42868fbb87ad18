"""Branches of several kernels side by side, concatenated, with keyword widths."""

import keras
from keras import layers


def inception(x, f1, f3_reduce, f3, f5_reduce, f5, pool):
    branches = [
        layers.Conv2D(f1, (1, 1), padding="same", activation="relu")(x),
        layers.Conv2D(f3, (3, 3), padding="same", activation="relu")(
            layers.Conv2D(f3_reduce, (1, 1), activation="relu")(x)
        ),
        layers.Conv2D(f5, (5, 5), padding="same", activation="relu")(
            layers.Conv2D(f5_reduce, (1, 1), activation="relu")(x)
        ),
        layers.Conv2D(pool, (1, 1), activation="relu")(
            layers.MaxPooling2D((3, 3), strides=(1, 1), padding="same")(x)
        ),
    ]
    return layers.concatenate(branches, axis=3)


inputs = keras.Input((56, 56, 3))
x = layers.Conv2D(16, 7, strides=2, padding="same", activation="relu")(inputs)
x = inception(x, f1=8, f3_reduce=8, f3=16, f5_reduce=4, f5=8, pool=8)
x = inception(x, 16, 16, 24, 4, 12, 8)
auxiliary = layers.Dense(5, name="auxiliary")(layers.GlobalAveragePooling2D()(x))
x = layers.MaxPooling2D(3, strides=2)(x)
x = inception(x, 16, 16, 24, 4, 12, 8)
model = keras.Model(inputs, [layers.Dense(5, name="main")(layers.GlobalAveragePooling2D()(x)), auxiliary])
