"""Where a model must be built so that it trains under a strategy, as real Keras has it."""

import pytest

PROGRAM = """\
from contextlib import nullcontext

import numpy as np
import tensorflow as tf
import {keras} as keras

strategy = tf.distribute.MirroredStrategy()
with strategy.scope() if {built} else nullcontext():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
with strategy.scope() if {compiled} else nullcontext():
    model.compile("sgd", "mse")
with strategy.scope() if {trained} else nullcontext():
    model.fit(np.zeros((8, 4)), np.zeros(8), verbose=0)
"""


@pytest.mark.parametrize(("keras", "error"), [("keras", "AssertionError"), ("tf_keras", "ValueError")])
@pytest.mark.parametrize(
    ("built", "compiled", "trained", "breaks"),
    [
        (False, True, False, True),
        (False, False, True, True),
        (True, False, False, False),
        (True, True, False, False),
        (False, False, False, False),
    ],
)
def test_what_is_built_outside_breaks_inside(
    run, tmp_path, keras, error, built, compiled, trained, breaks
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(keras=keras, built=built, compiled=compiled, trained=trained))
    assert run(program).error == (error if breaks else "")
