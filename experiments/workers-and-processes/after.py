"""Sort noisy pictures that a PyDataset smooths in NumPy, in processes of its own."""

import math
import multiprocessing

import keras
import numpy as np


class Pictures(keras.utils.PyDataset):
    """Serves smoothed pictures and their labels, a batch at a time."""

    def __init__(self, pictures, labels, batch_size, **kwargs):
        super().__init__(**kwargs)
        self.pictures = pictures
        self.labels = labels
        self.batch_size = batch_size

    def __len__(self):
        return math.ceil(len(self.pictures) / self.batch_size)

    def __getitem__(self, index):
        rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
        batch = self.pictures[rows].astype("float32") / 255.0
        for axis in (1, 2):
            batch = (np.roll(batch, 1, axis) + batch + np.roll(batch, -1, axis)) / 3.0
        return batch, self.labels[rows]


def main():
    """Make the pictures, and train on them."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, size=(2048, 64, 64, 3), dtype="uint8")
    labels = rng.integers(0, 10, size=2048)
    train = Pictures(
        pictures, labels, batch_size=64, workers=multiprocessing.cpu_count(), use_multiprocessing=True
    )

    model = keras.Sequential([
        keras.Input((64, 64, 3)),
        keras.layers.Conv2D(16, 3, strides=2, activation="relu"),
        keras.layers.Conv2D(32, 3, strides=2, activation="relu"),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(10, activation="softmax"),
    ])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    model.fit(train, epochs=6, verbose=2)


if __name__ == "__main__":
    main()
