"""A generator and a discriminator, each from a helper, and the two in one model."""

import keras
from keras import layers


def make_generator():
    model = keras.Sequential()
    model.add(layers.Input((100,)))
    model.add(layers.Dense(7 * 7 * 64, use_bias=False))
    model.add(layers.BatchNormalization())
    model.add(layers.LeakyReLU())
    model.add(layers.Reshape((7, 7, 64)))
    model.add(layers.Conv2DTranspose(32, (5, 5), strides=(1, 1), padding="same", use_bias=False))
    model.add(layers.BatchNormalization())
    model.add(layers.LeakyReLU())
    model.add(layers.Conv2DTranspose(1, (5, 5), strides=(2, 2), padding="same", activation="tanh"))
    return model


def make_discriminator():
    model = keras.Sequential()
    model.add(layers.Input((14, 14, 1)))
    model.add(layers.Conv2D(32, (5, 5), strides=(2, 2), padding="same"))
    model.add(layers.LeakyReLU())
    model.add(layers.Dropout(0.3))
    model.add(layers.Flatten())
    model.add(layers.Dense(1))
    return model


generator = make_generator()
discriminator = make_discriminator()
discriminator.compile(loss="binary_crossentropy", optimizer="adam")
discriminator.trainable = False
noise = keras.Input((100,))
combined = keras.Model(noise, discriminator(generator(noise)))
combined.compile(loss="binary_crossentropy", optimizer="adam")
