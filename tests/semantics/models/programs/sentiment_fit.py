"""Text classifiers that only their data build."""

import keras
import numpy as np
from keras import layers

max_features = 1000
x_train = np.random.randint(0, max_features, size=(64, 30))
y_train = np.random.randint(0, 2, size=(64,))

model = keras.Sequential()
model.add(layers.Embedding(max_features, 16))
model.add(layers.Bidirectional(layers.LSTM(8, return_sequences=True)))
model.add(layers.GlobalMaxPooling1D())
model.add(layers.Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy")
model.fit(x_train, y_train, batch_size=32, epochs=1)

flat = keras.Sequential([layers.Embedding(max_features, 8), layers.Flatten(), layers.Dense(1)])
flat.compile("adam", "mse")
flat.fit(x_train, y_train, epochs=1)
