"""A fully convolutional net: an encoder that returns its levels, a decoder that crops and adds them."""

import keras
from keras.layers import Activation
from keras.layers import Add
from keras.layers import Conv2D
from keras.layers import Conv2DTranspose
from keras.layers import Cropping2D
from keras.layers import Dropout
from keras.layers import Input
from keras.layers import MaxPooling2D
from keras.layers import Reshape
from keras.models import Model

IMAGE_ORDERING = "channels_last"


def encoder(input_height=64, input_width=64):
    img_input = Input(shape=(input_height, input_width, 3))
    levels = []
    x = img_input
    for filters in (8, 16, 32, 64, 64):
        x = Conv2D(filters, (3, 3), activation="relu", padding="same", data_format=IMAGE_ORDERING)(x)
        x = MaxPooling2D((2, 2), strides=(2, 2), data_format=IMAGE_ORDERING)(x)
        levels += [x]
    return img_input, levels


def crop(o1, o2, i):
    o_shape2 = keras.Model(i, o2).output_shape
    output_height2, output_width2 = o_shape2[1], o_shape2[2]
    o_shape1 = keras.Model(i, o1).output_shape
    output_height1, output_width1 = o_shape1[1], o_shape1[2]
    cx = abs(output_width1 - output_width2)
    cy = abs(output_height2 - output_height1)
    if output_width1 > output_width2:
        o1 = Cropping2D(cropping=((0, 0), (0, cx)), data_format=IMAGE_ORDERING)(o1)
    else:
        o2 = Cropping2D(cropping=((0, 0), (0, cx)), data_format=IMAGE_ORDERING)(o2)
    if output_height1 > output_height2:
        o1 = Cropping2D(cropping=((0, cy), (0, 0)), data_format=IMAGE_ORDERING)(o1)
    else:
        o2 = Cropping2D(cropping=((0, cy), (0, 0)), data_format=IMAGE_ORDERING)(o2)
    return o1, o2


def fcn_16(n_classes, encoder=encoder, input_height=64, input_width=64):
    img_input, levels = encoder(input_height=input_height, input_width=input_width)
    [f1, f2, f3, f4, f5] = levels
    o = f5
    o = Conv2D(128, (7, 7), activation="relu", padding="same", data_format=IMAGE_ORDERING)(o)
    o = Dropout(0.5)(o)
    o = Conv2D(n_classes, (1, 1), data_format=IMAGE_ORDERING)(o)
    o = Conv2DTranspose(
        n_classes, kernel_size=(4, 4), strides=(2, 2), use_bias=False, data_format=IMAGE_ORDERING
    )(o)
    o2 = Conv2D(n_classes, (1, 1), data_format=IMAGE_ORDERING)(f4)
    o, o2 = crop(o, o2, img_input)
    o = Add()([o, o2])
    o = Conv2DTranspose(n_classes, kernel_size=(32, 32), strides=(16, 16), use_bias=False)(o)
    height, width = o.shape[1], o.shape[2]
    o = Reshape((height * width, -1))(o)
    return Model(img_input, Activation("softmax")(o))


model = fcn_16(7)
