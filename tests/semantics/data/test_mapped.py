"""What is known of functions given to ``map``: stateful, elementwise, costly, Python."""

from __future__ import annotations

import pytest

from keraslint.semantics import Elementwise

HEAD = """
import functools
import random
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
"""
TRAIN = "\nkeras.Sequential([keras.layers.Dense(2)]).fit(ds.batch(2), epochs=2)\n"


def mapped(evaluate, text, source="tf.data.Dataset.from_tensor_slices(np.zeros((100, 8), 'float32'))"):
    known = evaluate(f"{HEAD}\nds = {source}\n{text}\n{TRAIN}")
    (step,) = known.facts.dataset_steps("map")
    return step.mapper


EXACT = [
    "ds = ds.map(lambda x: x / 255.0)",
    "ds = ds.map(lambda x: (x - 127.5) * 2 + 1)",
    "ds = ds.map(lambda x: tf.cast(x, tf.float32) / 255)",
    "ds = ds.map(lambda x: tf.one_hot(tf.cast(x, tf.int32), 10))",
    "ds = ds.map(layers.Rescaling(1 / 255))",
    "ds = ds.map(lambda x: layers.Rescaling(1 / 255)(x))",
    "scale = layers.Rescaling(1 / 255)\nds = ds.map(lambda x: scale(x))",
    "scale = keras.Sequential([layers.Rescaling(1 / 255)])\nds = ds.map(lambda x: scale(x))",
    "def scale(x):\n    return tf.image.convert_image_dtype(x, tf.float32)\nds = ds.map(scale)",
    "def scale(x, by):\n    return x * by\nds = ds.map(functools.partial(scale, by=2))",
    "ds = ds.map(lambda x: keras.applications.resnet50.preprocess_input(x))",
    "ds = ds.map(keras.applications.mobilenet_v2.preprocess_input)",
    "def scale(x):\n    x = tf.cast(x, tf.float32)\n    x /= 255.0\n    return x\nds = ds.map(scale)",
    "class Loader:\n    def scale(self, x):\n        return x / 255.0\nds = ds.map(Loader().scale)",
    "@tf.function\ndef scale(x):\n    return x / 255.0\nds = ds.map(scale)",
]
INEXACT = [
    "ds = ds.map(lambda x: tf.math.log(x + 1.0))",
    "ds = ds.map(lambda x: tf.sigmoid(x) * 2)",
]
NO = [
    "ds = ds.map(lambda x: tf.reduce_mean(x))",
    "ds = ds.map(lambda x: x[0])",
    "ds = ds.map(lambda x: x / x.shape[0])",
    "ds = ds.map(lambda x: tf.expand_dims(x, 0))",
    "ds = ds.map(lambda x: tf.transpose(x))",
    "ds = ds.map(lambda x: tf.concat([x, x], axis=0))",
    "ds = ds.map(lambda x: tf.random.uniform(()) * x)",
    "ds = ds.map(lambda x: helper(x))",
    "ds = ds.map(helper)",
    "ds = ds.map(lambda x: layers.Normalization()(x))",
    "ds = ds.map(lambda x: layers.CategoryEncoding(4)(x))",
    "ds = ds.map(lambda x: tf.gather(x, [0, 1]))",
    "ds = ds.map(lambda x: x if x > 0 else -x)",
    "ds = ds.map(lambda x: x * np.zeros((3, 8)))",
    "ds = ds.map(lambda x: tf.one_hot(x, 10, axis=0))",
    "ds = ds.map(lambda x: (x / 255.0, 1))",
    "ds = ds.map(lambda x: tf.where(x > 0))",
    "ds = ds.map(lambda x: tf.one_hot(tf.cast(x, tf.int32), 10, 1.0, 0.0, 0))",
    "ds = ds.map(lambda x: tf.gather(x, tf.cast(x, tf.int32)))",
    "ds = ds.map(lambda x: layers.StringLookup(output_mode='one_hot')(x))",
    "ds = ds.map(lambda x: layers.TextVectorization()(x))",
    "ds = ds.map(lambda x: (x / 255.0, tf.zeros(3)))",
]


@pytest.mark.parametrize("text", EXACT)
def test_exactly_elementwise(evaluate, text):
    judged = mapped(evaluate, text)
    assert judged.elementwise is Elementwise.EXACT
    assert not judged.is_stateful
    assert judged.work is None


