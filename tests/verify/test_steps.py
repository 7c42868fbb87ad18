"""What a run counts as its steps, with the real frameworks; one start of TensorFlow for each."""

import json
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

MODEL = """
import os
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import numpy as np
import tensorflow as tf
import keras
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
x = np.random.rand(24, 4).astype("float32")
y = np.random.rand(24, 1).astype("float32")
"""


def run(folder: Path, source: str, **request) -> Run:
    (folder / "train.py").write_text(MODEL + textwrap.dedent(source))
    program = Program(
        Path("train.py"), folder, Path(sys.executable), environment={"TF_CPP_MIN_LOG_LEVEL": "3"}
    )
    return execute(Request(program, timeout=120, **request))


def steps(seen: Run) -> int:
    assert seen.end.is_measured, seen.error
    # Every script here makes its first step in a call of its own.
    return len(seen.step_times) + 1


def test_fit_counts_the_steps_of_all_its_calls(tmp_path):
    source = """
        print('{"steps": {"kind": "mine"}}')
        model.evaluate(x, y, batch_size=8, verbose=0)
        for element in tf.data.Dataset.range(50):
            pass
        model.compile("adam", "mse")
        model.fit(x, y, batch_size=4, epochs=2, validation_data=(x, y), verbose=0)
        for _ in range(2):
            model.fit(x, y, batch_size=8, verbose=0)
        model.compile("adam", "mse", steps_per_execution=4)
        model.fit(x, y, batch_size=4, epochs=2, verbose=0)
        assert model.optimizer.iterations.numpy() == 12
        assert os.environ["KERAS_BACKEND"] == "tensorflow" and not tf.config.list_physical_devices("GPU")
    """
    seen = run(tmp_path, "model.compile('sgd', 'mse')\n" + textwrap.dedent(source))
    assert seen.kind == "train"
    assert steps(seen) == 2 * 6 + 2 * 3 + 2 * 6
    assert seen.end is End.FINISHED
    assert sum(seen.step_times) == pytest.approx(seen.steady)
    assert seen.wall > seen.startup + seen.first_step + seen.steady
    # Validation, the other fits and the second compilation lie between steps, where they count.
    assert max(seen.step_times) > 5 * sorted(seen.step_times)[len(seen.step_times) // 2]
    assert seen.peak_memory > 100 << 20
    assert seen.software["backend"] == "tensorflow"
    assert set(seen.software) >= {"python", "tensorflow", "keras"}
    assert seen.cpu > 0


def test_a_compiled_loop_counts_its_updates(tmp_path):
    source = """
        optimizer = keras.optimizers.Adam()

        @tf.function
        def forward(a):
            return model(a)

        class Task:
            @tf.function
            def step(self, a, b):
                with tf.GradientTape() as tape:
                    loss = tf.reduce_mean((forward(a) - b) ** 2)
                optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
                return loss

        task = Task()
        for epoch in range(2):
            for a, b in tf.data.Dataset.from_tensor_slices((x, y)).batch(5):
                loss = task.step(a, b)
            forward(x)
            model(x)
        assert optimizer.iterations.numpy() == 10
    """
    seen = run(tmp_path, source, capture=tmp_path / "capture")
    assert seen.kind == "custom"
    assert steps(seen) == 10
    record = json.loads((tmp_path / "capture" / "capture.json").read_text())
    assert len(record["elements"]) == len(record["losses"]) == 10
    assert record["complete"]
    assert len(record["weights"]) == 2


def test_an_eager_loop_counts_its_updates(tmp_path):
    source = """
        optimizer = keras.optimizers.Adam()
        for a, b in tf.data.Dataset.from_tensor_slices((x, y)).batch(5).repeat(2):
            with tf.GradientTape() as tape:
                loss = keras.losses.MeanSquaredError()(b, model(a, training=True))
            optimizer.apply(tape.gradient(loss, model.trainable_weights), model.trainable_weights)
    """
    seen = run(tmp_path, source)
    assert seen.kind == "custom"
    assert steps(seen) == 10


def test_train_on_batch_counts_its_calls(tmp_path):
    source = """
        model.compile("adam", "mse", run_eagerly=True)
        for start in range(0, 24, 4):
            model.train_on_batch(x[start:start + 4], y[start:start + 4])
        model.test_on_batch(x, y)
        model.predict(x, verbose=0)
    """
    seen = run(tmp_path, source)
    assert seen.kind == "train_on_batch"
    assert steps(seen) == 6


def test_prediction_counts_batches_and_belongs_to_no_training(tmp_path):
    source = """
        for row in tf.data.Dataset.from_tensor_slices(x):
            model.predict(row[None], verbose=0)
        model.predict(x, batch_size=6, verbose=0)
        model.predict_on_batch(x)
    """
    seen = run(tmp_path, source, steps=3)
    assert seen.kind == "predict"
    assert seen.end is End.FINISHED
    assert steps(seen) == 24 + 4 + 1


def test_iteration_counts_elements_and_is_cut_where_nothing_is_trained(tmp_path):
    source = """
        for element in tf.data.Dataset.from_tensor_slices(x).batch(2).as_numpy_iterator():
            pass
        for element in tf.data.Dataset.range(1000):
            pass
    """
    seen = run(tmp_path, source, steps=40, untrained=True)
    assert seen.kind == "iterate"
    assert seen.end is End.CUT
    assert len(seen.step_times) == 40


def test_a_cut_ends_a_script_that_holds_on(tmp_path):
    source = """
        import threading, time, sys
        from concurrent.futures import ThreadPoolExecutor
        threading.Thread(target=time.sleep, args=(600,)).start()
        ThreadPoolExecutor().submit(time.sleep, 600)
        model.compile("adam", "mse")
        model.evaluate(x, y, batch_size=1, verbose=0)
        while True:
            try:
                model.fit(x, y, batch_size=4, verbose=0)
            except Exception:
                open("swallowed", "w")
            except BaseException:
                open("caught", "a").write("x")
    """
    seen = run(tmp_path, source, steps=9)
    assert seen.end is End.CUT
    assert len(seen.step_times) == 9
    assert not (tmp_path / "swallowed").exists()
    assert (tmp_path / "caught").exists()
    assert seen.wall < 60


def test_a_cut_by_time_lets_the_script_clean_up(tmp_path):
    source = """
        import atexit, shutil
        os.mkdir("scratch")
        atexit.register(shutil.rmtree, "scratch")
        model.compile("adam", "mse")
        try:
            model.fit(tf.data.Dataset.from_tensors((x, y)).repeat(), verbose=0)
        finally:
            open("ended", "w")
    """
    seen = run(tmp_path, source, seconds=0.3)
    assert seen.end is End.CUT
    assert 0.3 <= seen.steady < 30
    assert (tmp_path / "ended").exists()
    assert not (tmp_path / "scratch").exists()


def test_a_cut_by_wall_time_counts_from_the_start_of_the_process(tmp_path):
    source = """
        import time
        time.sleep(1)
        model.compile("adam", "mse")
        model.fit(tf.data.Dataset.from_tensors((x, y)).repeat(), verbose=0)
    """
    seen = run(tmp_path, source, wall=0.5)
    assert seen.end is End.CUT
    # It was over before training began: what can be compared is one step.
    assert steps(seen) == 2


PLANTED = """
        served = {"generator": 0, "rows": 0, "unknown": 0, "rebuilt": 0}

        def counted(name, value):
            served[name] += 1
            return value

        def batches():
            while True:
                yield counted("generator", (x[:4], y[:4]))

        class Rows(keras.utils.PyDataset):
            def __len__(self):
                return 40
            def __getitem__(self, index):
                return counted("rows", (x[:4], y[:4]))

        def unknown():
            for _ in range(40):
                yield counted("unknown", (x[:4], y[:4]))

        model.compile("adam", "mse")
        signature = (tf.TensorSpec((4, 4)), tf.TensorSpec((4, 1)))
        model.fit(batches(), steps_per_epoch=40, epochs=2, verbose=0)
        model.fit(Rows(), epochs=2, verbose=0)
        model.fit(Rows(workers=2), epochs=2, verbose=0)
        model.fit(tf.data.Dataset.from_generator(unknown, output_signature=signature), epochs=2, verbose=0)
        model.fit(x, y, batch_size=4, epochs=2, verbose=0)
        for _ in range(3):
            rebuilt = tf.data.Dataset.range(40).map(
                lambda i: tf.numpy_function(lambda i: counted("rebuilt", i), [i], tf.int64)
            )
            for element in rebuilt:
                model.train_on_batch(x[:4], y[:4])
        import json
        json.dump(served, open("served.json", "w"))
"""


def test_data_in_memory_takes_the_same_steps_without_the_programs_data(tmp_path):
    own = run(tmp_path, PLANTED)
    served = json.loads((tmp_path / "served.json").read_text())
    assert served["generator"] >= 80
    assert served["rows"] >= 160
    assert (served["unknown"], served["rebuilt"]) == (80, 120)
    memory = run(tmp_path, PLANTED, data=Data.IN_MEMORY)
    served = json.loads((tmp_path / "served.json").read_text())
    assert steps(memory) == steps(own) == 4 * 80 + 12 + 120
    assert own.kept == 0
    assert memory.kept == 6
    assert served["generator"] < 30
    assert served["rows"] < 60
    # How many there are can only be learnt by counting them, once.
    assert served["unknown"] == 40
    assert served["rebuilt"] < 30


def test_keras_2_is_watched_as_keras_3_is(tmp_path):
    source = """
        import tf_keras
        served = []

        class Rows(tf_keras.utils.Sequence):
            def __len__(self):
                return 30
            def __getitem__(self, index):
                served.append(index)
                return x[:4], y[:4]

        model = tf_keras.Sequential([tf_keras.layers.Dense(1, input_shape=(4,))])
        model.compile("adam", "mse", steps_per_execution=4)
        model.fit(Rows(), epochs=2, verbose=0, validation_data=(x, y))
        model.compile("adam", "mse")
        model.fit(x, y, batch_size=4, epochs=2, verbose=0)
        model.train_on_batch(x, y)
        optimizer = tf_keras.optimizers.Adam()
        for _ in range(3):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((model(x) - y) ** 2)
            optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
        open("served", "w").write(str(len(served)))
    """
    seen = run(tmp_path, source, data=Data.IN_MEMORY)
    assert seen.end is End.FINISHED, seen.error
    assert seen.kind == "train"
    # The first call runs four steps.
    assert len(seen.step_times) + 4 == 2 * 30 + 2 * 6 + 1 + 3
    assert seen.kept == 3
    assert int((tmp_path / "served").read_text()) < 30


def test_runs_of_a_session_are_steps_where_nothing_else_is(tmp_path):
    source = """
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            doubled = 2 * tf.ones((3, 3))
            for _ in range(7):
                session.run(doubled)
    """
    seen = run(tmp_path, source)
    assert (seen.kind, steps(seen)) == ("call", 7)
