"""Down- and upsampling blocks that are Sequentials, kept in lists and applied in loops."""

import keras

OUTPUT_CHANNELS = 3


def downsample(filters, size, apply_batchnorm=True):
    result = keras.Sequential()
    result.add(keras.layers.Conv2D(filters, size, strides=2, padding="same", use_bias=False))
    if apply_batchnorm:
        result.add(keras.layers.BatchNormalization())
    result.add(keras.layers.LeakyReLU())
    return result


def upsample(filters, size, apply_dropout=False):
    result = keras.Sequential()
    result.add(keras.layers.Conv2DTranspose(filters, size, strides=2, padding="same", use_bias=False))
    result.add(keras.layers.BatchNormalization())
    if apply_dropout:
        result.add(keras.layers.Dropout(0.5))
    result.add(keras.layers.ReLU())
    return result


def Generator():
    inputs = keras.layers.Input(shape=[32, 32, 3])
    down_stack = [
        downsample(8, 4, apply_batchnorm=False),
        downsample(16, 4),
        downsample(32, 4),
        downsample(32, 4),
    ]
    up_stack = [upsample(32, 4, apply_dropout=True), upsample(16, 4), upsample(8, 4)]
    last = keras.layers.Conv2DTranspose(OUTPUT_CHANNELS, 4, strides=2, padding="same", activation="tanh")
    x = inputs
    skips = []
    for down in down_stack:
        x = down(x)
        skips.append(x)
    skips = reversed(skips[:-1])
    for up, skip in zip(up_stack, skips):
        x = up(x)
        x = keras.layers.Concatenate()([x, skip])
    x = last(x)
    return keras.Model(inputs=inputs, outputs=x)


model = Generator()
