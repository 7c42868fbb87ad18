"""Changes that mean nothing leave everything that is known as it was."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

HEAD = """\
import numpy as np
import tensorflow as tf
from tensorflow import keras

def scale(x, y):
    return tf.cast(x, tf.float32) / 255.0, y

def flip(x, y):
    return tf.image.random_flip_left_right(x), y

def crop(x, y):
    return tf.image.resize(x, (4, 4)), y
"""
SOURCES = (
    "tf.data.Dataset.from_tensor_slices((np.zeros((64, 8, 8, 3), 'uint8'), np.zeros(64)))",
    "tf.data.Dataset.range(10).map(lambda i: (i, i))",
    "keras.utils.image_dataset_from_directory('images')",
)
STEPS = (
    "map(scale)",
    "map(flip)",
    "map(crop, num_parallel_calls=tf.data.AUTOTUNE)",
    "shuffle(100)",
    "cache()",
    "batch(8)",
    "prefetch(tf.data.AUTOTUNE)",
    "repeat(2)",
    "map(lambda x, y: (x + 1.0, y))",
)
MODELS = (
    "keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(2)])",
    "keras.Sequential([keras.layers.Dense(2)])",
    "keras.models.load_model('model')",
)
UNRELATED = (
    "print('hello')",
    "import os",
    "verbose = os.environ.get('VERBOSE')",
    "def unrelated(a, b=1):\n    return a + b",
    "class Unrelated:\n    x = 1",
    "for _ in range(3):\n    print(_)",
    "with open('log') as log:\n    log.write('x')",
    "try:\n    import rich\nexcept ImportError:\n    rich = None",
    "'a string'",
    "other = tf.data.Dataset.range(3).map(str).batch(2)",
    "unused = lambda a: a",
    "assert True",
    "numbers = [n * n for n in range(10)]",
)

chains = st.tuples(st.sampled_from(SOURCES), st.lists(st.sampled_from(STEPS), max_size=6))
models = st.sampled_from(MODELS)


def program(source, steps, model):
    """A program a statement a line: the pipeline, the model, the training."""
    return [
        f"ds = {'.'.join([source, *steps])}",
        f"model = {model}",
        "model.compile(loss='mse')",
        "model.fit(ds, epochs=3)",
    ]


def verdicts(evaluate, lines):
    return known_of(evaluate(HEAD + "\n".join(lines)).facts)


def known_of(facts):
    """All that rules read of the pipelines, the models and the training calls, places aside."""
    return (
        [(c.method, c.data_kind, c.is_certain, c.argument("epochs").number) for c in facts.training_calls],
        [
            (
                pipeline.is_certain,
                [
                    (
                        step.name,
                        step.element_size,
                        step.maps and (step.mapper.elementwise, step.mapper.is_stateful, step.mapper.opaque),
                        step.argument("num_parallel_calls").is_absent,
                    )
                    for step in pipeline.steps
                ],
            )
            for pipeline in facts.pipelines
        ],
        [(fact.model.kind, fact.architecture.parameters, fact.is_trained) for fact in facts.models],
    )


def indented(lines, depth=1):
    return ["    " * depth + line for text in lines for line in text.split("\n")]


@settings(max_examples=60)
@given(
    chain=chains,
    model=models,
    extra=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(UNRELATED)), max_size=4),
)
def test_unrelated_statements(evaluate, chain, model, extra):
    lines = program(*chain, model)
    longer = list(lines)
    for place, statement in extra:
        longer.insert(place, statement)
    assert verdicts(evaluate, longer) == verdicts(evaluate, lines)


@settings(max_examples=40)
@given(
    chain=chains,
    model=models,
    names=st.lists(st.from_regex(r"[a-z_]{1,8}9", fullmatch=True), min_size=2, max_size=2, unique=True),
)
def test_renamed_variables(evaluate, chain, model, names):
    lines = program(*chain, model)
    renamed = [re.sub(r"\bds\b", names[0], re.sub(r"\bmodel\b(?!')", names[1], line)) for line in lines]
    assert verdicts(evaluate, renamed) == verdicts(evaluate, lines)


@settings(max_examples=60)
@given(chain=chains, model=models, data=st.data())
def test_a_chain_in_several_statements(evaluate, chain, model, data):
    source, steps = chain
    lines = program(source, steps, model)
    cuts = data.draw(st.sets(st.integers(0, len(steps))))
    split = [f"ds = {source}"]
    for index, step in enumerate(steps):
        if index in cuts:
            split.append(f"ds = ds.{step}")
        else:
            split[-1] += f".{step}"
    assert verdicts(evaluate, split + lines[1:]) == verdicts(evaluate, lines)


WRAPPERS = {
    "function": lambda lines: [
        "def wrapper():",
        *indented([*lines[:1], "return ds"]),
        "ds = wrapper()",
        *lines[1:],
    ],
    "with arguments": lambda lines: [
        "def wrapper(*args, **kwargs):",
        *indented([*lines[:1], "return ds"]),
        "ds = wrapper(1, b=2)",
        *lines[1:],
    ],
    "model": lambda lines: [
        lines[0],
        "def build():",
        *indented([*lines[1:3], "return model"]),
        "model = build()",
        lines[3],
    ],
    "main": lambda lines: ["def main():", *indented(lines), "main()"],
    "guarded main": lambda lines: [
        "def main():",
        *indented(lines),
        "if __name__ == '__main__':",
        "    main()",
    ],
    "uncalled": lambda lines: ["def main():", *indented(lines)],
    "method": lambda lines: ["class Trainer:", "    def run(self):", *indented(lines, 2), "Trainer().run()"],
    "uncalled method": lambda lines: ["class Trainer:", "    def run(self):", *indented(lines, 2)],
    "attribute": lambda lines: [
        "class Trainer:",
        "    def load(self):",
        *indented([lines[0], "self.ds = ds"], 2),
        "    def train(self):",
        *indented([lines[1], "model.fit(self.ds, epochs=3)"], 2),
        "trainer = Trainer()",
        "trainer.load()",
        "trainer.train()",
    ],
    "uncalled attribute": lambda lines: [
        "class Trainer:",
        "    def __init__(self):",
        "        self.ds = None",
        "    def train(self):",
        *indented([lines[1], "model.fit(self.ds, epochs=3)"], 2),
        "    def load(self):",
        *indented([lines[0], "self.ds = ds"], 2),
    ],
    "dict": lambda lines: [
        lines[0],
        "all_data = {'train': ds}",
        *lines[1:3],
        "model.fit(all_data['train'], epochs=3)",
    ],
    "tuple": lambda lines: [
        "def wrapper():",
        *indented([*lines[:1], "return ds, 1"]),
        "ds, _ = wrapper()",
        *lines[1:],
    ],
    "closure": lambda lines: [
        "def outer():",
        "    def inner():",
        *indented([*lines[:1], "return ds"], 2),
        "    return inner",
        "ds = outer()()",
        *lines[1:],
    ],
    "lambda": lambda lines: [lines[0].replace("ds = ", "make = lambda: "), "ds = make()", *lines[1:]],
    "if": lambda lines: ["if True:", *indented(lines)],
    "try": lambda lines: ["try:", *indented(lines), "finally:", "    pass"],
    "with": lambda lines: ["with open('log') as log:", *indented(lines)],
    "keywords": lambda lines: [*lines[:3], "options = {'epochs': 3}", "model.fit(ds, **options)"],
}


@settings(max_examples=100)
@given(chain=chains, model=models, wrapper=st.sampled_from(sorted(WRAPPERS)))
def test_wrapped_in_a_helper(evaluate, chain, model, wrapper):
    lines = program(*chain, model)
    assert verdicts(evaluate, WRAPPERS[wrapper](lines)) == verdicts(evaluate, lines)


@settings(max_examples=30)
@given(
    chain=chains,
    model=models,
    form=st.sampled_from(["from helpers import *", "from helpers import scale, flip, crop"]),
)
def test_helpers_moved_to_another_module(evaluate, chain, model, form):
    lines = program(*chain, model)
    imports, helpers = HEAD.split("\n\n", 1)
    moved = evaluate({"helpers.py": HEAD, "main.py": "\n".join([imports, form, *lines])})
    alone = evaluate("\n".join([imports, helpers, *lines]))
    assert known_of(moved.facts) == known_of(alone.facts)


def test_every_wrapper_is_told_apart_from_nothing(evaluate):
    lines = program(SOURCES[0], STEPS, MODELS[0])
    known = verdicts(evaluate, lines)
    assert known[0]
    assert len(known[1][0][1]) == 10
    for name, wrapper in WRAPPERS.items():
        assert verdicts(evaluate, wrapper(lines)) == known, name
