"""Training steps that a program writes out, and what keeps them from being compiled."""

import pytest

HEAD = """
import numpy as np
import tensorflow as tf
model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
optimizer = tf.keras.optimizers.Adam()
data = tf.data.Dataset.from_tensor_slices(np.ones((100, 4))).batch(10)
losses = []
"""
STEP = """
def step(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(x))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    {more}
    return loss
"""
COMPILED = {
    "decorated": "@tf.function\n" + STEP.strip("\n") + "\nfor x in data:\n    step(x)",
    "decorated with arguments": "@tf.function(jit_compile=True)\n"
    + STEP.strip("\n")
    + "\nfor x in data:\n    step(x)",
    "decorated by what nobody sees": "from mine import fast\n@fast\n"
    + STEP.strip("\n")
    + "\nfor x in data:\n    step(x)",
    "given to it": STEP + "step = tf.function(step)\nfor x in data:\n    step(x)",
    "given to what it makes": STEP
    + "step = tf.function(jit_compile=True)(step)\nfor x in data:\n    step(x)",
    "under a flag": STEP
    + "import sys\nrun = step\nif sys.argv:\n    run = tf.function(step)\nfor x in data:\n    run(x)",
    "run by a strategy": STEP
    + "strategy = tf.distribute.MirroredStrategy()\n@tf.function\ndef distributed(x):\n"
    "    return strategy.run(step, args=(x,))\nfor x in data:\n    distributed(x)",
    "in a compiled loop": STEP + "@tf.function\ndef epoch():\n    for x in data:\n        step(x)\nepoch()",
    "called by nobody": STEP,
    "called once": STEP + "step(np.ones((3, 4)))",
    "a picture": "for x in data:\n    with tf.GradientTape() as tape:\n        y = model(x)\n    print(tape.gradient(y, x))",
    "a moving average": "average = tf.Variable(0.0)\nfor x in data:\n    with tf.GradientTape() as tape:\n"
    "        y = model(x)\n    g = tape.gradient(y, x)\n    average.assign(0.9 * average + y)",
    "by Keras": "class A(tf.keras.Model):\n    def train_step(self, x):\n        for _ in range(3):\n"
    "            with tf.GradientTape() as tape:\n                loss = self(x)\n"
    "            self.optimizer.apply_gradients(zip(tape.gradient(loss, self.w), self.w))",
}
EAGER = {
    "in a loop over a dataset": ("for x in data:\n    step(x)", "step"),
    "over slices": ("z = np.ones((900, 4))\nfor i in range(0, 900, 3):\n    step(z[i:i + 3])", "step"),
    "while": ("import mine\nwhile mine.on():\n    step(mine.batch())", "step"),
    "through a helper": ("def run(x):\n    step(x)\nfor x in data:\n    run(x)", "step"),
    "by a strategy": (
        "strategy = tf.distribute.MirroredStrategy()\nfor x in data:\n    strategy.run(step, args=(x,))",
        "step",
    ),
    "from a function that nothing calls": ("def train(data):\n    for x in data:\n        step(x)", "step"),
}
HAZARDS = {
    "print": ("print(loss)", "`print` runs only while"),
    "a value": ("loss.numpy()", "`loss.numpy` needs values"),
    "a number": ("float(loss)", "`float` needs values"),
    "a list of outside": ("losses.append(loss)", "`losses.append` runs only while"),
    "NumPy": ("np.mean(loss)", "`np.mean` computes in NumPy"),
    "a draw": ("np.random.rand()", "`np.random.rand` draws once"),
    "a variable": ("v = tf.Variable(0.0)", "`tf.Variable` makes variables"),
    "an optimizer": ("o = tf.keras.optimizers.Adam()", "`tf.keras.optimizers.Adam` makes variables"),
    "a name of outside": ("global done; done = True", "`done` is bound outside"),
    "an attribute": ("model.seen = True", "`model.seen` is changed"),
    "itself": ("step(x)", "`step` calls itself"),
    "what nobody sees": ("import mine; mine.note(loss)", "what `mine.note` does cannot be seen"),
}


@pytest.mark.parametrize("body", COMPILED.values(), ids=COMPILED)
def test_no_step_to_compile(evaluate, body):
    steps = evaluate(HEAD + body.replace("{more}", "pass")).facts.gradient_steps
    assert [step for step in steps if step.passes != 1] == []


@pytest.mark.parametrize(("body", "name"), EAGER.values(), ids=EAGER)
def test_steps_that_nothing_compiles(evaluate, body, name):
    (step,) = evaluate(HEAD + STEP.replace("{more}", "pass") + body).facts.gradient_steps
    assert step.name == name


def test_a_step_in_the_loop_itself(evaluate):
    body = STEP.replace("{more}", "pass").split("\n", 2)[2].replace("return loss", "pass")
    (step,) = evaluate(HEAD + "for x in data:\n" + body).facts.gradient_steps
    assert step.name is None


def test_the_number_of_steps(evaluate):
    body = (
        STEP.replace("{more}", "pass") + "for epoch in range(4):\n    for x in data.take(3):\n        step(x)"
    )
    (step,) = evaluate(HEAD + body).facts.gradient_steps
    assert step.passes == 12


def test_a_step_without_hazards(evaluate):
    body = (
        STEP.replace("{more}", "own = []; own.append(loss); size = len(own)") + "for x in data:\n    step(x)"
    )
    facts = evaluate(HEAD + body).facts
    (step,) = facts.gradient_steps
    assert facts.hazards(step.function, step.evaluations) == ()


@pytest.mark.parametrize(("more", "words"), HAZARDS.values(), ids=HAZARDS)
def test_hazards(evaluate, more, words):
    facts = evaluate(HEAD + STEP.replace("{more}", more) + "for x in data:\n    step(x)").facts
    (step,) = facts.gradient_steps
    assert facts.hazards(step.function, step.evaluations)[0].words.startswith(words)


def test_a_changing_number_is_a_hazard(evaluate):
    body = STEP.replace("(x)", "(x, n)", 1).replace("{more}", "pass")
    facts = evaluate(HEAD + body + "for i, x in enumerate(data):\n    step(x, i)").facts
    (step,) = facts.gradient_steps
    assert facts.hazards(step.function, step.evaluations)[0].words.startswith(
        "`i` is a Python number that changes"
    )
