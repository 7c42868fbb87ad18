"""Planted wrong fixes are caught, each by its name; right ones pass."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from keraslint.verify.equality import compare
from keraslint.verify.execution import execute
from keraslint.verify.measurement import Equality
from keraslint.verify.probe.arrays import write
from keraslint.verify.run import Program
from keraslint.verify.run import Request

ROWS = np.random.default_rng(0).random((50, 3), dtype="float32")
LABELS = np.arange(50) % 4


def batched(rows, labels, size=8):
    return [(rows[start : start + size], labels[start : start + size]) for start in range(0, len(rows), size)]


def capture(
    folder, elements, losses=((0.5,), (0.25,)), weights=(ROWS[:3],), complete=True, kind="train", warned=()
):
    folder.mkdir()
    record = {
        "kind": kind,
        "elements": write(folder / "elements.npz", elements),
        "weights": write(folder / "weights.npz", [weights])[0],
        "losses": [list(values) for values in losses],
        "complete": complete,
        "warnings": list(warned),
    }
    (folder / "capture.json").write_text(json.dumps(record))
    return folder


@pytest.fixture
def against(tmp_path):
    bad = capture(tmp_path / "bad", batched(ROWS, LABELS))

    def compare_with(elements=None, **rest) -> Equality:
        elements = batched(ROWS, LABELS) if elements is None else elements
        return compare(bad, capture(tmp_path / "good", elements, **rest))

    return compare_with


def test_the_same_is_exact(against):
    seen = against()
    assert seen.verdict == "exact"
    assert "same 50 elements in the same order" in seen.detail
    assert seen.tolerance is None


def test_what_only_the_first_program_is_warned_of_is_told(tmp_path):
    folders = [
        capture(tmp_path / name, batched(ROWS, LABELS), warned=warned)
        for name, warned in (("bad", ("of both", "of one")), ("good", ("of both", "of the other")))
    ]
    assert compare(*folders).warning == "of one"
    assert compare(folders[1], folders[1]).warning == ""


def test_other_batches_of_the_same_elements_are_said(against):
    seen = against(batched(ROWS, LABELS, 5))
    assert seen.verdict == "exact"
    assert "in batches of other sizes" in seen.detail


def test_rounding_is_close_and_the_tolerance_stated(against):
    seen = against(batched(ROWS * np.float32(1 + 1e-6), LABELS), weights=(ROWS[:3] + np.float32(1e-5),))
    assert seen.verdict == "close"
    assert seen.tolerance == 1e-3


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        (batched(ROWS[::-1], LABELS[::-1]), "another order, from element 1 on"),
        (
            batched(ROWS[[0, 1, 3, 2, *range(4, 50)]], LABELS[[0, 1, 3, 2, *range(4, 50)]], 5),
            "another order, from element 3 on",
        ),
        (
            batched(np.where(np.arange(50)[:, None] == 20, ROWS + 1, ROWS), LABELS),
            "Element 21 is another one",
        ),
        (batched(ROWS, np.where(LABELS == 3, 0, LABELS)), "Element 4 is another one"),
        (batched(ROWS.astype("float64"), LABELS), "type float64, not float32"),
        (batched(ROWS[:, :2], LABELS), "shape (2,), not (3,)"),
        (batched(ROWS, LABELS)[:-1], "last batch is dropped: an epoch has 48 elements, not 50"),
        ([*batched(ROWS, LABELS), (ROWS[:4], LABELS[:4])], "54 elements, not 50"),
        ([(rows,) for rows, _ in batched(ROWS, LABELS)], "1 arrays, not 2"),
    ],
)
def test_other_elements_are_told_apart(against, elements, words):
    seen = against(elements)
    assert seen.verdict == "different"
    assert words in seen.detail
    assert seen.tolerance == 1e-3


def test_what_was_not_seen_to_the_end_is_not_called_dropped(against):
    assert against(batched(ROWS, LABELS)[:-1], complete=False).verdict == "exact"


def test_other_losses_and_weights_are_told(against):
    seen = against(losses=((0.5,), (0.26,)))
    assert seen.verdict == "different"
    assert "from epoch 2 on: 0.26, not 0.25" in seen.detail


@pytest.mark.parametrize(
    "weights", [(ROWS[:3] * np.float32(1.01),), (ROWS[:4],), (ROWS[:3] * np.float32("nan"),)]
)
def test_other_weights_are_told(against, weights):
    seen = against(weights=weights)
    assert seen.verdict == "different"
    assert "weights" in seen.detail


def test_a_diverged_training_equals_itself(tmp_path):
    weights = (ROWS[:3] * np.float32("nan"),)
    losses = ((float("nan"),),)
    captures = [
        capture(tmp_path / name, batched(ROWS, LABELS), weights=weights, losses=losses) for name in ("a", "b")
    ]
    assert compare(*captures).verdict == "exact"


def test_text_is_compared_too(tmp_path):
    words = np.array([b"one", b"two"], dtype=object)
    one, same = (capture(tmp_path / name, [(words,)]) for name in ("one", "same"))
    other = capture(tmp_path / "other", [(words[::-1],)])
    assert compare(one, same).verdict == "exact"
    assert "another order" in compare(one, other).detail


def test_without_a_capture_nothing_is_comparable(tmp_path, against):
    assert compare(tmp_path / "bad", tmp_path / "missing").verdict == "not comparable"


SCRIPT = """
import sys
import warnings
import keras
import numpy as np
import tensorflow as tf
keras.utils.set_random_seed(0)
fix = sys.argv[1]
if fix == "none":
    warnings.warn("the data is slow\\nand more of it")
