"""A U-Net whose levels are loops over widths, with the skips in a list that is read backwards."""

import keras
from keras import layers

WIDTHS = [8, 16, 32, 64]


def double_conv(x, width, name, norm=True):
    for i in range(2):
        x = layers.Conv2D(width, 3, padding="same", use_bias=not norm, name=f"{name}_conv{i}")(x)
        if norm:
            x = layers.BatchNormalization(name=f"{name}_bn{i}")(x)
        x = layers.Activation("relu")(x)
    return x


def build(shape, classes, widths=WIDTHS, norm=True):
    inputs = keras.Input(shape=shape)
    skips = []
    x = inputs
    for depth, width in enumerate(widths[:-1]):
        x = double_conv(x, width, f"down{depth}", norm)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = double_conv(x, widths[-1], "bottom", norm)
    for depth, (width, skip) in enumerate(zip(reversed(widths[:-1]), reversed(skips))):
        x = layers.Conv2DTranspose(width, 2, strides=2, padding="same")(x)
        x = layers.concatenate([x, skip])
        x = double_conv(x, width, f"up{depth}", norm)
    outputs = layers.Conv2D(classes, 1, activation="softmax")(x)
    return keras.Model(inputs, outputs, name="unet")


model = build((64, 64, 3), classes=5)
model_without_norm = build((64, 64, 1), 2, widths=(4, 8, 12), norm=False)
