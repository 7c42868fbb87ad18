"""Numbers of steps that are numbers of samples."""

from __future__ import annotations

import libcst as cst
import pytest

from keraslint.semantics import NoProject
from keraslint.semantics import Target
from keraslint.semantics import analyse
from keraslint.semantics.lowering.lower import lower

HEAD = """\
import math
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras.preprocessing.image import ImageDataGenerator
model = keras.Sequential([keras.layers.Dense(1)])
x, y = np.load("x.npy"), np.load("y.npy")
def draw(x, y, batch_size=8):
    while True:
        yield x[:batch_size], y[:batch_size]
images = ImageDataGenerator().flow_from_directory("images")
"""
CURRENT = Target()
OLD = Target(2, (1, 15))


def found(text: str, target: Target = CURRENT) -> list[tuple[str, int]]:
    facts = analyse({"train.py": lower(cst.parse_module(HEAD + text))}, NoProject(), target)
    return [(each.argument.name, each.batch_size) for each in facts.samples_as_steps]


NUMBERS = [
    "len(x) // 8",
    "math.ceil(len(x) / 8)",
    "int(x.shape[0] / 8)",
    "x.shape[1]",
    "len(x) - 1",
    "len(y[:20])",
    "len(other)",
    "100",
    "None",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_that_are_no_numbers_of_samples(number):
    assert found(f"model.fit(draw(x, y), steps_per_epoch={number})") == []


@pytest.mark.parametrize("number", ["len(x)", "len(y)", "x.shape[0]", "int(len(x))"])
def test_numbers_of_samples(number):
    assert found(f"model.fit(draw(x, y), steps_per_epoch={number})") == [("steps_per_epoch", 8)]


def test_a_size_that_nobody_knows():
    assert found("model.fit(draw(x, y, batch_size=int(input())), steps_per_epoch=len(x))") == []


def test_arrays_of_known_length():
    text = "z = np.zeros((96, 4))\nmodel.fit(draw(z, z), steps_per_epoch={})"
    assert found(text.format("len(z)")) == [("steps_per_epoch", 8)]
    assert found(text.format("len(z) // 8")) == []


def test_a_dataset_must_be_repeated_for_ever():
    text = "ds = tf.data.Dataset.from_tensor_slices((x, y)).batch(4){}\nmodel.evaluate(ds, steps=len(x))"
    assert found(text.format("")) == []
    assert found(text.format(".repeat(3)")) == []
    assert found(text.format(".repeat()")) == [("steps", 4)]


ITERATORS = {
    "model.fit_generator(images, images.samples, epochs=2)": [("steps_per_epoch", 32)],
    "model.fit(images, steps_per_epoch=images.n)": [("steps_per_epoch", 32)],
    "model.predict_generator(images, steps=len(images.filenames))": [("steps", 32)],
    "model.fit(images, steps_per_epoch=len(images))": [],
    "model.fit(images, steps_per_epoch=images.samples // images.batch_size)": [],
    "model.fit_generator(draw(x, y), len(x), nb_epoch=3)": [],
}


@pytest.mark.parametrize(("text", "expected"), ITERATORS.items())
def test_image_iterators_that_never_end(text, expected):
    assert found(text, OLD) == expected


def test_image_iterators_end_an_epoch_by_themselves_since_tensorflow_2_2():
    assert found("model.fit(images, steps_per_epoch=images.n)") == []
    assert found("model.fit(images, steps_per_epoch=images.n)", Target(2, (2, 15))) == []
    assert found("model.fit(images, steps_per_epoch=images.n, workers=4)", Target(2, (2, 15))) != []


def test_the_first_keras_counts_samples():
    text = "from keras.models import Sequential\nSequential().fit_generator(draw(x, y), len(x), 3)"
    assert found(text, Target(2, (1, 15), keras_release=(1, 2))) == []
