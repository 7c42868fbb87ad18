"""What ``predict`` gives for one batch, ``predict_on_batch`` gives to the bit (KL401)."""

from __future__ import annotations

import keras
import numpy as np
import pytest

MODEL = keras.Sequential(
    [keras.Input((6,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(3)]
)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int64", "uint8", "bool"])
@pytest.mark.parametrize("samples", [1, 32])
def test_on_batch_gives_the_same(samples, dtype):
    x = (10 * np.random.default_rng(0).random((samples, 6))).astype(dtype)
    one_way = MODEL.predict(x, verbose=0)
    other = MODEL.predict_on_batch(x)
    assert type(one_way) is type(other)
    np.testing.assert_array_equal(one_way, other)


def test_several_inputs_and_outputs():
    left, right = keras.Input((2,)), keras.Input((3,))
    both = keras.layers.Concatenate()([left, right])
    model = keras.Model([left, right], [keras.layers.Dense(2)(both), keras.layers.Dense(1)(both)])
    x = [np.ones((4, 2)), np.ones((4, 3))]
    for one_way, other in zip(model.predict(x, verbose=0), model.predict_on_batch(x), strict=True):
        np.testing.assert_array_equal(one_way, other)
