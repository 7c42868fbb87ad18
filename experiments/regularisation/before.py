"""Read digits with two plain convolutions."""

import keras
import numpy as np

keras.utils.set_random_seed(0)

rng = np.random.default_rng(0)
digits = rng.random(size=(1024, 28, 28, 1), dtype="float32")
labels = rng.integers(0, 10, size=1024)

model = keras.Sequential([
    keras.Input((28, 28, 1)),
    keras.layers.Conv2D(64, 3, activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Conv2D(32, 3, activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Flatten(),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(digits, labels, batch_size=32, epochs=6, verbose=2)
