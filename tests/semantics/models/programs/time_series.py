"""Forecasters of windows: linear, dense, convolutional, recurrent, with residuals."""

import keras
import numpy as np
from keras import layers

CONV_WIDTH, OUT_STEPS, num_features = 3, 24, 19

linear = keras.Sequential([layers.Dense(units=1)])
linear.build((None, 24, num_features))
multi_step_dense = keras.Sequential(
    [
        layers.Flatten(),
        layers.Dense(units=32, activation="relu"),
        layers.Dense(units=1),
        layers.Reshape([1, -1]),
    ]
)
multi_step_dense.build((None, CONV_WIDTH, num_features))
multi_conv = keras.Sequential(
    [
        layers.Lambda(lambda x: x[:, -CONV_WIDTH:, :]),
        layers.Conv1D(16, activation="relu", kernel_size=CONV_WIDTH),
        layers.Dense(OUT_STEPS * num_features, kernel_initializer=keras.initializers.Zeros()),
        layers.Reshape([OUT_STEPS, num_features]),
    ]
)
multi_conv.build((None, 24, num_features))


class ResidualWrapper(keras.Model):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def call(self, inputs, *args, **kwargs):
        delta = self.model(inputs, *args, **kwargs)
        return inputs + delta


model = ResidualWrapper(
    keras.Sequential(
        [layers.LSTM(32, return_sequences=True), layers.Dense(num_features, kernel_initializer="zeros")]
    )
)
model(np.zeros((1, 24, num_features)))
