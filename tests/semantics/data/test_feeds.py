"""What is known of Python code that makes the batches of a training."""

import libcst as cst
import pytest

from keraslint.semantics import Facts
from keraslint.semantics import NoProject
from keraslint.semantics import Target
from keraslint.semantics import Work
from keraslint.semantics import analyse
from keraslint.semantics.evaluation.counterparts import counterpart
from keraslint.semantics.lowering.lower import lower

HEAD = """
import cv2
import gymnasium
import keras
import numpy as np
import sqlite3
import tensorflow as tf
from PIL import Image

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
"""


def facts(source: str) -> Facts:
    return analyse({"t.py": lower(cst.parse_module(HEAD + source))}, NoProject(), Target())


READ = """
def read(path):
    return np.asarray(Image.open(path))

@tf.numpy_function(Tout=tf.float32)
def decorated(path):
    return np.asarray(Image.open(path))
"""


@pytest.mark.parametrize(
    "call",
    [
        "ds.map(lambda p: tf.numpy_function(read, [p], tf.float32))",
        "ds.map(lambda p: tf.py_function(func=read, inp=[p], Tout=tf.float32))",
        "ds.map(lambda p: tf.compat.v1.py_func(read, [p], tf.float32))",
        "ds.map(decorated)",
        "tf.data.Dataset.from_generator(lambda: (yield read('a.png')), output_types=tf.float32)",
    ],
)
def test_the_body_of_every_form_is_found(call: str) -> None:
    source = READ + f"ds = tf.data.Dataset.list_files('*.png')\nmodel.fit({call}.batch(8))"
    [step] = facts(source).python_steps
    assert step.feed.costliest is not None
    assert step.feed.costliest.work is Work.DECODE


def test_the_function_behind_a_lambda_gives_its_name() -> None:
    source = """
def rows(n):
    for i in range(n):
        yield np.zeros(4)
model.fit(tf.data.Dataset.from_generator(lambda: rows(9), output_types=tf.float32).batch(3))
"""
    [step] = facts(source).python_steps
    assert step.feed.name == "rows"
    assert step.feed.yields_from_arrays
    assert not step.gives_batches


def test_a_generator_gets_its_arguments_as_arrays() -> None:
    source = """
import glob
names = sorted(glob.glob("*.npy"))
def rows(names, first=0):
    for i, name in enumerate(names):
        yield {"name": name, "other": name.upper(), "place": first}
ds = tf.data.Dataset.from_generator(rows, output_types={}, args=[names])
model.fit(ds.map(lambda row: row["place"]).batch(3))
"""
    [step] = facts(source).python_steps
    assert step.feed.is_seen_through
    assert step.step.yielded_size is None
    source = source.replace("name.upper()", "name")
    [step] = facts(source).python_steps
    assert step.feed.yields_from_arrays
    assert step.step.yielded_size == 3


def test_what_a_data_set_maps_is_no_work_of_the_generator_that_goes_over_it() -> None:
    source = """
def decoded(path):
    return tf.io.decode_png(tf.io.read_file(path))
def rows():
    for row in tf.data.Dataset.list_files("*.png").map(decoded):
        yield row{taken}
model.fit(tf.data.Dataset.from_generator(rows, output_types=tf.float32).batch(3))
"""
    [step] = facts(source.format(taken="")).python_steps
    assert step.feed.work == ()
    [step] = facts(source.format(taken=", cv2.imread('a.png')")).python_steps
    assert [item.call.spelled for item in step.feed.work] == ["cv2.imread"]


@pytest.mark.parametrize(
    "batch",
    [
        "[image for image, _ in zip(images, range(8))]",
        "list(itertools.islice(images, 8))",
        "[next(images) for _ in range(8)]",
    ],
)
def test_a_generator_does_what_those_do_that_it_takes_elements_of(batch: str) -> None:
    source = f"""
import itertools
def pictures():
    while True:
        yield cv2.imread("a.png")
def batches(images):
    while True:
        yield np.array({batch}).astype("float32")
images = pictures()
model.fit(tf.data.Dataset.from_generator(lambda: batches(images), output_types=tf.float32))
model.fit(batches(images))
"""
    found = facts(source)
    [step] = found.python_steps
    for feed in (step.feed, *found.feeds_of(found.training_calls[1])):
        assert [(item.call.spelled, item.work) for item in feed.work] == [("cv2.imread", Work.DECODE)]


