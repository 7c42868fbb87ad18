"""Sort pictures with a thread for every core asked for."""

import os

import keras
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(os.cpu_count())
tf.config.threading.set_inter_op_parallelism_threads(os.cpu_count())

keras.utils.set_random_seed(0)

rng = np.random.default_rng(0)
pictures = rng.random(size=(1024, 32, 32, 3), dtype="float32")
labels = rng.integers(0, 10, size=1024)

model = keras.Sequential([
    keras.Input((32, 32, 3)),
    keras.layers.Conv2D(32, 3, activation="relu"),
    keras.layers.Conv2D(64, 3, activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Conv2D(64, 3, activation="relu"),
    keras.layers.GlobalAveragePooling2D(),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(pictures, labels, batch_size=64, epochs=3, verbose=2)
