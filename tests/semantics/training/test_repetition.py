"""What the loops around a call repeat."""

from __future__ import annotations

import pytest

HEAD = """
import random
import numpy as np
import keras
from flask import Flask
from fastapi import FastAPI
x = np.ones((100, 4))
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
"""
SAME = {
    "the same array": "for i in range(9):\n    model.predict(x)",
    "made of the same": "for i in range(9):\n    z = np.sqrt(x) + 1\n    model.predict(z)",
    "through a helper": "def run(a, b):\n    model.predict(a)\nfor i in range(9):\n    run(x, i)",
    "of another loop inside": "for i in range(9):\n    for j in range(3):\n        model.predict(x[j])",
    "a comprehension": "y = [model.predict(x) for i in range(9)]",
    "by a method": "class A:\n    def __init__(self):\n        self.x = x\n    def run(self):\n"
    "        model.predict(self.x)\na = A()\nfor i in range(9):\n    a.run()",
}
CHANGED = {
    "an element": "for row in x:\n    model.predict(row)",
    "an index": "for i in range(9):\n    z = x[i]\n    z = np.array([z])\n    model.predict(z)",
    "random numbers": "for i in range(9):\n    z = np.random.normal(size=(3, 4))\n    model.predict(z)",
    "carried on": "z = x\nfor i in range(9):\n    model.predict(z)\n    z = z + 1",
    "grown": "z = []\nfor i in range(9):\n    z.append(x)\n    model.predict(z)",
    "written": "z = np.ones((2, 4))\nfor i in range(9):\n    z[0] = i\n    model.predict(z)",
    "shuffled": "while True:\n    random.shuffle(x)\n    model.predict(x)",
    "through a helper": "def run(a, b):\n    c = b + 1\n    model.predict(c)\nfor i in range(9):\n    run(x, x[i])",
    "by an attribute": "class A:\n    def __init__(self):\n        self.x = x\n    def step(self):\n"
    "        self.x = self.x + 1\n    def run(self):\n        self.step()\n        model.predict(self.x)\n"
    "a = A()\nfor i in range(9):\n    a.run()",
    "a model that learns": "for i in range(9):\n    model.predict(model(x))",
    "what nobody sees": "import mine\nfor i in range(9):\n    model.predict(mine.load())",
    "a comprehension": "y = [model.predict(z) for z in x]",
    "mapped": "y = list(map(lambda z: model.predict(z), x))",
    "under a test": "import mine\nfor i in range(9):\n    z = x\n    if i > 3:\n        z = np.sqrt(x)\n"
    "    model.predict(z)",
}
SOME = {
    "every tenth": "for i in range(90):\n    if i % 10 == 0:\n        model.predict(x)",
    "by a function": "for i in range(90):\n    if np.mod(i, 10) == 0:\n        model.predict(x)",
    "not the others": "for i in range(90):\n    if i % 10:\n        continue\n    model.predict(x)",
    "the last": "done = False\nwhile not done:\n    done = random.random() > 0.9\n    if done:\n"
    "        model.predict(x)",
    "before it ends": "for i in range(90):\n    if random.random() > 0.9:\n        model.predict(x)\n        break",
    "in a helper": "def show(i):\n    if i % 10 == 0:\n        model.predict(x)\nfor i in range(90):\n    show(i)",
    "the first": "for i in range(90):\n    if i == 0:\n        model.predict(x)",
    "the third element": "for i, z in enumerate(x):\n    if 2 == i:\n        model.predict(z)",
    "failed": "for i in range(90):\n    try:\n        open('x')\n    except OSError:\n        model.predict(x)",
}
ALL = {
    "each": "for i in range(90):\n    model.predict(x)",
    "likely": "for i in range(90):\n    if random.random() > 0.1:\n        model.predict(x)",
    "equal elements": "for z in [1, 1, 2, 1]:\n    if z == 1:\n        model.predict(x)",
    "not the first": "for i in range(90):\n    if i != 0:\n        model.predict(x)",
    "a name of its own": "def act(i):\n    if i == 1:\n        model.predict(x)\nfor i in range(90):\n    act(int(done))",
    "returned by a helper": "def act(z):\n    if random.random() < 0.1:\n        return 0\n"
    "    return model.predict(z)\nfor i in range(90):\n    act(x)",
}
REQUESTS = {
    "flask": "app = Flask(__name__)\n@app.route('/p', methods=['POST'])\ndef p():\n    return model.predict(x)",
    "fastapi": "app = FastAPI()\n@app.post('/p')\nasync def p(a: dict):\n    return model.predict(x)",
    "led to": "app = Flask(__name__)\ndef run():\n    return model.predict(x)\n@app.get('/p')\ndef p():\n    return run()",
    "django": "from django.http import JsonResponse\ndef p(request):\n    return JsonResponse(model.predict(x))",
    "a class": "from flask_restful import Resource\nclass P(Resource):\n    def post(self):\n        return model.predict(x)",
}
NO_REQUESTS = {
    "a helper": "def p(request):\n    return model.predict(x)",
    "another decorator": "import functools\n@functools.lru_cache()\ndef p():\n    return model.predict(x)",
    "a click command": "import click\n@click.command()\ndef p():\n    return model.predict(x)",
}


