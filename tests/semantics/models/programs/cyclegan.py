"""Generators with residual blocks and reflecting edges, and a patch discriminator."""

import keras
from keras import layers


class InstanceNormalization(layers.Layer):
    def __init__(self, epsilon=1e-5):
        super().__init__()
        self.epsilon = epsilon

    def build(self, input_shape):
        self.scale = self.add_weight(name="scale", shape=input_shape[-1:], initializer="ones", trainable=True)
        self.offset = self.add_weight(
            name="offset", shape=input_shape[-1:], initializer="zeros", trainable=True
        )

    def call(self, x):
        mean = keras.ops.mean(x, axis=[1, 2], keepdims=True)
        variance = keras.ops.var(x, axis=[1, 2], keepdims=True)
        return self.scale * (x - mean) / keras.ops.sqrt(variance + self.epsilon) + self.offset


def residual(x):
    dim = x.shape[-1]
    h = keras.ops.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="reflect")
    h = layers.Conv2D(dim, 3, padding="valid", use_bias=False)(h)
    h = InstanceNormalization()(h)
    h = keras.ops.relu(h)
    h = keras.ops.pad(h, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="reflect")
    h = layers.Conv2D(dim, 3, padding="valid", use_bias=False)(h)
    h = InstanceNormalization()(h)
    return layers.add([x, h])


def generator(input_shape=(32, 32, 3), dim=8, downsamplings=2, blocks=3):
    h = inputs = keras.Input(shape=input_shape)
    h = layers.Conv2D(dim, 7, padding="same", use_bias=False)(h)
    for _ in range(downsamplings):
        dim *= 2
        h = layers.Conv2D(dim, 3, strides=2, padding="same", use_bias=False)(h)
        h = InstanceNormalization()(h)
        h = keras.ops.relu(h)
    for _ in range(blocks):
        h = residual(h)
    for _ in range(downsamplings):
        dim //= 2
        h = layers.Conv2DTranspose(dim, 3, strides=2, padding="same", use_bias=False)(h)
        h = InstanceNormalization()(h)
    h = layers.Conv2D(3, 7, padding="same")(h)
    return keras.Model(inputs=inputs, outputs=keras.ops.tanh(h))


def discriminator(input_shape=(32, 32, 3), dim=8, downsamplings=3):
    widest = dim * 8
    h = inputs = keras.Input(shape=input_shape)
    h = layers.Conv2D(dim, 4, strides=2, padding="same")(h)
    h = layers.LeakyReLU(negative_slope=0.2)(h)
    for _ in range(downsamplings - 1):
        dim = min(dim * 2, widest)
        h = layers.Conv2D(dim, 4, strides=2, padding="same", use_bias=False)(h)
        h = layers.LeakyReLU(negative_slope=0.2)(h)
    return keras.Model(inputs, layers.Conv2D(1, 4, padding="same")(h))


model_g = generator()
model_d = discriminator()
