"""Loops that put nodes into the graph of a session."""

import pytest

HEAD = """
import numpy as np
import tensorflow.compat.v1 as tf
x = tf.placeholder(tf.float32, (None, 4))
y = tf.reduce_sum(x)
rows = np.ones((3, 4))
session = tf.Session()
"""
GROWING = {
    "inside of the call": "for i in range(90):\n    session.run(tf.abs(y), {x: rows})",
    "before it": "for i in range(90):\n    z = tf.abs(y)\n    session.run(z, {x: rows})",
    "in a helper": "def run(a):\n    return session.run(tf.abs(a), {x: rows})\nfor i in range(90):\n    run(y)",
    "assigned": "v = tf.Variable(0.0)\nwhile True:\n    session.run(v.assign(1.0))",
    "by a session that nobody sees": "import mine\ns = mine.session()\nfor i in range(90):\n"
    "    s.run(tf.abs(y), feed_dict={x: rows})",
}
STEADY = {
    "built before": "z = tf.abs(y)\nfor i in range(90):\n    session.run(z, {x: rows})",
    "built in a loop of its own": "z = y\nfor i in range(90):\n    z = tf.abs(z)\nsession.run(z, {x: rows})",
    "a graph for each": "for i in range(90):\n    with tf.Graph().as_default(), tf.Session() as own:\n"
    "        own.run(tf.ones((3,)))",
    "a session for each": "for i in range(90):\n    own = tf.Session()\n    own.run(tf.ones((3,)))",
    "a session of a helper's own for each": "def first(a):\n    own = tf.Session()\n    return own.run(tf.abs(a))\n"
    "def start(layers):\n    for layer in layers:\n        layer.set_weights(first(tf.ones((3,))))\n"
    "import mine\nstart(mine.layers())\nstart(mine.others())",
    "reset": "for i in range(90):\n    tf.reset_default_graph()\n    session.run(tf.ones((3,)))",
    "every tenth": "for i in range(90):\n    session.run(y, {x: rows})\n    if i % 10 == 0:\n"
    "        session.run(tf.abs(y), {x: rows})",
    "NumPy": "for i in range(90):\n    np.abs(session.run(y, {x: rows}))",
    "no session": "for i in range(90):\n    tf.abs(y)",
}


@pytest.mark.parametrize("body", GROWING.values(), ids=GROWING)
def test_a_graph_that_grows(evaluate, body):
    assert len(evaluate(HEAD + body).facts.repeated_nodes) == 1


@pytest.mark.parametrize("body", STEADY.values(), ids=STEADY)
def test_a_graph_that_stays(evaluate, body):
    assert evaluate(HEAD + body).facts.repeated_nodes == ()
