"""A U-Net with a softmax over flattened pixels."""

from keras.layers import Activation
from keras.layers import Conv2D
from keras.layers import Dropout
from keras.layers import Input
from keras.layers import MaxPooling2D
from keras.layers import Permute
from keras.layers import Reshape
from keras.layers import UpSampling2D
from keras.layers import concatenate
from keras.models import Model


def get_unet(n_ch, patch_height, patch_width):
    inputs = Input(shape=(patch_height, patch_width, n_ch))
    conv1 = Conv2D(8, (3, 3), activation="relu", padding="same")(inputs)
    conv1 = Dropout(0.2)(conv1)
    conv1 = Conv2D(8, (3, 3), activation="relu", padding="same")(conv1)
    pool1 = MaxPooling2D((2, 2))(conv1)
    conv2 = Conv2D(16, (3, 3), activation="relu", padding="same")(pool1)
    up1 = UpSampling2D(size=(2, 2))(conv2)
    up1 = concatenate([conv1, up1], axis=3)
    conv5 = Conv2D(8, (3, 3), activation="relu", padding="same")(up1)
    conv6 = Conv2D(2, (1, 1), activation="relu", padding="same")(conv5)
    conv6 = Reshape((2, patch_height * patch_width))(conv6)
    conv6 = Permute((2, 1))(conv6)
    return Model(inputs=inputs, outputs=Activation("softmax")(conv6))


model = get_unet(1, 48, 48)