x = np.random.default_rng(0).integers(0, 256, (50, 6)).astype("uint8")
y = np.arange(50) % 3
if fix == "order":
    x, y = x[::-1], y[::-1]
scale = 256.0 if fix == "elements" else 255.0
dtype = "float64" if fix == "dtype" else "float32"
prepare = lambda a, b: (tf.cast(a, dtype) / tf.cast(scale, dtype), b)
dataset = tf.data.Dataset.from_tensor_slices((x, y))
if fix == "right":
    dataset = dataset.batch(8).map(prepare, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
else:
    dataset = dataset.map(prepare).batch(8, drop_remainder=fix == "dropped")
model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, activation="softmax")])
model.compile(keras.optimizers.SGD(0.2 if fix == "weights" else 0.1), "sparse_categorical_crossentropy")
model.fit(dataset, epochs=2, validation_data=(x[:5] / 255, y[:5]), verbose=0)
"""


def captured(folder: Path, fix: str) -> Path:
    script = folder / "train.py"
    script.write_text(SCRIPT)
    program = Program(script, folder, Path(sys.executable), (fix,), {"CUDA_VISIBLE_DEVICES": "-1"})
    seen = execute(Request(program, capture=folder / fix, timeout=120))
    assert seen.end.is_measured, seen.error
    return folder / fix


@pytest.fixture(scope="module")
def unfixed(tmp_path_factory):
    return captured(tmp_path_factory.mktemp("training"), "none")


@pytest.mark.parametrize(
    ("fix", "verdict", "words"),
    [
        ("right", "exact", "The same 50 elements in the same order. The same losses. The same weights."),
        ("order", "different", "another order"),
        ("elements", "different", "is another one"),
        ("dtype", "different", "type float64, not float32"),
        ("dropped", "different", "last batch is dropped"),
        ("weights", "different", "The same 50 elements in the same order. The losses differ"),
    ],
)
def test_fixes_of_a_real_training(unfixed, fix, verdict, words):
    seen = compare(unfixed, captured(unfixed.parent, fix))
    assert seen.verdict == verdict, seen
    assert words in seen.detail
    assert seen.warning == "the data is slow"
