"""Read digits with a first convolution of 64 filters and a second of 32, normalised."""

import keras
import numpy as np

keras.utils.set_random_seed(0)

rng = np.random.default_rng(0)
digits = rng.random(size=(128, 28, 28, 1), dtype="float32")
labels = rng.integers(0, 10, size=128)

model = keras.Sequential([
    keras.Input((28, 28, 1)),
    keras.layers.Conv2D(64, 3, activation="relu", kernel_regularizer=keras.regularizers.L2(0.001)),
    keras.layers.BatchNormalization(),
    keras.layers.MaxPooling2D(),
    keras.layers.Conv2D(32, 3, activation="relu", kernel_regularizer=keras.regularizers.L2(0.001)),
    keras.layers.BatchNormalization(),
    keras.layers.MaxPooling2D(),
    keras.layers.Flatten(),
    keras.layers.Dropout(0.5),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(digits, labels, batch_size=32, epochs=2, verbose=2)
