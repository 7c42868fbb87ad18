"""What the rules about input pipelines say of the target and of the function that is mapped."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from keraslint.cli.app import keraslint as command

HEAD = """import sys
import keras
import numpy as np
import tensorflow as tf

def load(path):
    return tf.image.resize(tf.io.decode_jpeg(tf.io.read_file(path)), (8, 8)), 0

def flat(image):
    return tf.reshape(tf.cast(image, tf.float32) / 255.0, (784,))

model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2)])
"""
FILES = "tf.data.Dataset.list_files('images/*.jpg')"
IMAGES = "tf.data.Dataset.from_tensor_slices(np.zeros((600, 28, 28), 'uint8'))"


def findings(folder: Path, pipeline: str, code: str, *options: str) -> list[dict[str, Any]]:
    path = folder / "train.py"
    path.write_text(f"{HEAD}model.fit({pipeline}, epochs=2)\n", encoding="utf-8")
    arguments = ["check", "--isolated", "--no-cache", "--select", code, "--output-format", "json"]
    result = CliRunner().invoke(command, [*arguments, *options, str(path)])
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def fixed(folder: Path) -> str:
    """What the fixes of KL102 make of the program for TensorFlow 2.7."""
    path = folder / "train.py"
    options = ["--isolated", "--no-cache", "--select", "KL102", "--target-tensorflow", "2.7", "--fix"]
    CliRunner().invoke(command, ["check", *options, str(path)])
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", ["KL102", "KL103"])
@pytest.mark.parametrize(
    ("version", "name"), [("2.3", "tf.data.experimental.AUTOTUNE"), ("2.4", "tf.data.AUTOTUNE")]
)
def test_fixes_write_the_autotune_that_the_target_has(
    tmp_path: Path, code: str, version: str, name: str
) -> None:
    pipeline = f"{FILES}.map(load).batch(8)"
    (found,) = findings(tmp_path, pipeline, code, "--target-tensorflow", version)
    assert name in found["fix"]["message"]
    assert [name in edit["content"] for edit in found["fix"]["edits"]] == [True]


@pytest.mark.parametrize(("version", "name"), [("2.3", "experimental.AUTOTUNE"), ("2.4", "AUTOTUNE")])
def test_contributed_transformations_become_calls_that_the_target_tunes(
    tmp_path: Path, version: str, name: str
) -> None:
    pipeline = f"{FILES}.apply(tf.contrib.data.map_and_batch(load, 8))"
    (found,) = findings(tmp_path, pipeline, "KL504", "--target-tensorflow", version)
    assert f"num_parallel_calls=tf.data.{name})" in found["fix"]["edits"][0]["content"]


def test_a_prefetch_is_put_after_the_cache(tmp_path: Path) -> None:
    pipeline = f"{FILES}.map(load).batch(8).cache().repeat()"
    (found,) = findings(tmp_path, pipeline, "KL102", "--target-tensorflow", "2.7")
    assert found["message"].startswith("nothing after `batch` fetches")
    assert found["fix"]["message"].endswith("after `cache`")
    assert ".cache().prefetch(tf.data.AUTOTUNE).repeat()" in fixed(tmp_path)


def test_of_a_prefetch_that_is_dropped_one_rule_speaks(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    body = f"ds = {FILES}.map(load).batch(8)\nds.{{step}}\nmodel.fit(ds, epochs=2)\n"
    options = ["--isolated", "--no-cache", "--select", "KL102,KL123", "--output-format", "json"]
    for step, codes in (("prefetch(2)", ["KL123"]), ("cache()", ["KL102", "KL123"])):
        path.write_text(HEAD + body.format(step=step), encoding="utf-8")
        found = json.loads(CliRunner().invoke(command, ["check", *options, str(path)]).stdout)
        assert sorted(each["code"] for each in found) == codes


def test_a_prefetch_that_is_dropped_outside_says_nothing_of_what_is_missing_inside(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    inner = "lambda path: tf.data.Dataset.from_tensors(path).map(load)"
    body = f"ds = {FILES}.interleave({inner}).batch(8)\nds.prefetch(2)\nmodel.fit(ds, epochs=2)\n"
    path.write_text(HEAD + body, encoding="utf-8")
    options = ["--isolated", "--no-cache", "--select", "KL102", "--output-format", "json"]
    (found,) = json.loads(CliRunner().invoke(command, ["check", *options, str(path)]).stdout)
    assert "inside `interleave`" in found["message"]


def test_where_only_some_paths_cache_no_place_is_right_for_all(tmp_path: Path) -> None:
    pipeline = f"(ds.cache() if len(sys.argv) > 1 else ds) if (ds := {FILES}.map(load).batch(8)) else None"
    found = findings(tmp_path, pipeline, "KL102", "--target-tensorflow", "2.7")
    assert [each["fix"] for each in found] == [None]


def test_a_shuffle_hands_on_what_a_prefetch_before_it_made_ready(tmp_path: Path) -> None:
    before = f"{FILES}.map(load).batch(8)"
    assert findings(tmp_path, f"{before}.shuffle(4)", "KL102", "--target-tensorflow", "2.3")
    assert not findings(tmp_path, f"{before}.prefetch(4).shuffle(4)", "KL102", "--target-tensorflow", "2.3")


def test_batches_of_one_sample_are_shuffled_as_samples(tmp_path: Path) -> None:
    assert findings(tmp_path, f"{FILES}.map(load).batch(8).shuffle(100)", "KL107")
    assert not findings(tmp_path, f"{FILES}.map(load).batch(1).shuffle(100)", "KL107")


def test_a_map_over_batches_works_on_a_batch_at_a_time(tmp_path: Path) -> None:
    draw = "lambda image: image + tf.random.normal((8, 28, 28))"
    (single,) = findings(tmp_path, f"{IMAGES}.map({draw}).batch(8)", "KL103")
    (batched,) = findings(tmp_path, f"{IMAGES}.batch(8).map({draw})", "KL103")
    assert "one element at a time" in single["message"]
    assert "one batch at a time" in batched["message"]


def test_a_reshape_gives_the_same_on_batches_only_with_a_leading_axis(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, f"{IMAGES}.map(flat).batch(8)", "KL106")
    assert "`-1`" in found["message"]
    assert "`-1` before the shape" in found["fix"]["message"]
    (found,) = findings(tmp_path, f"{IMAGES}.map(lambda image: image / 255).batch(8)", "KL106")
    assert "-1" not in found["message"]


PADDED = """import keras
import numpy as np

def padded(rows):
    longest = np.max([len(row) for row in rows])
    return np.array([np.pad(row, (0, longest - len(row))) for row in rows])

def batches(lines, size):
    while True:
        rows = []
        for line in lines:
            rows.append(np.array([ord(letter) for letter in line]))
            if len(rows) == size:
                yield padded(rows), np.zeros(size)
                rows = []

model = keras.Sequential([keras.layers.Embedding(200, 8), keras.layers.LSTM(4)])
model.compile("sgd", "mse")
model.fit(batches(open("text.txt").readlines(), 32), steps_per_epoch=10)
"""


def test_a_generator_is_told_by_the_call_that_it_makes_most_often(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(PADDED, encoding="utf-8")
    arguments = ["check", "--isolated", "--no-cache", "--select", "KL119", "--output-format", "json"]
    (found,) = json.loads(CliRunner().invoke(command, [*arguments, str(path)]).stdout)
    assert found["message"].endswith("which transforms each sample with `np.pad`")
