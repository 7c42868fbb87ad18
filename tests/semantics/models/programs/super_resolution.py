"""Residual blocks scaled by a Lambda, pixels rearranged into a larger image."""

import keras
from keras.layers import Activation
from keras.layers import Add
from keras.layers import Conv2D
from keras.layers import Input
from keras.layers import Lambda
from keras.models import Model


class PixelShuffle(keras.layers.Layer):
    def __init__(self, scale):
        super().__init__()
        self.scale = scale

    def call(self, x):
        _, h, w, c = x.shape
        r = self.scale
        x = keras.ops.reshape(x, (-1, h, w, r, r, c // r**2))
        x = keras.ops.transpose(x, (0, 1, 3, 2, 4, 5))
        return keras.ops.reshape(x, (-1, h * r, w * r, c // r**2))


def res_block(x_in, filters, scaling):
    x = Conv2D(filters, 3, padding="same", activation="relu")(x_in)
    x = Conv2D(filters, 3, padding="same")(x)
    if scaling:
        x = Lambda(lambda t: t * scaling)(x)
    return Add()([x_in, x])


def upsample(x, scale, num_filters):
    def upsample_1(x, factor, **kwargs):
        x = Conv2D(num_filters * (factor**2), 3, padding="same", **kwargs)(x)
        return PixelShuffle(scale=factor)(x)

    if scale == 2:
        x = upsample_1(x, 2, name="conv2d_1_scale_2")
    elif scale == 3:
        x = upsample_1(x, 3, name="conv2d_1_scale_3")
    elif scale == 4:
        x = upsample_1(x, 2, name="conv2d_1_scale_2")
        x = upsample_1(x, 2, name="conv2d_2_scale_2")
    return x


def edsr(scale, num_filters=16, num_res_blocks=4, res_block_scaling=None):
    x_in = Input(shape=(24, 24, 3))
    x = Lambda(lambda t: (t - 0.45) / 127.5)(x_in)
    x = b = Conv2D(num_filters, 3, padding="same")(x)
    for _ in range(num_res_blocks):
        b = res_block(b, num_filters, res_block_scaling)
    b = Conv2D(num_filters, 3, padding="same")(b)
    x = Add()([x, b])
    x = upsample(x, scale, num_filters)
    x = Conv2D(3, 3, padding="same")(x)
    x = Lambda(lambda t: t * 127.5 + 0.45)(x)
    return Model(x_in, Activation("linear")(x), name="edsr")


model = edsr(4, res_block_scaling=0.1)
model_2 = edsr(scale=2)
