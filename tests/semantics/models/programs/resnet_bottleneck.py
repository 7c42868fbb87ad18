"""Bottleneck stages from a table of tuples, the shortcut projected where the width changes."""

import keras
from keras import layers

STAGES = [(8, 2, 1), (16, 3, 2), (32, 2, 2)]


def bottleneck(x, width, stride, project):
    shortcut = x
    if project:
        shortcut = layers.Conv2D(4 * width, 1, strides=stride)(shortcut)
        shortcut = layers.BatchNormalization(epsilon=1.001e-5)(shortcut)
    x = layers.Conv2D(width, 1, strides=stride)(x)
    x = layers.BatchNormalization(epsilon=1.001e-5)(x)
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(width, 3, padding="SAME")(x)
    x = layers.BatchNormalization(epsilon=1.001e-5)(x)
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(4 * width, 1)(x)
    x = layers.BatchNormalization(epsilon=1.001e-5)(x)
    return layers.Activation("relu")(layers.Add()([shortcut, x]))


def stack(x, width, blocks, stride):
    x = bottleneck(x, width, stride, True)
    for _ in range(2, blocks + 1):
        x = bottleneck(x, width, 1, False)
    return x


img_input = layers.Input(shape=(64, 64, 3))
x = layers.ZeroPadding2D(padding=((3, 3), (3, 3)))(img_input)
x = layers.Conv2D(8, 7, strides=2)(x)
for width, blocks, stride in STAGES:
    x = stack(x, width, blocks, stride)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(img_input, layers.Dense(1000, activation="softmax")(x))
