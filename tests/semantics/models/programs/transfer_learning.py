"""A ready-made backbone, frozen, with a head."""

import keras
from keras import layers
from keras.applications import MobileNetV2

IMG_SHAPE = (96, 96) + (3,)
base_model = MobileNetV2(input_shape=IMG_SHAPE, include_top=False, weights=None)
base_model.trainable = False
data_augmentation = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.2)])
inputs = keras.Input(shape=IMG_SHAPE)
x = data_augmentation(inputs)
x = keras.applications.mobilenet_v2.preprocess_input(x)
x = base_model(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.2)(x)
model = keras.Model(inputs, layers.Dense(1)(x))
