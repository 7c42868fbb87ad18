"""Models that loops over datasets ask eagerly."""

import pytest

HEAD = """
import numpy as np
import tensorflow as tf
model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
data = tf.data.Dataset.from_tensor_slices(np.ones((1000, 4))).batch(10)
"""
EAGER = {
    "in the loop": "for x in data:\n    model(x)",
    "in a function": "def ask(x):\n    return model(x)\nfor x in data:\n    ask(x)",
    "in a comprehension": "y = [model(x) for x in data]",
    "of a class": "class A(tf.keras.Model):\n    def call(self, x):\n        return x\na = A()\nfor x in data:\n    a(x)",
    "beside a compiled step": "@tf.function\ndef step(x):\n    return model(x)\nfor x in data:\n    step(x)\n    model(x)",
}
OTHER = {
    "compiled": "@tf.function\ndef ask(x):\n    return model(x)\nfor x in data:\n    ask(x)",
    "a compiled model": "ask = tf.function(model)\nfor x in data:\n    ask(x)",
    "its forward pass compiled": "model.call = tf.function(model.call)\nfor x in data:\n    model(x)",
    "a few": "for x in data.take(5):\n    model(x)",
    "the first": "for x in data:\n    model(x)\n    break",
    "drawn": "import matplotlib.pyplot as plt\nfor x in data:\n    plt.imshow(model(x))",
    "an array": "for i in range(90):\n    model(np.ones((3, 4)))",
    "one by one inside": "for x in data:\n    for i in range(9):\n        x = model(x)",
    "with gradients": "for x in data:\n    with tf.GradientTape() as tape:\n        y = model(x)",
    "a step that runs eagerly anyway": "o = tf.keras.optimizers.Adam()\nfor x in data:\n"
    "    with tf.GradientTape() as tape:\n        y = model(x)\n"
    "    o.apply_gradients(zip(tape.gradient(y, model.w), model.w))\n    model(x)",
    "inside of another model": "class A(tf.keras.Model):\n    def call(self, x):\n        return model(x)\n"
    "a = tf.function(A())\nfor x in data:\n    a(x)",
}


@pytest.mark.parametrize("body", EAGER.values(), ids=EAGER)
def test_asked_eagerly(evaluate, body):
    assert len(evaluate(HEAD + body).facts.eager_evaluations) == 1


@pytest.mark.parametrize("body", OTHER.values(), ids=OTHER)
def test_asked_otherwise(evaluate, body):
    assert evaluate(HEAD + body).facts.eager_evaluations == ()
