"""A detector in the manner of YOLO: partial functions, residual blocks, heads at three scales."""

from functools import partial

import keras
from keras.layers import Add
from keras.layers import BatchNormalization
from keras.layers import Concatenate
from keras.layers import Conv2D
from keras.layers import Input
from keras.layers import LeakyReLU
from keras.layers import UpSampling2D
from keras.layers import ZeroPadding2D
from keras.models import Model

PlainConv = partial(Conv2D, kernel_regularizer=keras.regularizers.l2(5e-4))


def darknet_conv(x, filters, size, strides=1, batch_norm=True):
    if strides == 1:
        padding = "same"
    else:
        x = ZeroPadding2D(((1, 0), (1, 0)))(x)
        padding = "valid"
    x = PlainConv(filters, size, strides=strides, padding=padding, use_bias=not batch_norm)(x)
    if batch_norm:
        x = BatchNormalization()(x)
        x = LeakyReLU(negative_slope=0.1)(x)
    return x


def darknet_residual(x, filters):
    previous = x
    x = darknet_conv(x, filters // 2, 1)
    x = darknet_conv(x, filters, 3)
    return Add()([previous, x])


def darknet_block(x, filters, blocks):
    x = darknet_conv(x, filters, 3, strides=2)
    for _ in range(blocks):
        x = darknet_residual(x, filters)
    return x


def darknet(name=None):
    x = inputs = Input([None, None, 3])
    x = darknet_conv(x, 8, 3)
    x = darknet_block(x, 16, 1)
    x = x_36 = darknet_block(x, 32, 2)
    x = x_61 = darknet_block(x, 64, 2)
    x = darknet_block(x, 128, 1)
    return Model(inputs, (x_36, x_61, x), name=name)


def yolo_conv(filters, name=None):
    def apply(x_in):
        if isinstance(x_in, tuple):
            inputs = Input(x_in[0].shape[1:]), Input(x_in[1].shape[1:])
            x, x_skip = inputs
            x = darknet_conv(x, filters, 1)
            x = UpSampling2D(2)(x)
            x = Concatenate()([x, x_skip])
        else:
            x = inputs = Input(x_in.shape[1:])
        x = darknet_conv(x, filters, 1)
        x = darknet_conv(x, filters * 2, 3)
        return Model(inputs, x, name=name)(x_in)

    return apply


def yolo_output(x, filters, anchors, classes):
    x = darknet_conv(x, filters * 2, 3)
    return darknet_conv(x, anchors * (classes + 5), 1, batch_norm=False)


def yolo(size=None, channels=3, anchors=3, classes=20):
    x = inputs = Input([size, size, channels], name="input")
    x_36, x_61, x = darknet(name="backbone")(x)
    x = yolo_conv(64, name="yolo_conv_0")(x)
    output_0 = yolo_output(x, 64, anchors, classes)
    x = yolo_conv(32, name="yolo_conv_1")((x, x_61))
    output_1 = yolo_output(x, 32, anchors, classes)
    x = yolo_conv(16, name="yolo_conv_2")((x, x_36))
    output_2 = yolo_output(x, 16, anchors, classes)
    return Model(inputs, (output_0, output_1, output_2), name="yolov3")


model = yolo(classes=4)
