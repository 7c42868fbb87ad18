"""Large arrays that become constants of a graph."""

import libcst as cst
import pytest

from keraslint.semantics import Facts
from keraslint.semantics import NoProject
from keraslint.semantics import Target
from keraslint.semantics import analyse
from keraslint.semantics.lowering.lower import lower

HEAD = """
import keras
import numpy as np
import tensorflow as tf

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
large = np.zeros((250_000, 64), dtype="float32")
small = np.zeros((1_000, 64), dtype="float32")
ds = tf.data.Dataset.range(1_000)
"""


def facts(source: str) -> Facts:
    return analyse({"t.py": lower(cst.parse_module(HEAD + source))}, NoProject(), Target())


@pytest.mark.parametrize(
    "source",
    [
        "model.fit(ds.map(lambda i: tf.gather(small, i)))",
        "large = tf.constant(large)\nmodel.fit(ds.map(lambda i: tf.gather(large, i)))",
        "large = np.load('a.npy')[:8]\nmodel.fit(ds.map(lambda i: tf.gather(large, i)))",
        "model.fit(tf.data.Dataset.from_tensor_slices(large))",
        "@tf.function\ndef norm(x):\n    return tf.norm(x * 2)\nnorm(large)",
        "shown = ds.map(lambda i: tf.gather(large, i))",
    ],
)
def test_what_no_graph_holds(source: str) -> None:
    assert facts(source).embedded_arrays == ()


@pytest.mark.parametrize(
    ("source", "size"),
    [
        ("model.fit(ds.map(lambda i: tf.gather(large, i)))", 64_000_000),
        ("big = np.load('a.npy')\nmodel.fit(ds.map(lambda i: tf.gather(big, i)))", None),
        ("@tf.function\ndef norm():\n    return tf.norm(large)\nnorm()", 64_000_000),
    ],
)
def test_a_large_array_in_a_traced_function(source: str, size: int | None) -> None:
    [embedded] = facts(source).embedded_arrays
    assert embedded.size == size
