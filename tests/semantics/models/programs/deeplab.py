"""Dilated pooling pyramid, upsampling by a computed factor."""

import keras
from keras import layers


def convolution_block(block_input, num_filters=32, kernel_size=3, dilation_rate=1, use_bias=False):
    x = layers.Conv2D(
        num_filters, kernel_size=kernel_size, dilation_rate=dilation_rate, padding="same", use_bias=use_bias
    )(block_input)
    x = layers.BatchNormalization()(x)
    return keras.ops.nn.relu(x)


def pyramid(dspp_input):
    dims = dspp_input.shape
    x = layers.AveragePooling2D(pool_size=(dims[-3], dims[-2]))(dspp_input)
    x = convolution_block(x, kernel_size=1, use_bias=True)
    out_pool = layers.UpSampling2D(
        size=(dims[-3] // x.shape[1], dims[-2] // x.shape[2]), interpolation="bilinear"
    )(x)
    outs = [out_pool]
    for rate in (1, 6, 12, 18):
        outs.append(convolution_block(dspp_input, kernel_size=1 if rate == 1 else 3, dilation_rate=rate))
    x = layers.Concatenate(axis=-1)(outs)
    return convolution_block(x, kernel_size=1)


def deeplab(image_size, num_classes):
    model_input = keras.Input(shape=(image_size, image_size, 3))
    low = layers.Conv2D(16, 3, strides=4, padding="same")(model_input)
    x = layers.Conv2D(32, 3, strides=4, padding="same")(low)
    x = pyramid(x)
    input_a = layers.UpSampling2D(
        size=(image_size // 4 // x.shape[1], image_size // 4 // x.shape[2]), interpolation="bilinear"
    )(x)
    input_b = convolution_block(low, num_filters=12, kernel_size=1)
    x = layers.Concatenate(axis=-1)([input_a, input_b])
    x = convolution_block(x)
    x = layers.UpSampling2D(size=(4, 4), interpolation="bilinear")(x)
    return keras.Model(
        inputs=model_input, outputs=layers.Conv2D(num_classes, kernel_size=(1, 1), padding="same")(x)
    )


model = deeplab(image_size=128, num_classes=20)
