"""Compiled functions that get another Python number on each pass."""

import pytest

HEAD = """
import numpy as np
import tensorflow as tf
x = np.ones((100, 4))
data = tf.data.Dataset.from_tensor_slices(x).batch(10)
@tf.function
def f(a, n=0):
    return a * n
"""
RETRACED = {
    "an index": "for i in range(90):\n    f(x, i)",
    "by keyword": "for i in range(90):\n    f(x, n=i)",
    "computed": "for i in range(90):\n    f(x, 0.1 * i + 1)",
    "enumerated": "for i, batch in enumerate(data):\n    f(batch, i)",
    "counted": "i = 0\nfor batch in data:\n    f(batch, i)\n    i += 1",
    "through a helper": "def h(k):\n    f(x, k)\nfor i in range(90):\n    h(i)",
    "counted in a loop without end": "n = 1.0\nwhile True:\n    f(x, n)\n    n = n * 0.9",
}
STEADY = {
    "a constant": "for i in range(90):\n    f(x, 3)",
    "a number of outside": "n = len(x)\nfor i in range(90):\n    f(x, n)",
    "a tensor": "for i in range(90):\n    f(x, tf.constant(i))",
    "an element": "for row in x:\n    f(row)",
    "NumPy's": "for i in np.arange(90):\n    f(x, i)",
    "every tenth": "for i in range(90):\n    if i % 10 == 0:\n        f(x, i)",
    "a rest": "for i in range(90):\n    f(x, i % 2)",
    "a flag": "for i in range(90):\n    f(x, i > 3)",
    "what nobody sees": "import mine\nfor i in range(90):\n    f(x, mine.rate(i))",
    "eager": "def g(a, n):\n    return a\nfor i in range(90):\n    g(x, i)",
    "with a signature": "g = tf.function(f.python_function, input_signature=[])\n"
    "@tf.function(input_signature=[tf.TensorSpec(())])\ndef h(n):\n    return n\nfor i in range(90):\n    h(i)",
}


@pytest.mark.parametrize("body", RETRACED.values(), ids=RETRACED)
def test_traced_for_each_number(evaluate, body):
    assert len(evaluate(HEAD + body).facts.retraced_calls) == 1


@pytest.mark.parametrize("body", STEADY.values(), ids=STEADY)
def test_traced_once(evaluate, body):
    assert evaluate(HEAD + body).facts.retraced_calls == ()


def test_the_loop_that_changes_it(evaluate):
    (call,) = evaluate(HEAD + "for n in range(9):\n    for row in x:\n        f(row, n)").facts.retraced_calls
    assert not call.number.is_innermost
    assert call.number.repetition.passes == 9
