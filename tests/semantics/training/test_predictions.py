"""Calls of ``predict`` that are repeated for a few samples, and those beside which something else takes the time."""

import pytest

HEAD = """
import keras
import numpy as np
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
"""


@pytest.mark.parametrize(
    ("asked", "number"), [("input('four numbers: ')", 0), ("sensor.readline()", 1), ("lines.pop()", 1)]
)
def test_a_loop_that_waits_for_a_person_is_not_slow_for_its_predictions(evaluate, asked, number):
    body = f"while True:\n    words = {asked}.split()\n    print(model.predict(np.reshape(words, (1, 4))))"
    assert len(evaluate(HEAD + body).facts.repeated_predictions) == number
