"""Two runs whose results are compared draw the same random numbers, with the real frameworks."""

import sys

import numpy as np

from keraslint.verify.captured import read
from keraslint.verify.equality import compare
from keraslint.verify.execution import execute
from keraslint.verify.run import Program
from keraslint.verify.run import Request

SCRIPT = """\
import os
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import random
import numpy as np
import keras
import tensorflow as tf

words = {"red", "green", "blue", "yellow", "black", "white", "brown", "pink"}
y = np.array([random.random() + len(word) for word in words], "float32")
noise = np.random.rand(8, 4)
np.random.seed(7)
x = np.random.rand(8, 4)
x[:, 0] = noise[:, 0]
dataset = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(8).batch(2)
dataset = dataset.map(lambda a, b: (a, b + tf.random.normal([2])))
model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dropout(0.5), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(dataset, epochs=2, verbose=0)
model.predict(x, verbose=0)
"""


def test_what_a_script_leaves_to_chance_is_the_same_on_every_run_and_what_it_seeds_is_its_own(tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)
    program = Program(
        tmp_path / "train.py", tmp_path, sys.executable, environment={"TF_CPP_MIN_LOG_LEVEL": "3"}
    )
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        seen = execute(Request(program, timeout=300, capture=folder))
        assert seen.end.is_measured, seen.error
    equality = compare(*folders)
    assert equality.verdict == "exact", equality.detail
    firsts = np.concatenate([x.array[:, 1] for x, _ in read(folders[0]).elements])
    assert sorted(firsts) == sorted(np.random.RandomState(7).rand(8, 4)[:, 1])
