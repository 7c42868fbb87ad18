from tensorflow import keras
from tensorflow.keras import layers


def block(x, width):
    x = layers.Conv2D(width, 3, padding="same", activation="relu")(x)
    return layers.MaxPooling2D()(x)


def build(shape, widths):
    inputs = keras.Input(shape)
    x = inputs
    for width in widths:
        x = block(x, width)
    x = layers.Flatten()(x)
    outputs = layers.Dense(1024)(x)
    return keras.Model(inputs, outputs)
