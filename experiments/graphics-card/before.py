"""Sort pictures on the processor, with every GPU hidden."""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np

keras.utils.set_random_seed(0)

rng = np.random.default_rng(0)
pictures = rng.random(size=(2048, 64, 64, 3), dtype="float32")
labels = rng.integers(0, 10, size=2048)

model = keras.Sequential([
    keras.Input((64, 64, 3)),
    keras.layers.Conv2D(32, 3, activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Conv2D(64, 3, activation="relu"),
    keras.layers.GlobalAveragePooling2D(),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(pictures, labels, batch_size=64, epochs=2, verbose=2)
