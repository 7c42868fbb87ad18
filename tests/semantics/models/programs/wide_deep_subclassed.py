"""The same as a class, called on a tuple of inputs."""

import keras
from keras import layers


class WideAndDeepModel(keras.Model):
    def __init__(self, units=30, activation="relu", **kwargs):
        super().__init__(**kwargs)
        self.hidden1 = layers.Dense(units, activation=activation)
        self.hidden2 = layers.Dense(units, activation=activation)
        self.main_output = layers.Dense(1)
        self.aux_output = layers.Dense(1)

    def call(self, inputs):
        input_wide, input_deep = inputs
        hidden1 = self.hidden1(input_deep)
        hidden2 = self.hidden2(hidden1)
        concat = layers.concatenate([input_wide, hidden2])
        output = self.main_output(concat)
        aux_output = self.aux_output(hidden2)
        return output, aux_output


net = WideAndDeepModel(30, activation="relu", name="my_cool_model")
wide = keras.Input((5,))
deep = keras.Input((6,))
model = keras.Model([wide, deep], net((wide, deep)))
