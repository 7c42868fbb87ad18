"""Containers and records of the standard library in which programs keep their data."""

from __future__ import annotations

import pytest

HEAD = """
import random
from collections import deque, namedtuple
from typing import NamedTuple
import numpy as np
import tensorflow as tf
from tensorflow import keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
"""
MEMORY = """
class Agent:
    def __init__(self):
        self.memory = deque(maxlen=2000)
    def remember(self, *step):
        self.memory.append(step)
    def replay(self, n):
        if len(self.memory) < n:
            return
        batch = random.sample(self.memory, n)
        {use}
agent = Agent()
state = np.reshape(environment.reset(), [1, 4])
while True:
    agent.remember(state, 1)
    agent.replay(32)
    state = np.reshape(environment.step(), [1, 4])
"""
USES = (
    "for state, action in batch:\n            model.fit(state, action, epochs=1)",
    "model.fit(np.array([step[0] for step in batch]), epochs=1)",
    "states, actions = zip(*batch)\n        model.fit(states, actions)",
    "states, actions = map(np.array, zip(*batch))\n        model.fit(states, actions)",
    "states, actions = [np.vstack(column) for column in zip(*batch)]\n        model.fit(states, actions)",
    "model.fit(np.concatenate(list(zip(*batch))[0]))",
    "state, action = random.choice(self.memory)\n        model.fit(state, action)",
    "state, action = self.memory.popleft()\n        model.fit(state, action)",
)


@pytest.mark.parametrize("use", USES)
def test_a_replay_memory(evaluate, use):
    assert evaluate(HEAD + MEMORY.format(use=use)).training == ["fit(arrays)"]


def test_a_memory_of_unknown_things(evaluate):
    known = evaluate(
        f"{HEAD}memory = deque([thing()])\nx, y = random.sample(memory, 2)\nmodel.fit(x, y)\n"
        "memory.append(np.zeros(3))\nmodel.fit(random.choice(memory))"
    )
    assert known.training == ["fit(unknown)", "fit(unknown)"]


RECORDS = (
    "namedtuple('Data', ['x', 'y'])",
    "namedtuple('Data', 'x y')",
    "namedtuple('Data', ('x', 'y'))",
    "namedtuple('Data', 'x, y')",
    "NamedTuple('Data', [('x', object), ('y', object)])",
)


@pytest.mark.parametrize("record", RECORDS)
def test_named_tuples(evaluate, record):
    known = evaluate(
        f"{HEAD}Data = {record}\nd = Data(np.zeros((3, 4)), y=tf.data.Dataset.range(3))\n"
        "x, y = d\nby_index = d[1]\nby_name = d.y\nlast = d[-1]"
    )
    assert known["x"] == "array (3, 4) float64"
    assert [known[name] for name in ("y", "by_index", "by_name", "last")] == ["range"] * 4


def test_a_named_tuple_of_unknown_fields(evaluate):
    known = evaluate(f"{HEAD}Data = namedtuple('Data', fields())\nmodel.fit(Data(np.zeros(3)).x)")
    assert known.training == ["fit(unknown)"]
