"""What is known of an element after TensorFlow's operations on it."""

import pytest

from keraslint.semantics.evaluation.elements import element_bytes
from keraslint.semantics.evaluation.elements import least_bytes

PROGRAM = """\
import keras
import tensorflow as tf


def load(path):
    image = tf.io.decode_jpeg(tf.io.read_file(path){channels})
    return {image}


data = tf.data.Dataset.from_tensor_slices(["a", "b"]).map(load)
keras.Sequential([keras.layers.Dense(1)]).fit(data)
"""


@pytest.mark.parametrize(
    ("channels", "image", "exact", "least"),
    [
        ("", "image", None, 1),
        (", channels=3", "tf.image.resize(image, (8, 8))", 768, 768),
        ("", "tf.image.resize(image, (8, 8))", None, 256),
        (", 3", "tf.image.resize(image, [8, 8], method='nearest')", 192, 192),
        (", 3", "tf.cast(tf.image.resize(image, [8, 8]), tf.uint8)", 192, 192),
        (", 3", "tf.cast(tf.image.resize_with_crop_or_pad(image, 8, 8), tf.float32) / 255.0", 768, 768),
        (", 3", "tf.image.resize_with_crop_or_pad(image, 8, 8) / 255", 768, 768),
        (", 3", "tf.image.random_flip_left_right(tf.image.resize(image, (8, 8)))", 768, 768),
        (", 3", "tf.image.random_crop(tf.image.resize(image, (8, 8)), (4, 4, 3))", None, 0),
        (", 3", "elsewhere(image)", None, 0),
    ],
)  # fmt: skip
def test_what_an_element_takes_in_memory(evaluate, channels, image, exact, least) -> None:
    (pipeline,) = evaluate(PROGRAM.format(channels=channels, image=image)).facts.pipelines
    element = pipeline.dataset.element
    assert element_bytes(element) == exact
    assert least_bytes(element) == least