@pytest.mark.parametrize("text", INEXACT)
def test_elementwise_but_for_the_last_bit(evaluate, text):
    assert mapped(evaluate, text).elementwise is Elementwise.INEXACT


@pytest.mark.parametrize("text", NO)
def test_not_elementwise(evaluate, text):
    assert mapped(evaluate, text).elementwise is Elementwise.NO


RANDOM = [
    "ds = ds.map(lambda x: layers.Dropout(0.5)(x, training=True))",
    "ds = ds.map(lambda x: x + tf.random.normal([8]))",
    "ds = ds.map(lambda x: tf.image.random_flip_left_right(x))",
    "ds = ds.map(tf.image.random_flip_left_right)",
    "augment = keras.Sequential([layers.RandomFlip()])\nds = ds.map(lambda x: augment(x, training=True))",
    "augment = keras.Sequential()\naugment.add(layers.RandomRotation(0.1))\nds = ds.map(augment)",
    "flip = layers.RandomFlip()\nds = ds.map(lambda x: flip(x))",
    "def inner(x):\n    return tf.image.random_crop(x, [2])\ndef outer(x):\n    return inner(x)\nds = ds.map(outer)",
    "def maybe(x, training):\n    if training:\n        x = tf.image.random_brightness(x, 0.1)\n    return x\nds = ds.map(lambda x: maybe(x, True))",
    "def maybe(x):\n    if tf.random.uniform(()) > 0.5:\n        x = -x\n    return x\nds = ds.map(maybe)",
    "def maybe(x):\n    return tf.cond(tf.random.uniform(()) > 0.5, lambda: -x, lambda: x)\nds = ds.map(maybe)",
    "def several(x):\n    for f in (tf.image.random_hue, tf.image.random_contrast):\n        x = f(x, 0.1)\n    return x\nds = ds.map(several)",
]
NOT_RANDOM = [
    "ds = ds.map(lambda x: layers.Dropout(0.5)(x))",
    "ds = ds.map(lambda x: layers.RandomFlip()(x, training=False))",
    "augment = keras.Sequential([layers.RandomFlip()])\nds = ds.map(lambda x: augment(x, training=False))",
    "def maybe(x, training=False):\n    if training:\n        x = tf.image.random_brightness(x, 0.1)\n    return x\nds = ds.map(maybe)",
    "ds = ds.map(lambda x: tf.image.stateless_random_flip_left_right(x, seed=(1, 2)))",
    "ds = ds.map(lambda x: x * tf.random.stateless_uniform([8], (1, 2)))",
    "noise = tf.random.normal([8])\nds = ds.map(lambda x: x + noise)",
    "noise = random.random()\nds = ds.map(lambda x: x + noise)",
]


@pytest.mark.parametrize("text", RANDOM)
def test_random(evaluate, text):
    judged = mapped(evaluate, text)
    assert judged.random is not None
    assert judged.is_stateful


@pytest.mark.parametrize("text", NOT_RANDOM)
def test_not_random(evaluate, text):
    assert mapped(evaluate, text).random is None


COSTLY = [
    "ds = ds.map(lambda p: tf.io.decode_jpeg(tf.io.read_file(p)))",
    "ds = ds.map(lambda p: tf.image.decode_png(tf.io.read_file(p)))",
    "ds = ds.map(lambda p: tf.image.resize(p, (224, 224)))",
    "ds = ds.map(lambda p: tf.io.parse_single_example(p, {}))",
    "ds = ds.map(layers.Resizing(224, 224))",
    "def decode(p):\n    image = tf.io.read_file(p)\n    return tf.io.decode_image(image)\ndef load(p):\n    return decode(p)\nds = ds.map(load)",
    "def loader(size):\n    def load(p):\n        return tf.image.resize(p, size)\n    return load\nds = ds.map(loader((2, 2)))",
    "class Loader:\n    def _decode(self, p):\n        return tf.io.decode_jpeg(p)\n    def load(self, p):\n        return self._decode(p)\n    def make(self, ds):\n        return ds.map(self.load)\nds = Loader().make(ds)",
    "def load(p):\n    with tf.device('/cpu:0'):\n        return tf.io.decode_jpeg(p)\nds = ds.map(load)",
]


