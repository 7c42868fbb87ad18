"""Layers composed with reduce, as in the first Keras ports of YOLO."""

from functools import reduce
from functools import wraps

from keras.layers import BatchNormalization
from keras.layers import Conv2D
from keras.layers import Input
from keras.layers import LeakyReLU
from keras.layers import MaxPooling2D
from keras.models import Model
from keras.regularizers import l2


def compose(*funcs):
    if funcs:
        return reduce(lambda f, g: lambda *a, **kw: g(f(*a, **kw)), funcs)
    raise ValueError("Composition of empty sequence not supported.")


@wraps(Conv2D)
def darknet_conv2d(*args, **kwargs):
    settings = {"kernel_regularizer": l2(5e-4)}
    settings["padding"] = "valid" if kwargs.get("strides") == (2, 2) else "same"
    settings.update(kwargs)
    return Conv2D(*args, **settings)


def darknet_conv2d_bn_leaky(*args, **kwargs):
    no_bias_kwargs = {"use_bias": False}
    no_bias_kwargs.update(kwargs)
    return compose(
        darknet_conv2d(*args, **no_bias_kwargs), BatchNormalization(), LeakyReLU(negative_slope=0.1)
    )


inputs = Input((None, None, 3))
x1 = compose(
    darknet_conv2d_bn_leaky(8, (3, 3)),
    MaxPooling2D(pool_size=(2, 2), strides=(2, 2), padding="same"),
    darknet_conv2d_bn_leaky(16, (3, 3)),
    MaxPooling2D(pool_size=(2, 2), strides=(2, 2), padding="same"),
    darknet_conv2d_bn_leaky(32, (3, 3)),
)(inputs)
y1 = compose(darknet_conv2d_bn_leaky(64, (3, 3)), darknet_conv2d(75, (1, 1)))(x1)
model = Model(inputs, y1)
