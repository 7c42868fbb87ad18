"""A U-Net over volumes, which grows by recursion-free levels in a dict."""

import keras
from keras import layers


def block(x, filters, batch_norm):
    x = layers.Conv3D(filters, (3, 3, 3), padding="same")(x)
    if batch_norm:
        x = layers.BatchNormalization(axis=-1)(x)
    return layers.Activation("relu")(x)


def unet(input_shape, base=8, depth=3, batch_norm=True):
    inputs = layers.Input(input_shape)
    current = inputs
    levels = []
    for layer_depth in range(depth):
        first = block(current, base * (2**layer_depth), batch_norm)
        second = block(first, base * (2**layer_depth) * 2, batch_norm)
        if layer_depth < depth - 1:
            current = layers.MaxPooling3D(pool_size=(2, 2, 2))(second)
            levels.append([first, second, current])
        else:
            current = second
            levels.append([first, second])
    for layer_depth in range(depth - 2, -1, -1):
        up = layers.UpSampling3D(size=(2, 2, 2))(current)
        merged = layers.concatenate([up, levels[layer_depth][1]], axis=-1)
        current = block(merged, base * (2**layer_depth) * 2, batch_norm)
        current = block(current, base * (2**layer_depth), batch_norm)
    return keras.Model(inputs=inputs, outputs=layers.Conv3D(1, 1, activation="sigmoid")(current))


model = unet((16, 16, 16, 4))