@pytest.mark.parametrize("text", COSTLY)
def test_costly(evaluate, text):
    judged = mapped(evaluate, text)
    assert judged.costly is not None
    assert judged.elementwise is Elementwise.NO


def test_numbering_labels_is_no_work(evaluate):
    judged = mapped(evaluate, "ds = ds.map(lambda x: tf.one_hot(tf.unique(x).idx, 4))")
    assert judged.work is None
    assert judged.elementwise is Elementwise.NO


PYTHON = [
    "def read(p):\n    return np.load(p)\nds = ds.map(lambda p: tf.numpy_function(read, [p], tf.float32))",
    "def read(p):\n    return np.load(p)\nds = ds.map(lambda p: tf.py_function(read, [p], tf.float32))",
    "def read(p):\n    return np.load(p)\ndef wrap(p):\n    x = tf.py_function(func=read, inp=[p], Tout=tf.float32)\n    x.set_shape([1])\n    return x\nds = ds.map(wrap)",
    "@tf.py_function(Tout=tf.float32)\ndef read(p):\n    return np.load(p)\nds = ds.map(read)",
    "@tf.numpy_function(Tout=tf.float32)\ndef read(p):\n    return np.load(p)\nds = ds.map(read)",
]


@pytest.mark.parametrize("text", PYTHON)
def test_python(evaluate, text):
    judged = mapped(evaluate, text)
    assert judged.python is not None
    assert judged.is_stateful


def test_names(evaluate):
    assert mapped(evaluate, "def scale(x):\n    return x\nds = ds.map(scale)").name == "scale"
    assert mapped(evaluate, "ds = ds.map(lambda x: x)").name == "lambda"
    assert mapped(evaluate, "ds = ds.map(tf.image.rgb_to_grayscale)").name == "rgb_to_grayscale"
    assert mapped(evaluate, "ds = ds.map(layers.Rescaling(2))").name == "Rescaling"


def test_elements_of_different_rank(evaluate):
    source = "tf.data.Dataset.from_tensor_slices((np.zeros((9, 4, 4)), np.zeros(9)))"
    assert mapped(evaluate, "ds = ds.map(lambda a, s: a * s)", source).elementwise is Elementwise.NO
    assert mapped(evaluate, "ds = ds.map(lambda a, s: (a * 2, s))", source).elementwise is Elementwise.EXACT


def test_elements_of_one_rank(evaluate):
    source = "tf.data.Dataset.from_tensor_slices((np.zeros((9, 4)), np.ones((9, 4))))"
    assert mapped(evaluate, "ds = ds.map(lambda a, b: a + b)", source).elementwise is Elementwise.EXACT


def test_a_reshape_to_a_known_shape(evaluate):
    judged = mapped(evaluate, "ds = ds.map(lambda x: tf.reshape(x, (2, 4)))")
    assert judged.elementwise is Elementwise.RESHAPES
    assert mapped(evaluate, "ds = ds.map(lambda x: tf.reshape(x, (-1,)))").elementwise is Elementwise.NO


def test_an_opaque_function(evaluate):
    assert mapped(evaluate, "from elsewhere import f\nds = ds.map(f)").opaque
    assert mapped(evaluate, "ds = ds.map(f)").opaque
    assert not mapped(evaluate, "ds = ds.map(lambda x: x / 2)").opaque


def test_a_global_table(evaluate):
    text = "table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer([1], [2]), -1)\nds = ds.map(lambda x: table.lookup(x))"
    assert mapped(evaluate, text).elementwise is Elementwise.EXACT


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("ds = ds.map(lambda x: tf.strings.to_number(tf.strings.as_string(x)))", False),
        ("ds = ds.map(lambda x: x if x > 0 else -x)", False),
        ("ds = ds.map(lambda x: tf.py_function(abs, [x], tf.float32))", True),
        ("ds = ds.map(lambda x: helper(x))", True),
        ("from elsewhere import f\nds = ds.map(f)", True),
        ("import tensorflow_io as tfio\nds = ds.map(lambda x: tfio.image.decode_dicom_image(x))", True),
    ],
)
def test_whether_python_may_run_for_each_element(evaluate, text, may):
    assert mapped(evaluate, text).may_run_python is may
