"""Compiled functions that are made for each call."""

import pytest

HEAD = """
import numpy as np
import tensorflow as tf
model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
x = np.ones((100, 4))
def f(a):
    return tf.reduce_mean(a)
def make():
    return tf.function(f)
"""
REMADE = {
    "given to it": "for i in range(9):\n    g = tf.function(f)\n    g(x)",
    "in one expression": "for i in range(9):\n    tf.function(f)(x)",
    "with arguments": "for i in range(9):\n    tf.function(jit_compile=True)(f)(x)",
    "decorated": "for i in range(9):\n    @tf.function\n    def g(a):\n        return a\n    g(x)",
    "a model": "while True:\n    g = tf.function(model)\n    g(x)",
    "by a factory": "for i in range(9):\n    make()(x)",
    "in a helper": "def h():\n    g = make()\n    return g(x)\nfor i in range(9):\n    h()",
    "a comprehension": "y = [tf.function(f)(row) for row in x]",
}
KEPT = {
    "once": "g = tf.function(f)\nfor i in range(9):\n    g(x)",
    "used in a loop of its own": "for i in range(9):\n    g = make()\n    for row in x:\n        g(row)",
    "made and not called": "made = []\nfor i in range(9):\n    made.append(tf.function(f))",
    "made where it is missing": "g = None\nfor i in range(9):\n    if g is None:\n        g = tf.function(f)\n    g(x)",
    "tried": "for i in range(9):\n    try:\n        g = h\n    except NameError:\n        g = tf.function(f)\n    g(x)",
    "of a model of its own": "for i in range(9):\n    own = tf.keras.Sequential([tf.keras.layers.Dense(1)])\n"
    "    tf.function(own)(x)",
    "by JAX, which keeps it": "import jax\nfor i in range(9):\n    jax.jit(f)(x)",
}


@pytest.mark.parametrize("body", REMADE.values(), ids=REMADE)
def test_made_on_each_pass(evaluate, body):
    assert len(evaluate(HEAD + body).facts.remade_functions) == 1


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT)
def test_made_once(evaluate, body):
    assert evaluate(HEAD + body).facts.remade_functions == ()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("for i in range(9):\n    g = tf.function(f)\n    g(x)", "g"),
        ("for i in range(9):\n    g = tf.function(lambda a: a + i)\n    g(x)", None),
        ("for i in range(9):\n    tf.function(f)(x)", None),
        ("def h():\n    g = tf.function(f)\n    return g(x)\nfor i in range(9):\n    h()", None),
        ("for i in range(9):\n    def own(a):\n        return a\n    g = tf.function(own)\n    g(x)", None),
    ],
)
def test_what_can_stand_before_the_loop(evaluate, body, name):
    (remade,) = evaluate(HEAD + body).facts.remade_functions
    assert (remade.hoisting.name if remade.hoisting else None) == name
