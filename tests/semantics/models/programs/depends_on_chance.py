"""What nobody can tell from the program: a branch that is drawn."""

import random

import keras
import numpy as np
from keras import layers


class Sometimes(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(4)
        self.second = layers.Dense(8)
        self.flag = random.random() < 0.5

    def call(self, x):
        if self.flag:
            x = self.first(x)
        return self.second(x)


model = Sometimes()
model(np.zeros((1, 3)))
