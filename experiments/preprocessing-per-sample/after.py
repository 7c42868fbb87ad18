"""Sort photographs that tf.data decodes and shrinks, several at a time."""

import io

import keras
import numpy as np
import tensorflow as tf
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


def prepare(file, label):
    """Decode a photograph, shrink it to 64 x 64 pixels and scale it."""
    image = tf.io.decode_jpeg(file, channels=3)
    return tf.image.resize(image, (64, 64)) / 255.0, label


rng = np.random.default_rng(0)
files = [photograph(rng, SIDE) for _ in range(PHOTOS)]
labels = rng.integers(0, 2, size=PHOTOS)

train = tf.data.Dataset.from_tensor_slices((files, labels))
train = train.map(prepare, num_parallel_calls=tf.data.AUTOTUNE)
train = train.batch(32).prefetch(tf.data.AUTOTUNE)

model = keras.Sequential([
    keras.Input((64, 64, 3)),
    keras.layers.Conv2D(16, 3, strides=2, activation="relu"),
    keras.layers.Conv2D(32, 3, strides=2, activation="relu"),
    keras.layers.GlobalAveragePooling2D(),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(train, epochs=6, verbose=2)
