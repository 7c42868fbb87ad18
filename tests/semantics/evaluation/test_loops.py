"""What a loop of unknown length leaves of the names that it assigns."""

from __future__ import annotations

import pytest

HEAD = """
import gym
import numpy as np
import tensorflow as tf
from tensorflow import keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
x = y = np.zeros((3, 4))
"""
SAME = {
    "an array for an array": "    x = np.concatenate([x, x])",
    "a chain of arrays": "    x = y\n    y = np.ones(3)",
    "an array for nothing": "    z = x if z is None else np.vstack((z, x))\n    x = z",
    "a batch of a loop inside": "    while more():\n        x = np.reshape(step(x), [1, 4])",
    "two paths": "    if more():\n        x = x[1:]\n        continue\n    x = np.ones(4)",
    "an array beside unknown things": "    z, done = environment.step(z)\n    x = np.reshape(x, [1, 4])",
    "an array beside things of other packages": "    z = gym.make('x').step(z)\n    x = np.reshape(x, [1, 4])",
    "arrays in a tuple": "    pair = (x, y)\n    y, x = pair",
}
OTHER = {
    "something unknown": "    x = step(x)",
    "something unknown in the second pass": "    x = y\n    y = step()",
    "something unknown in the third pass": "    x = y\n    y = z\n    z = step()",
    "something unknown on one path": "    if more():\n        x = step(x)",
    "a dataset": "    x = tf.data.Dataset.from_tensor_slices(x)",
}


@pytest.mark.parametrize("body", SAME.values(), ids=SAME)
def test_arrays_stay_arrays(evaluate, body):
    known = evaluate(f"{HEAD}z = None\nfor _ in forever():\n    model.predict(x)\n{body}\nmodel.fit(x, y)")
    assert known.training == ["predict(arrays)", "fit(arrays)"]


@pytest.mark.parametrize("body", OTHER.values(), ids=OTHER)
def test_a_pass_may_bring_something_else(evaluate, body):
    known = evaluate(f"{HEAD}z = y\nfor _ in forever():\n    model.predict(x)\n{body}\n")
    assert known.training == ["predict(unknown)"]


def test_a_trial_leaves_no_second_record(evaluate):
    known = evaluate(
        f"{HEAD}def step(x):\n    return model.predict(x)\nfor _ in forever():\n    x = x + step(x)\n    if x.any():\n        break"
    )
    assert known.training == ["predict(arrays)"]


def test_a_return_in_a_trial_does_not_count(evaluate):
    known = evaluate(
        HEAD
        + "def f(x):\n    while True:\n        if more():\n            return x\n        x = np.concatenate([x, x])\n"
        "a = f(np.zeros((3, 4)))\n"
    )
    assert known["a"] == "array (3, 4) float64 | array None None"


def test_counters_are_numbers(evaluate):
    known = evaluate(f"{HEAD}n = 0\nfor _ in forever():\n    n += 1\n    x = x * n\n")
    assert known["n"] == "0 | 1 | <int>"


def test_ranges_longer_than_a_machine_counts_are_evaluated(evaluate):
    known = evaluate(
        f"{HEAD}for _ in range(1 << 70):\n    model.predict(x)\n"
        "import numpy as np\nbig = np.arange(1 << 70)[: 1 << 69]\nsmall = list(range(5, 0, -2))\n"
    )
    assert known.training == ["predict(arrays)"]
    assert known["small"] == "[5, 3, 1]"


COSTLY = "def work(n):\n" + "    n = n + 1\n" * 80 + "    return n\n"
MANY = f"{HEAD}{COSTLY}n = 0\nfor i in range(60):\n    t = work(i)\n"


def test_passes_that_repeat_each_other_are_not_all_run(evaluate):
    seen = evaluate(f"{MANY}    model.fit(x, y)\n")
    assert len(seen.training) <= 4
    assert set(seen.training) == {"fit(arrays)"}


def test_what_happens_in_a_later_pass_alone_is_seen(evaluate):
    seen = evaluate(f"{MANY}    if i == 50:\n        model.fit(x, y)\n")
    assert seen.training == ["fit(arrays)"]


def test_what_every_pass_adds_to_is_run_to_the_end(evaluate):
    seen = evaluate(
        f"{HEAD}{COSTLY}ds = tf.data.Dataset.from_tensor_slices(x)\ninputs = tensor = keras.Input((4,))\n"
        "for i in range(20):\n    t = work(i)\n    ds = ds.map(f)\n    tensor = keras.layers.Dense(4)(tensor)\n"
        "keras.Model(inputs, tensor)\n"
    )
    assert seen["ds"].count("map") == 20
    assert "functional 400" in seen.models


def test_passes_over_names_are_run_to_the_end(evaluate):
    names = [f"a{number}" for number in range(12)]
    seen = evaluate(f"{HEAD}{COSTLY}for name in {names!r}:\n    t = work(1)\n    last = name\n")
    assert seen["last"] == "'a11'"


def test_a_cheap_loop_computes_to_the_end(evaluate):
    seen = evaluate(f"{HEAD}n = 1\nfor i in range(60):\n    n += 2\n")
    assert seen["n"] == "121"


def test_a_number_of_the_passes_that_were_not_run_is_some_number(evaluate):
    assert evaluate(f"{MANY}    model.fit(x, y)\n    last = i\n")["last"] == "<int>"


def test_what_passes_count_is_unknown_where_they_were_not_all_run(evaluate):
    assert "?" in evaluate(f"{MANY}    n += 1\n")["n"]
