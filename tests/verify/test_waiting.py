"""How long a program waits for its data, where a clock that the program turns says what it must be."""

import sys
import textwrap
from pathlib import Path

import pytest

from keraslint.verify.execution import execute
from keraslint.verify.run import Data
from keraslint.verify.run import End
from keraslint.verify.run import Program
from keraslint.verify.run import Request
from keraslint.verify.run import Run
from keraslint.verify.summary import side

# An element takes three seconds and a training step one, of a clock that nothing else moves.
CLOCK = """
import os
import time

clock = [time.perf_counter()]
time.perf_counter = lambda: clock[0]
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np
import tensorflow as tf


def taking(seconds, value):
    def pass_on(given):
        clock[0] += seconds
        return given

    return tf.ensure_shape(tf.numpy_function(pass_on, [value], value.dtype), value.shape)


class Slow(keras.layers.Layer):
    def call(self, inputs, training=False):
        return inputs + tf.stop_gradient(0 * taking(1 if training else 0, inputs))

    def compute_output_spec(self, inputs, training=False):
        return keras.KerasTensor(inputs.shape)


def load(index):
    return taking(3, tf.ones((8, 4))), tf.ones((8, 1))


# Everything happens in its turn: nothing is fetched ahead.
options = tf.data.Options()
options.autotune.enabled = False
options.experimental_optimization.inject_prefetch = False
dataset = tf.data.Dataset.range(10).map(load).with_options(options)
model = keras.Sequential([keras.Input((4,)), Slow(), keras.layers.Dense(1)])
optimizer = keras.optimizers.SGD(0.001)
"""
LOOP = """
def step(rows, targets):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(rows, training=True) - targets) ** 2)
    optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
    return loss


for epoch in range(3):
    for rows, targets in dataset:
        step(rows, targets)
        # A model that is asked more often than it is updated.
        model(rows)
        model(rows)
    for rows, _ in dataset.skip(8):
        model(rows)
"""
FIT = """
model.compile(optimizer, "mse", run_eagerly=True)
model.fit(dataset, epochs=3, verbose=0, validation_data=dataset.skip(8))
"""
COMPILED = """
model.compile(optimizer, "mse")
model.fit(dataset, epochs=3, verbose=0)
"""


def run(folder: Path, source: str, data: Data = Data.OWN, steps: int | None = None) -> Run:
    script = folder / "train.py"
    script.write_text(CLOCK + textwrap.dedent(source))
    seen = execute(Request(Program(script, folder, Path(sys.executable)), data, steps, untrained=True))
    assert seen.end.is_measured, seen.error
    return seen


@pytest.mark.parametrize("source", [LOOP, FIT], ids=["loop", "fit"])
def test_an_eager_training_waits_for_what_its_data_takes(tmp_path, source):
    own, memory = run(tmp_path, source), run(tmp_path, source, Data.IN_MEMORY)
    assert len(own.step_times) == len(memory.step_times) == 29
    # Filling the memory, with the data of the validation too, takes no part of the training.
    assert memory.steady == pytest.approx(29)
    # Three elements of four seconds each are waited for, those of the validations besides.
    assert own.waited == pytest.approx(own.steady - 29)
    assert own.waited / own.steady > 0.75
    assert side([own], [memory]).waiting == pytest.approx(own.waited / own.steady)


def test_a_compiled_training_waits_for_what_its_data_takes(tmp_path):
    own, memory = run(tmp_path, COMPILED), run(tmp_path, COMPILED, Data.IN_MEMORY)
    assert own.waited == 0
    assert side([own], [memory]).waiting == pytest.approx(0.75, abs=0.02)


def test_what_is_waited_before_the_first_step_counts_with_it(tmp_path):
    training = "model.compile(optimizer, 'mse', run_eagerly=True)\nmodel.fit(tf.ones((8, 4)), tf.ones((8, 1)), epochs=2)\n"
    seen = run(tmp_path, training)
    after_a_look = run(tmp_path, "for rows, targets in dataset.take(2):\n    print(rows.shape)\n" + training)
    assert after_a_look.first_step - seen.first_step == pytest.approx(6)
    assert after_a_look.steady == pytest.approx(seen.steady)


def test_a_loop_is_cut_by_its_updates_however_often_it_asks_its_model(tmp_path):
    seen = run(tmp_path, LOOP, steps=12)
    assert (seen.end, seen.kind, len(seen.step_times)) == (End.CUT, "custom", 12)


def test_a_wait_that_was_seen_is_told_whatever_the_run_in_memory_took():
    own = Run(End.FINISHED, 9.0, steady=4.0, kind="custom", step_times=(1.0,) * 4, waited=2.2)
    slow = Run(End.FINISHED, 9.0, steady=3.6, kind="custom", step_times=(0.9,) * 4, kept=1)
    assert side([own], [slow]).waiting == pytest.approx(0.55)
