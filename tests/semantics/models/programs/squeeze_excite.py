"""A gate for each channel, made of the channels' means."""

import keras
from keras import layers


def squeeze_excite_block(tensor, ratio=4):
    filters = tensor.shape[-1]
    se = layers.GlobalAveragePooling2D()(tensor)
    se = layers.Reshape((1, 1, filters))(se)
    se = layers.Dense(filters // ratio, activation="relu", kernel_initializer="he_normal", use_bias=False)(se)
    se = layers.Dense(filters, activation="sigmoid", use_bias=False)(se)
    return layers.multiply([tensor, se])


inputs = keras.Input((32, 32, 3))
x = inputs
for filters in (16, 32, 64):
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = squeeze_excite_block(x)
    x = layers.MaxPooling2D()(x)
x = layers.Flatten()(x)
model = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
