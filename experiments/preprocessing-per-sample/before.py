"""Sort photographs that a PyDataset decodes and shrinks in Python, one after another."""

import io
import math

import keras
import numpy as np
from PIL import Image

SIDE = 256
PHOTOS = 256

keras.utils.set_random_seed(0)


def photograph(rng, side):
    """Make the bytes of a JPEG with soft shapes, as a camera would."""
    coarse = rng.integers(0, 256, size=(8, 8, 3), dtype="uint8")
    image = Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=90)
    return buffer.getvalue()


class Photographs(keras.utils.PyDataset):
    """Serves decoded photographs and their labels, a batch at a time."""

    def __init__(self, files, labels, batch_size, **kwargs):
        super().__init__(**kwargs)
        self.files = files
        self.labels = labels
        self.batch_size = batch_size

    def __len__(self):
        return math.ceil(len(self.files) / self.batch_size)

    def __getitem__(self, index):
        rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
        batch = [prepare(file) for file in self.files[rows]]
        return np.array(batch), self.labels[rows]


def prepare(file):
    """Decode a photograph, shrink it to 64 x 64 pixels and scale it."""
    image = Image.open(io.BytesIO(file)).resize((64, 64), Image.Resampling.BILINEAR)
    return np.asarray(image, dtype="float32") / 255.0


rng = np.random.default_rng(0)
files = [photograph(rng, SIDE) for _ in range(PHOTOS)]
labels = rng.integers(0, 2, size=PHOTOS)
train = Photographs(files, labels, batch_size=32)

model = keras.Sequential([
    keras.Input((64, 64, 3)),
    keras.layers.Conv2D(16, 3, strides=2, activation="relu"),
    keras.layers.Conv2D(32, 3, strides=2, activation="relu"),
    keras.layers.GlobalAveragePooling2D(),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(train, epochs=6, verbose=2)
