"""Dense blocks: every layer's output is concatenated to all before it."""

import keras
from keras import layers


def conv_block(x, growth_rate):
    x1 = layers.BatchNormalization()(x)
    x1 = layers.Activation("relu")(x1)
    x1 = layers.Conv2D(4 * growth_rate, 1, use_bias=False)(x1)
    x1 = layers.BatchNormalization()(x1)
    x1 = layers.Activation("relu")(x1)
    x1 = layers.Conv2D(growth_rate, 3, padding="same", use_bias=False)(x1)
    return layers.Concatenate(axis=-1)([x, x1])


def transition(x, reduction):
    x = layers.BatchNormalization()(x)
    x = layers.Conv2D(int(x.shape[-1] * reduction), 1, use_bias=False)(x)
    return layers.AveragePooling2D(2, strides=2)(x)


inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(16, 3, padding="same", use_bias=False)(inputs)
for index, blocks in enumerate([3, 4, 3]):
    for _ in range(blocks):
        x = conv_block(x, 12)
    if index < 2:
        x = transition(x, 0.5)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(10)(x))
