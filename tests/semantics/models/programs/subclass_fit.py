"""A subclassed classifier that the first batch of its dataset builds."""

import keras
import numpy as np
import tensorflow as tf
from keras.layers import Conv2D
from keras.layers import Dense
from keras.layers import Flatten


class MyModel(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv1 = Conv2D(32, 3, activation="relu")
        self.flatten = Flatten()
        self.d1 = Dense(128, activation="relu")
        self.d2 = Dense(10)

    def call(self, x):
        x = self.conv1(x)
        x = self.flatten(x)
        x = self.d1(x)
        return self.d2(x)


x_train = np.zeros((64, 28, 28, 1), dtype="float32")
y_train = np.zeros((64,), dtype="int64")
train_ds = tf.data.Dataset.from_tensor_slices((x_train, y_train)).shuffle(100).batch(32)
model = MyModel()
model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(train_ds, epochs=1)
