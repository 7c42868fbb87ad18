"""A whole model at each time step."""

import keras
from keras import layers

backbone = keras.Sequential(
    [
        keras.Input((32, 32, 3)),
        layers.Conv2D(8, 3, strides=2, activation="relu"),
        layers.BatchNormalization(),
        layers.GlobalAveragePooling2D(),
    ]
)
frames = keras.Input((10, 32, 32, 3))
x = layers.TimeDistributed(backbone)(frames)
x = layers.GRU(16)(x)
model = keras.Model(frames, layers.Dense(4)(x))