@pytest.mark.parametrize(
    "body",
    [
        "    while True:\n        yield env.step(0)",
        "    game = gymnasium.make('CartPole-v1')\n    while True:\n        yield game.reset()",
        "    for row in sqlite3.connect('a.db').execute('SELECT 1'):\n        yield row",
        "    while True:\n        yield model.predict(np.zeros((8, 4)))",
    ],
)
def test_what_only_python_can_reach_comes_from_outside(body: str) -> None:
    found = facts(f"def batches(env):\n{body}\nmodel.fit(batches(thing), steps_per_epoch=4)")
    [feed] = found.feeds_of(next(call for call in found.training_calls if call.method == "fit"))
    assert feed.comes_from_outside


def test_a_loop_that_yields_is_over_batches() -> None:
    source = """
def batches(paths):
    while True:
        for start in range(0, len(paths), 8):
            part = shrink(paths[start:start + 8])
            yield np.array([cv2.imread(path) for path in paths[start:start + 8]])
model.fit(batches(paths))
"""
    found = facts(source)
    [feed] = found.feeds_of(found.training_calls[0])
    assert [(item.call.spelled, item.is_per_sample) for item in feed.work] == [("cv2.imread", True)]


def test_a_loop_around_the_call_is_not_one_over_samples() -> None:
    source = """
def batches(rows):
    yield np.pad(rows, 1), cv2.resize(rows, (8, 8))
for fold in folds:
    model.fit(batches(fold))
"""
    found = facts(source)
    [feed] = found.feeds_of(found.training_calls[0])
    assert [(item.call.spelled, item.is_per_sample) for item in feed.work] == [("cv2.resize", False)]


def test_an_iterator_class_does_what_the_generator_that_it_guards_does() -> None:
    source = """
class Guarded:
    def __init__(self, it):
        self.it = it
    def __iter__(self):
        return self
    def __next__(self):
        return next(self.it)

def batches():
    while True:
        yield cv2.imread("a.png")

model.fit(Guarded(batches()))
"""
    found = facts(source)
    [feed] = found.feeds_of(found.training_calls[0])
    assert feed.name == "batches"
    assert feed.costliest is not None
    assert feed.costliest.work is Work.DECODE


@pytest.mark.parametrize(
    ("callee", "instead"),
    [
        ("PIL.Image.open().resize", "tf.image.resize"),
        ("numpy.log", "tf.math.log"),
        ("numpy.mean", "tf.reduce_mean"),
        ("numpy.random.shuffle", None),
        ("pydicom.dcmread", None),
    ],
)
def test_counterparts(callee: str, instead: str | None) -> None:
    assert counterpart(callee) == instead


def test_a_callable_object_is_named_by_its_class() -> None:
    source = """
class Blur:
    def __call__(self, image):
        return cv2.GaussianBlur(image, (5, 5), 1)

ds = tf.data.Dataset.list_files("*.png").map(lambda p: tf.py_function(Blur(), [p], tf.float32))
model.fit(ds.batch(8))
"""
    [step] = facts(source).python_steps
    assert step.feed.name == "Blur"


@pytest.mark.parametrize(
    ("begins_anew", "for_each_sample"), [("batch = []", True), ("count = len(batch)", False)]
)
def test_a_loop_that_gathers_a_batch_is_one_over_samples(begins_anew: str, for_each_sample: bool) -> None:
    source = f"""
def batches(paths):
    batch = []
    for path in paths:
        batch.append(cv2.imread(path))
        if path.endswith("8"):
            yield np.array(batch)
            {begins_anew}

model.fit(batches(open("paths.txt").readlines()))
"""
    known = facts(source)
    [call] = known.training_calls
    [feed] = known.feeds_of(call)
    assert feed.costliest is not None
    assert feed.costliest.is_per_sample is for_each_sample


def test_what_a_class_made_is_not_none() -> None:
    source = """
import h5py

class Images:
    stored = None

    def store(self):
        self.stored = h5py.File("images.h5")

    def batches(self, paths):
        while True:
            if self.stored is not None:
                yield np.array([np.fft.fft(self.stored["images"][i]) for i in range(64)])
            else:
                yield np.array([cv2.imread(path) for path in paths])

images = Images()
images.store()
model.fit(images.batches(["a.png"] * 64))
"""
    known = facts(source)
    [call] = known.training_calls
    [feed] = known.feeds_of(call)
    assert [item.work for item in feed.work] == [Work.COMPUTE]
