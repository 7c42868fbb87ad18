"""Cells in a recurrent layer, and the layers that stand for them."""

import keras
from keras import layers

inputs = keras.Input((None, 12))
x = layers.RNN([layers.LSTMCell(16), layers.GRUCell(8)], return_sequences=True)(inputs)
x = layers.SimpleRNN(6, return_sequences=True)(x)
x = layers.GRU(5, reset_after=False)(x)
model = keras.Model(inputs, layers.Dense(1)(x))
