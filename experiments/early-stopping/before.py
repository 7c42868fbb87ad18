"""Predict the yield of a field from its soil, for as many epochs as somebody thought of."""

import keras
import numpy as np

keras.utils.set_random_seed(0)

rng = np.random.default_rng(0)
soils = rng.normal(size=(512, 16)).astype("float32")
yields = soils[:, 0] - 0.5 * soils[:, 1] + rng.normal(scale=0.3, size=512)

model = keras.Sequential([
    keras.Input((16,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(1),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
model.fit(soils, yields, epochs=60, validation_split=0.2, verbose=2)
