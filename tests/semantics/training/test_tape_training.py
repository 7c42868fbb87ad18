"""Which models a program trains by gradients of its own."""

import pytest

HEAD = """
import tensorflow as tf
from tensorflow import keras
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.top = keras.layers.Dense(1)
    def call(self, x):
        return self.top(x)
student = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
teacher = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
net = Net()
optimizer = keras.optimizers.SGD()
x = tf.ones((8, 4))
"""
TRAINED = {
    "its weights go into both calls": (
        (
            "with tf.GradientTape() as tape:\n    loss = tf.reduce_mean(student(x) - teacher(x))\n"
            "gradients = tape.gradient(loss, student.trainable_variables)\n"
            "optimizer.apply_gradients(zip(gradients, student.trainable_variables))"
        ),
        ["student"],
    ),
    "the weights of two are one list": (
        (
            "def step():\n    with tf.GradientTape() as tape:\n        loss = tf.reduce_mean(student(x) - net(x))\n"
            "    weights = student.trainable_weights + net.trainable_weights\n"
            "    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))\nstep()"
        ),
        ["net", "student"],
    ),
    "a helper takes the gradients": (
        (
            "def gradients_of(model):\n    with tf.GradientTape() as tape:\n        loss = tf.reduce_mean(model(x))\n"
            "    return tape.gradient(loss, model.trainable_variables)\n"
            "optimizer.apply_gradients(zip(gradients_of(net), net.trainable_variables))"
        ),
        ["net"],
    ),
    "the gradients are those of the input": (
        (
            "with tf.GradientTape() as tape:\n    tape.watch(x)\n    loss = tf.reduce_mean(student(x))\n"
            "x = x + tape.gradient(loss, x)"
        ),
        [],
    ),
    "another function counts the weights": (
        (
            "def count():\n    return len(teacher.trainable_weights)\ndef step():\n"
            "    with tf.GradientTape() as tape:\n        loss = tf.reduce_mean(student(x))\n"
            "    gradients = tape.gradient(loss, student.trainable_variables)\n"
            "    optimizer.apply_gradients(zip(gradients, student.trainable_variables))\ncount()\nstep()"
        ),
        ["student"],
    ),
    "nothing applies the gradients": (
        (
            "with tf.GradientTape() as tape:\n    loss = tf.reduce_mean(student(x))\n"
            "print(tape.gradient(loss, student.trainable_variables))"
        ),
        [],
    ),
}


@pytest.mark.parametrize(("program", "trained"), TRAINED.values(), ids=TRAINED)
def test_a_model_is_trained_where_a_step_asks_for_its_weights(evaluate, program, trained):
    known = evaluate(HEAD + program)
    names = {name: known.model(name) for name in ("net", "student", "teacher")}
    assert [name for name, model in names.items() if model is not None and model.is_trained] == trained


def test_weights_that_are_loaded_after_the_training_were_not_there_before(evaluate):
    train, _ = TRAINED["its weights go into both calls"]
    known = evaluate(f"{HEAD}teacher.load_weights('t.h5')\n{train}\nstudent.load_weights('best.h5')")
    student, teacher = known.model("student"), known.model("teacher")
    assert student is not None
    assert teacher is not None
    assert (student.loads_weights, teacher.loads_weights) == (False, True)


def test_a_model_of_ones_own_is_known_though_several_places_call_it(evaluate):
    known = evaluate(
        f"{HEAD}for i in range(1000):\n    net(x)\n    if i % 100 == 0:\n        net(tf.ones((2, 4)))\n"
    )
    net = known.model("net")
    assert net is not None
    assert net.architecture.parameters == 5


def test_what_a_model_costs_at_least_is_known_with_some_of_its_layers(evaluate):
    known = evaluate(
        HEAD
        + "from mine import head\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), head()])"
    )
    model = known.model("model")
    assert model is not None
    assert (model.architecture.macs, model.architecture.least_macs) == (None, 32)