def the_call(evaluate, body):
    facts = evaluate(HEAD + body).facts
    call = next(each for each in facts.training_calls if each.method == "predict")
    return facts.repetitions, call.record


@pytest.mark.parametrize("body", SAME.values(), ids=SAME)
def test_what_stays_the_same(evaluate, body):
    repetitions, record = the_call(evaluate, body)
    assert not repetitions.of(record)[0].changes_argument(0)


@pytest.mark.parametrize("body", CHANGED.values(), ids=CHANGED)
def test_what_a_pass_changes(evaluate, body):
    repetitions, record = the_call(evaluate, body)
    assert repetitions.of(record)[0].changes_argument(0)


@pytest.mark.parametrize("name", ["an element", "an index", "through a helper", "a comprehension", "mapped"])
def test_what_is_made_from_the_item(evaluate, name):
    repetitions, record = the_call(evaluate, CHANGED[name])
    assert repetitions.of(record)[0].data_comes_from_item


@pytest.mark.parametrize(
    "name", ["random numbers", "carried on", "shuffled", "by an attribute", "what nobody sees"]
)
def test_what_is_not_made_from_the_item(evaluate, name):
    repetitions, record = the_call(evaluate, CHANGED[name])
    assert not repetitions.of(record)[0].data_comes_from_item


@pytest.mark.parametrize("body", SOME.values(), ids=SOME)
def test_calls_on_some_passes(evaluate, body):
    repetitions, record = the_call(evaluate, body)
    assert repetitions.of(record)[0].is_on_some_passes


@pytest.mark.parametrize("body", ALL.values(), ids=ALL)
def test_calls_on_every_pass(evaluate, body):
    repetitions, record = the_call(evaluate, body)
    assert not repetitions.of(record)[0].is_on_some_passes


def test_what_a_pass_makes(evaluate):
    facts = evaluate(
        HEAD + "for i in range(9):\n    made = keras.Sequential([keras.layers.Dense(2)])\n"
        "    made.predict(x)\n    model.predict(x)"
    ).facts
    made = {
        facts.repetitions.of(call.record)[0].makes(call.model)
        for call in facts.training_calls
        if call.record.spelled.startswith("made")
    }
    kept = {
        facts.repetitions.of(call.record)[0].makes(call.model)
        for call in facts.training_calls
        if call.record.spelled.startswith("model")
    }
    assert (made, kept) == ({True}, {False})


@pytest.mark.parametrize("body", REQUESTS.values(), ids=REQUESTS)
def test_functions_that_answer_requests(evaluate, body):
    repetitions, record = the_call(evaluate, body)
    assert repetitions.request(record) is not None


@pytest.mark.parametrize("body", NO_REQUESTS.values(), ids=NO_REQUESTS)
def test_functions_that_answer_none(evaluate, body):
    repetitions, record = the_call(evaluate, body)
    assert repetitions.request(record) is None
