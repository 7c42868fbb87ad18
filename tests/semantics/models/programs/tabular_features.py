"""One input a column from a dict, categories embedded, all of it concatenated."""

import keras
from keras import layers

NUMERIC = ["age", "income", "hours"]
CATEGORIES = {"city": 40, "job": 15, "education": 7}

inputs = {}
encoded = []
for name in NUMERIC:
    inputs[name] = keras.Input(shape=(1,), name=name)
    encoded.append(inputs[name])
for name, size in CATEGORIES.items():
    inputs[name] = keras.Input(shape=(1,), name=name, dtype="int64")
    width = min(50, (size + 1) // 2)
    encoded.append(layers.Reshape((width,))(layers.Embedding(size, width)(inputs[name])))
x = layers.concatenate(encoded)
for units in [32, 16]:
    x = layers.Dense(units)(x)
    x = layers.BatchNormalization()(x)
    x = layers.LeakyReLU()(x)
model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
