"""Depthwise separable blocks of a width multiplier, in a list of keyword arguments."""

import keras
from keras import layers

ALPHA = 0.5
CONFIG = [
    {"filters": 64, "strides": (1, 1)},
    {"filters": 128, "strides": (2, 2)},
    {"filters": 128, "strides": (1, 1)},
    {"filters": 256, "strides": (2, 2)},
]


def depthwise_block(inputs, filters, alpha=1.0, strides=(1, 1)):
    if strides == (1, 1):
        x = inputs
    else:
        x = layers.ZeroPadding2D(((0, 1), (0, 1)))(inputs)
    x = layers.DepthwiseConv2D(
        (3, 3), padding="same" if strides == (1, 1) else "valid", strides=strides, use_bias=False
    )(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU(6.0)(x)
    x = layers.Conv2D(int(filters * alpha), (1, 1), padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU(6.0)(x)


inputs = layers.Input((96, 96, 3))
x = layers.Conv2D(int(32 * ALPHA), 3, strides=2, padding="same", use_bias=False)(inputs)
for settings in CONFIG:
    x = depthwise_block(x, alpha=ALPHA, **settings)
x = layers.GlobalAveragePooling2D(keepdims=True)(x)
x = layers.Dropout(1e-3)(x)
x = layers.Conv2D(10, 1, padding="same")(x)
x = layers.Reshape((10,))(x)
model = keras.Model(inputs, layers.Activation("softmax")(x))
