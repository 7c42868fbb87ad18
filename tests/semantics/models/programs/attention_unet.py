"""Gates on the skips of a U-Net, with shapes read from tensors."""

from keras import layers
from keras import models


def conv_block(x, filter_size, size, dropout, batch_norm=False):
    conv = layers.Conv2D(size, (filter_size, filter_size), padding="same")(x)
    if batch_norm is True:
        conv = layers.BatchNormalization(axis=3)(conv)
    conv = layers.Activation("relu")(conv)
    if dropout > 0:
        conv = layers.Dropout(dropout)(conv)
    return conv


def gating_signal(input, out_size, batch_norm=False):
    x = layers.Conv2D(out_size, (1, 1), padding="same")(input)
    if batch_norm:
        x = layers.BatchNormalization()(x)
    return layers.Activation("relu")(x)


def attention_block(x, gating, inter_shape):
    shape_x = x.shape
    shape_g = gating.shape
    theta_x = layers.Conv2D(inter_shape, (2, 2), strides=(2, 2), padding="same")(x)
    shape_theta_x = theta_x.shape
    phi_g = layers.Conv2D(inter_shape, (1, 1), padding="same")(gating)
    upsample_g = layers.Conv2DTranspose(
        inter_shape,
        (3, 3),
        strides=(shape_theta_x[1] // shape_g[1], shape_theta_x[2] // shape_g[2]),
        padding="same",
    )(phi_g)
    concat_xg = layers.add([upsample_g, theta_x])
    act_xg = layers.Activation("relu")(concat_xg)
    psi = layers.Conv2D(1, (1, 1), padding="same")(act_xg)
    sigmoid_xg = layers.Activation("sigmoid")(psi)
    shape_sigmoid = sigmoid_xg.shape
    upsample_psi = layers.UpSampling2D(size=(shape_x[1] // shape_sigmoid[1], shape_x[2] // shape_sigmoid[2]))(
        sigmoid_xg
    )
    y = layers.multiply([upsample_psi, x])
    result = layers.Conv2D(shape_x[3], (1, 1), padding="same")(y)
    return layers.BatchNormalization()(result)


def attention_unet(input_shape, num_classes=1, dropout_rate=0.1, batch_norm=True):
    filter_num = 8
    inputs = layers.Input(input_shape)
    conv_128 = conv_block(inputs, 3, filter_num, dropout_rate, batch_norm)
    pool_64 = layers.MaxPooling2D(pool_size=(2, 2))(conv_128)
    conv_64 = conv_block(pool_64, 3, 2 * filter_num, dropout_rate, batch_norm)
    pool_32 = layers.MaxPooling2D(pool_size=(2, 2))(conv_64)
    conv_8 = conv_block(pool_32, 3, 4 * filter_num, dropout_rate, batch_norm)
    gating = gating_signal(conv_8, 2 * filter_num, batch_norm)
    att = attention_block(conv_64, gating, 2 * filter_num)
    up = layers.concatenate([layers.UpSampling2D(size=(2, 2))(conv_8), att], axis=3)
    up_conv = conv_block(up, 3, 2 * filter_num, dropout_rate, batch_norm)
    final = layers.Conv2D(num_classes, kernel_size=(1, 1))(up_conv)
    return models.Model(inputs, layers.Activation("sigmoid")(final))


model = attention_unet((64, 64, 3))
