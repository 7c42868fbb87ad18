"""The table of operations, held to the installed TensorFlow."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import json
from importlib import resources

import keras
import numpy as np
import pytest
import tensorflow as tf

from keraslint.semantics import api
from keraslint.semantics.evaluation.operations import Kind
from keraslint.semantics.evaluation.operations import kind_of
from keraslint.semantics.evaluation.operations import layer_kind
from keraslint.semantics.evaluation.operations import operations

RNG = np.random.default_rng(7)
BATCH, WIDTH = 37, 13
FLOATS = RNG.normal(0, 3, (BATCH, WIDTH)).astype("float32")
OTHERS = RNG.normal(0, 3, (BATCH, WIDTH)).astype("float32")
ONE = np.linspace(-3, 3, WIDTH).astype("float32")
INTEGERS = RNG.integers(-20, 20, (BATCH, WIDTH)).astype("int32")
POSITIVE = np.abs(INTEGERS) + 1
FLAGS = FLOATS > 0
BYTES = RNG.integers(0, 256, (BATCH, WIDTH)).astype("uint8")

BINARY = ("add", "divide", "maximum", "minimum", "multiply", "subtract", "truediv", "mod")
CALLS = {
    "clip_by_value": [(lambda x: tf.clip_by_value(x, -1.0, 1.0), FLOATS)],
    "cast": [
        (lambda x: tf.cast(x, tf.float32), BYTES),
        (lambda x: tf.cast(x, tf.int32), FLOATS),
        (lambda x: tf.cast(x, tf.float16), FLOATS),
    ],
    "gather": [(lambda x: tf.gather(ONE, x), POSITIVE % WIDTH)],
    "one_hot": [(lambda x: tf.one_hot(x, 25), INTEGERS)],
    "dtypes.saturate_cast": [(lambda x: tf.saturate_cast(x, tf.uint8), FLOATS)],
    "where": [(lambda x: tf.where(x > 0, x, -x), FLOATS)],
    "image.convert_image_dtype": [
        (lambda x: tf.image.convert_image_dtype(x, tf.float32), BYTES),
        (lambda x: tf.image.convert_image_dtype(x, tf.uint8), np.abs(FLOATS) % 1),
    ],
}


def reached(name):
    """What a canonical name is in the installed TensorFlow."""
    value = tf
    for part in name.split(".")[1:]:
        value = getattr(value, part)
    return value


def calls(name):
    """Functions of one element that use an operation, each with a batch of elements."""
    own = name.removeprefix("tensorflow.")
    if own in CALLS:
        return CALLS[own]
    function = reached(name)
    last = own.rsplit(".", 1)[-1]
    if "logical" in last:
        if last == "logical_not":
            return [(function, FLAGS)]
        return [(lambda x: function(x, x), FLAGS), (lambda x: function(x, FLAGS[0]), FLAGS)]
    if "bitwise" in last:
        return [(lambda x: function(x, 5), POSITIVE)]
    if last in ("floordiv", "floormod", "mod"):
        return [(lambda x: function(x, 7), INTEGERS), (lambda x: function(x, 1.7), FLOATS)]
    if (
        last in ("divide_no_nan", "equal", "not_equal")
        or last in BINARY
        or last.startswith(("greater", "less"))
    ):
        return [
            (lambda x: function(x, 1.7), FLOATS),
            (lambda x: function(x, ONE), FLOATS),
            (lambda x: function(x, x * x), FLOATS),
        ]
    return [(function, FLOATS)]


EXACT = sorted(
    name for name, kind in operations().items() if kind is Kind.EXACT and name.startswith("tensorflow.")
)
INEXACT = sorted(
    name for name, kind in operations().items() if kind is Kind.INEXACT and name.startswith("tensorflow.")
)
NAMES = sorted(name for name in operations() if not name.startswith("operator."))


def both(function, batch):
    """The function on the batch, and on one element after the other; compiled, as tf.data runs it."""
    compiled = tf.function(function)
    return compiled(tf.constant(batch)).numpy(), np.stack(
        [compiled(tf.constant(row)).numpy() for row in batch]
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_an_operation_of_tensorflow(name):
    resolved = api.resolve(name)
    if name.endswith(".py_func"):
        # TensorFlow 1's, and today's under compat.v1.
        assert callable(tf.compat.v1.py_func)
        return
    assert resolved is not None
    assert resolved.known
    assert resolved.name == name
    assert callable(reached(name))


@pytest.mark.parametrize("name", EXACT)
def test_exact_operations_give_the_same_bits_on_a_batch(name):
    for function, batch in calls(name):
        whole, single = both(function, batch)
        assert whole.dtype == single.dtype
        np.testing.assert_array_equal(whole.view(np.uint8), single.view(np.uint8))


@pytest.mark.parametrize("name", INEXACT)
def test_inexact_operations_are_elementwise_all_the_same(name):
    function = reached(name)
    operand = (lambda x: function(x, 1.3)) if name.endswith("pow") else function
    whole, single = both(operand, np.abs(FLOATS) % 1)
    np.testing.assert_allclose(whole, single, rtol=1e-5)


OPERATORS = {
    "+": lambda x: x + 1.7,
    "-": lambda x: 1.7 - x,
    "*": lambda x: x * ONE,
    "/": lambda x: x / 255.0,
    "//": lambda x: x // 3,
    "%": lambda x: x % 3,
    "<": lambda x: x < 0.5,
    "<=": lambda x: x <= 0.5,
    ">": lambda x: x > 0.5,
    ">=": lambda x: x >= 0.5,
    "==": lambda x: x == 0.5,
    "!=": lambda x: x != 0.5,
    "&": lambda x: (x > 0) & (x < 1),
    "|": lambda x: (x > 0) | (x < -1),
    "^": lambda x: (x > 0) ^ (x < 1),
    "~": lambda x: ~(x > 0),
}


def test_every_exact_operator_is_tried():
    exact = {
        name.removeprefix("operator.")
        for name, kind in operations().items()
        if name.startswith("operator.") and kind is Kind.EXACT
    }
    assert exact == set(OPERATORS)


@pytest.mark.parametrize("symbol", OPERATORS)
def test_exact_operators_give_the_same_bits_on_a_batch(symbol):
    whole, single = both(OPERATORS[symbol], FLOATS)
    np.testing.assert_array_equal(whole.view(np.uint8), single.view(np.uint8))


def exact_layers():
    return {
        "Rescaling": (keras.layers.Rescaling(1 / 255, offset=-0.5), FLOATS),
        "Discretization": (keras.layers.Discretization(bin_boundaries=[-1.0, 0.0, 1.0]), FLOATS),
        "Hashing": (keras.layers.Hashing(num_bins=7), INTEGERS),
        "IntegerLookup": (keras.layers.IntegerLookup(vocabulary=list(range(10))), INTEGERS),
        "StringLookup": (keras.layers.StringLookup(vocabulary=["1", "2", "3"]), INTEGERS.astype(str)),
    }


def table_of_classes():
    text = resources.files("keraslint.semantics.tables").joinpath("keras.json").read_text("utf-8")
    return [name for name in json.loads(text)["classes"] if name.startswith("keras.layers.")]


def test_every_exact_layer_is_tried():
    exact = {name.rsplit(".", 1)[-1] for name in table_of_classes() if layer_kind(name, {}) is Kind.EXACT}
    assert exact == set(exact_layers())


@pytest.mark.parametrize("name", exact_layers())
def test_exact_layers_give_the_same_bits_on_a_batch(name):
    layer, batch = exact_layers()[name]
    whole, single = both(layer, batch)
    np.testing.assert_array_equal(whole, single)


@pytest.mark.parametrize(
    "name", ["resnet50", "mobilenet_v2", "vgg16", "densenet", "efficientnet", "inception_v3"]
)
def test_preprocess_input_gives_the_same_bits_on_a_batch(name):
    function = getattr(keras.applications, name).preprocess_input
    assert kind_of(f"keras.applications.{name}.preprocess_input") is Kind.EXACT
    whole, single = both(function, RNG.uniform(0, 255, (5, 7, 7, 3)).astype("float32"))
    np.testing.assert_array_equal(whole, single)


IMAGE = tf.constant(RNG.uniform(0, 1, (8, 8, 3)).astype("float32"))
CLASSES = tf.constant([[1]], tf.int64)
RANDOM = {
    "tensorflow.image.random_brightness": lambda: tf.image.random_brightness(IMAGE, 0.2),
    "tensorflow.image.random_contrast": lambda: tf.image.random_contrast(IMAGE, 0.2, 0.5),
    "tensorflow.image.random_crop": lambda: tf.image.random_crop(IMAGE, (4, 4, 3)),
    "tensorflow.image.random_flip_left_right": lambda: tf.image.random_flip_left_right(IMAGE),
    "tensorflow.image.random_flip_up_down": lambda: tf.image.random_flip_up_down(IMAGE),
    "tensorflow.image.random_hue": lambda: tf.image.random_hue(IMAGE, 0.2),
    "tensorflow.image.random_jpeg_quality": lambda: tf.image.random_jpeg_quality(IMAGE, 75, 95),
    "tensorflow.image.random_saturation": lambda: tf.image.random_saturation(IMAGE, 0.2, 0.5),
    "tensorflow.image.sample_distorted_bounding_box": lambda: tf.image.sample_distorted_bounding_box(
        (8, 8, 3), [[[0.0, 0.0, 1.0, 1.0]]]
    )[0],
    "tensorflow.random.categorical": lambda: tf.random.categorical([[0.5, 0.5]], 3),
    "tensorflow.random.fixed_unigram_candidate_sampler": lambda: tf.random.fixed_unigram_candidate_sampler(
        CLASSES, 1, 2, True, 5, unigrams=[1.0] * 5
    )[0],
    "tensorflow.random.gamma": lambda: tf.random.gamma((3,), 0.5),
    "tensorflow.random.learned_unigram_candidate_sampler": lambda: (
        tf.random.learned_unigram_candidate_sampler(CLASSES, 1, 2, True, 5)[0]
    ),
    "tensorflow.random.log_uniform_candidate_sampler": lambda: tf.random.log_uniform_candidate_sampler(
        CLASSES, 1, 2, True, 5
    )[0],
    "tensorflow.random.normal": lambda: tf.random.normal((3,)),
    "tensorflow.random.poisson": lambda: tf.random.poisson((3,), 0.5),
    "tensorflow.random.shuffle": lambda: tf.random.shuffle([1, 2, 3]),
    "tensorflow.random.truncated_normal": lambda: tf.random.truncated_normal((3,)),
    "tensorflow.random.uniform": lambda: tf.random.uniform((3,)),
    "tensorflow.random.uniform_candidate_sampler": lambda: tf.random.uniform_candidate_sampler(
        CLASSES, 1, 2, True, 5
    )[0],
    "keras.random.beta": lambda: keras.random.beta((3,), 0.5, 0.5),
    "keras.random.binomial": lambda: keras.random.binomial((3,), 4, 0.5),
    "keras.random.categorical": lambda: keras.random.categorical([[0.5, 0.5]], 3),
    "keras.random.dropout": lambda: keras.random.dropout(IMAGE, 0.5),
    "keras.random.gamma": lambda: keras.random.gamma((3,), 0.5),
    "keras.random.normal": lambda: keras.random.normal((3,)),
    "keras.random.randint": lambda: keras.random.randint((3,), 0, 5),
    "keras.random.shuffle": lambda: keras.random.shuffle(IMAGE),
    "keras.random.truncated_normal": lambda: keras.random.truncated_normal((3,)),
    "keras.random.uniform": lambda: keras.random.uniform((3,)),
}
NOT_RANDOM = {
    "tensorflow.image.stateless_random_flip_left_right": lambda: tf.image.stateless_random_flip_left_right(
        IMAGE, (1, 2)
    ),
    "tensorflow.image.stateless_random_crop": lambda: tf.image.stateless_random_crop(
        IMAGE, (4, 4, 3), (1, 2)
    ),
    "tensorflow.random.stateless_uniform": lambda: tf.random.stateless_uniform((3,), (1, 2)),
    "tensorflow.random.experimental.stateless_shuffle": lambda: tf.random.experimental.stateless_shuffle(
        [1, 2], (1, 2)
    ),
}


def is_stateful(function):
    """Whether tf.data would take a function for stateful: assertions do not count there."""
    graph = tf.function(function).get_concrete_function().graph
    return any(op.op_def.is_stateful and op.type != "Assert" for op in graph.get_operations())


def test_every_random_function_is_tried():
    found = set()
    for package in ("tensorflow", "keras"):
        text = resources.files("keraslint.semantics.tables").joinpath(f"{package}.json").read_text("utf-8")
        names = [*json.loads(text)["functions"], *json.loads(text)["classes"]]
        found |= {name for name in names if kind_of(name) is Kind.RANDOM}
    assert found - {"keras.random.SeedGenerator"} == set(RANDOM)


@pytest.mark.parametrize("name", RANDOM)
def test_random_functions_keep_a_state(name):
    keras.utils.set_random_seed(1)
    assert is_stateful(RANDOM[name])


@pytest.mark.parametrize("name", NOT_RANDOM)
def test_stateless_functions_keep_none(name):
    assert kind_of(name) is not Kind.RANDOM
    assert not is_stateful(NOT_RANDOM[name])


ARGUMENTS = {
    "RandomBrightness": (0.2,),
    "RandomColorDegeneration": (0.5,),
    "RandomColorJitter": ((0, 255), 0.2),
    "RandomContrast": (0.2,),
    "RandomCrop": (4, 4),
    "RandomHue": (0.2,),
    "RandomPosterization": (4,),
    "RandomRotation": (0.2,),
    "RandomSaturation": (0.5,),
    "RandomSharpness": (0.5,),
    "RandomShear": (0.2, 0.2),
    "RandomTranslation": (0.2, 0.2),
    "RandomZoom": (0.2,),
    "AlphaDropout": (0.5,),
    "Dropout": (0.5,),
    "GaussianDropout": (0.5,),
    "GaussianNoise": (0.5,),
    "SpatialDropout1D": (0.5,),
    "SpatialDropout2D": (0.5,),
    "SpatialDropout3D": (0.5,),
}
LABELLED = ("CutMix", "MixUp")
RANKS = {"SpatialDropout1D": 3, "SpatialDropout2D": 4, "SpatialDropout3D": 5}


def random_layers():
    names = [
        name.rsplit(".", 1)[-1] for name in table_of_classes() if layer_kind(name, {}, True) is Kind.RANDOM
    ]
    return sorted(name for name in names if hasattr(keras.layers, name))


@pytest.mark.parametrize("name", random_layers())
def test_random_layers_keep_a_state(name):
    layer = getattr(keras.layers, name)(*ARGUMENTS.get(name, ()))
    images = tf.ones((2, 8, 8, 3))
    if name in RANKS:
        images = tf.ones((2,) * RANKS[name])
    inputs = {"images": images, "labels": tf.ones((2, 3))} if name in LABELLED else images
    layer(inputs, training=True)
    assert is_stateful(lambda: layer(inputs, training=True))


@pytest.mark.parametrize(
    "name", ["AutoContrast", "Rescaling", "Resizing", "CenterCrop", "Equalization", "Solarization"]
)
def test_other_layers_are_not_random(name):
    assert layer_kind(f"keras.layers.{name}", {}, True) is not Kind.RANDOM
