"""Eager tensors that loops read by element."""

import pytest

HEAD = """
import numpy as np
import tensorflow as tf
model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
array = np.ones((900, 4))
tensor = tf.constant(array)
"""
READ = {
    "by index": "for i in range(900):\n    print(tensor[i])",
    "by several indices": "for i in range(900):\n    print(tensor[i, 0])",
    "by the number of another": "for i, row in enumerate(array):\n    print(tensor[i])",
    "iterated": "for row in tensor:\n    print(row)",
    "computed": "made = 2 * tensor\nfor i in range(900):\n    print(made[i])",
    "of a model": "made = model(array)\nfor i in range(900):\n    print(made[i])",
    "of a compiled function": "@tf.function\ndef f(a):\n    return model(a)\nmade = f(array)\n"
    "for i in range(900):\n    print(made[i])",
    "made of itself": "made = tensor[:500]\nmade = tf.reshape(made, (-1,))\nfor row in made:\n    print(row)",
    "by a list": "rows = []\nfor _ in range(900):\n    made = tf.random.shuffle(tensor)\n    rows.extend(made[:100])",
    "in a helper": "def f(size):\n    made = tf.zeros((size, 2))\n    for i in range(size):\n        print(made[i])\nf(900)",
}
OTHER = {
    "an array": "for i in range(900):\n    print(array[i])",
    "converted": "made = tensor.numpy()\nfor i in range(900):\n    print(made[i])",
    "a row for each class": "made = tf.math.confusion_matrix(array[0], array[1])\nfor i in range(len(names)):\n    print(made[i])",
    "converted after a sum": "made = tf.math.reduce_sum(tensor, -1).numpy()\nfor i in range(900):\n    print(made[i])",
    "drawn and converted": "made = tf.random.normal((900,)).numpy()\nfor row in made:\n    print(row)",
    "converted in one": "made = tf.abs(tensor).numpy()\nfor row in made:\n    print(row)",
    "one of two": "made = tensor\nif len(array) > 3:\n    made = array\nfor row in made:\n    print(row)",
    "an array by a list": "rows = []\nfor _ in range(900):\n    rows.extend(tensor.numpy())",
    "a list": "made = tf.unstack(tensor)\nfor row in made:\n    print(row)",
    "another index": "for i in range(900):\n    print(tensor[0])",
    "made on each pass": "for i in range(900):\n    made = tf.zeros((900,))\n    print(made[i])",
    "compiled": "@tf.function\ndef f():\n    made = tf.zeros((9, 2))\n    for i in range(9):\n        print(made[i])\nf()",
    "called by what is compiled": "def g():\n    made = tf.zeros((9, 2))\n    for i in range(9):\n        print(made[i])\n"
    "@tf.function\ndef f():\n    g()\nf()",
    "mapped": "def f(x):\n    made = tf.zeros((9, 2))\n    for i in range(9):\n        tf.print(made[i])\n    return x\n"
    "data = tf.data.Dataset.from_tensor_slices(array).map(f)",
    "of a loss": "def f(a, b):\n    made = tf.abs(b)\n    for i in range(9):\n        tf.print(made[i])\n    return a\n"
    "model.compile(loss=f)",
}


@pytest.mark.parametrize("body", READ.values(), ids=READ)
def test_read_by_element(evaluate, body):
    assert len(evaluate(HEAD + body).facts.element_reads) == 1


@pytest.mark.parametrize("body", OTHER.values(), ids=OTHER)
def test_read_otherwise(evaluate, body):
    assert evaluate(HEAD + body).facts.element_reads == ()
