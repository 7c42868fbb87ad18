"""Where a model must be built so that it trains under a strategy, as real Keras has it."""

import pytest
from click.testing import CliRunner

from keraslint.cli.app import keraslint as command

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


BUILT = "import numpy as np\nimport keras\n\nx, y = np.zeros((8, 4)), np.zeros(8)\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"
COMPILED = 'model.compile("sgd", "mse")\n'
FITTED = "for epoch in range(5):\n{}    model.fit(x, y, verbose=0)\n"


@pytest.mark.parametrize(
    ("program", "is_fixed"),
    [
        (f"{BUILT}{COMPILED}{FITTED.format('')}", True),
        (f"{BUILT}{FITTED.format(f'    {COMPILED}')}", False),
    ],
    ids=["a loop that trains", "a loop that compiles and trains"],
)
def test_the_strategy_is_made_before_the_model(run, tmp_path, program, is_fixed) -> None:
    path = tmp_path / "program.py"
    path.write_text(program)
    arguments = [
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        "KL202",
        "--fix",
        "--unsafe-fixes",
        str(path),
    ]
    CliRunner().invoke(command, arguments)
    assert ("with strategy.scope():" in path.read_text()) is is_fixed
    assert run(path).error == ""
