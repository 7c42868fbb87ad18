"""An encoder that repeats its last state for a decoder."""

import keras
from keras import layers

timesteps, n_features = 30, 4
model = keras.Sequential()
model.add(layers.LSTM(32, input_shape=(timesteps, n_features)))
model.add(layers.Dropout(rate=0.2))
model.add(layers.RepeatVector(timesteps))
model.add(layers.LSTM(32, return_sequences=True))
model.add(layers.Dropout(rate=0.2))
model.add(layers.TimeDistributed(layers.Dense(n_features)))
