"""Sort pictures inside a scope that names the first GPU."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(0)

rng = np.random.default_rng(0)
pictures = rng.random(size=(2048, 28, 28, 1), dtype="float32")
labels = rng.integers(0, 10, size=2048)

print("GPUs:", len(tf.config.list_physical_devices("GPU")))

model = keras.Sequential([
    keras.Input((28, 28, 1)),
    keras.layers.Conv2D(32, 3, activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Conv2D(64, 3, activation="relu"),
    keras.layers.GlobalAveragePooling2D(),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
with tf.device("/GPU:0"):
    model.fit(pictures, labels, batch_size=64, epochs=5, verbose=2)
