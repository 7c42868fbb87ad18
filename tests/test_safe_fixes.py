"""A fix is safe only where what it touches is proven to give the same results."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from keraslint.cli.app import keraslint as command

MAPPED = """\
import tensorflow as tf
from tensorflow import keras
{imports}
def load(path):
    return {body}
ds = tf.data.Dataset.list_files("images/*.jpg").map(load).batch(32)
model = keras.Sequential([keras.layers.Dense(1)])
model.fit(ds)
"""
SERVED = """\
import zlib
import keras
{imports}
class Batches(keras.utils.PyDataset):
    def __init__(self, packed, **kwargs):
        super().__init__(**kwargs)
        self.packed, self.last = packed, 0
    def __len__(self):
        return 8
    def __getitem__(self, index):
        return {body}
model = keras.Sequential([keras.layers.Dense(1)])
model.fit(Batches([b""] * 8))
"""
DECODED, INFLATED = "tf.io.decode_jpeg(path)", "zlib.decompress(self.packed[index])"


@pytest.mark.parametrize(
    ("rule", "program", "imports", "body", "applicability"),
    [
        ("KL103", MAPPED, "", DECODED, "safe"),
        ("KL103", MAPPED, "", f"tf.image.random_flip_left_right({DECODED})", "unsafe"),
        ("KL103", MAPPED, "from elsewhere import tweak", f"tweak({DECODED})", "unsafe"),
        ("KL201", SERVED, "", INFLATED, "safe"),
        ("KL201", SERVED, "import random", f"{INFLATED}, random.random()", "unsafe"),
        ("KL201", SERVED, "from elsewhere import tweak", f"tweak({INFLATED})", "unsafe"),
    ],
)
def test_what_is_random_or_cannot_be_seen_makes_no_safe_fix(
    tmp_path: Path, rule: str, program: str, imports: str, body: str, applicability: str
) -> None:
    path = tmp_path / "train.py"
    path.write_text(program.format(imports=imports, body=body))
    arguments = ["check", "--isolated", "--no-cache", "--output-format", "json", "--select", rule, str(path)]
    (finding,) = json.loads(CliRunner().invoke(command, arguments).stdout)
    assert finding["fix"]["applicability"] == applicability


SHARED = """\
import tensorflow as tf
from tensorflow import keras
def read(path):
    return tf.io.decode_jpeg(tf.io.read_file(path))
def flipped(path):
    return tf.image.random_flip_left_right(read(path))
def images(function):
    return tf.data.Dataset.list_files("images/*.jpg").map(function).batch(32)
model = keras.Sequential([keras.layers.Dense(1)])
"""
UNORDERED = """\
options = tf.data.Options()
options.deterministic = False
"""


@pytest.mark.parametrize("version", ["2.8", "2.16"])
@pytest.mark.parametrize(
    ("training", "applicability"),
    [
        ("model.fit(images(read))", "safe"),
        ("model.fit(images(read))\nmodel.fit(images(flipped))", "unsafe"),
        ("model.fit(images(flipped))\nmodel.fit(images(read))", "unsafe"),
        (f"{UNORDERED}model.fit(images(read).with_options(options))", "unsafe"),
        (f"{UNORDERED}model.fit(images(read))\nmodel.fit(images(read).with_options(options))", "unsafe"),
    ],
)
def test_a_fix_is_as_safe_as_in_the_worst_of_all_ways_to_its_place(
    tmp_path: Path, version: str, training: str, applicability: str
) -> None:
    path = tmp_path / "train.py"
    path.write_text(SHARED + training + "\n")
    arguments = ["check", "--isolated", "--no-cache", "--output-format", "json", "--select", "KL103"]
    result = CliRunner().invoke(command, [*arguments, "--target-tensorflow", version, str(path)])
    (finding,) = json.loads(result.stdout)
    assert finding["fix"]["applicability"] == applicability


GENERATED = """\
import tensorflow as tf
from tensorflow import keras
{imports}
state = {{"factor": 1.0}}
def samples():
    for number in range(100):
        yield tf.ones((2,)) * state["factor"], number
options = tf.data.Options()
options.autotune.enabled = {autotune}
ds = {source}.batch(8).with_options(options)
model = keras.Sequential([keras.layers.Dense(1)])
model.fit(ds)
"""
RANGE = "tf.data.Dataset.range(100).map(lambda n: {})"


@pytest.mark.parametrize(
    ("imports", "source", "applicability"),
    [
        ("", RANGE.format("tf.image.resize(tf.ones((8, 8, 3)), (4, 4))"), "safe"),
        ("from elsewhere import tweak", RANGE.format("tweak(n)"), "unsafe"),
        ("", RANGE.format("tf.py_function(lambda: state['factor'], [], tf.float32)"), "unsafe"),
        ("", "tf.data.Dataset.from_generator(samples, output_types=(tf.float32, tf.int32))", "unsafe"),
    ],
)
@pytest.mark.parametrize("autotune", ["True", "False"])
def test_what_python_code_sees_makes_no_safe_prefetch(
    tmp_path: Path, imports: str, source: str, applicability: str, autotune: str
) -> None:
    path = tmp_path / "train.py"
    path.write_text(GENERATED.format(imports=imports, source=source, autotune=autotune))
    arguments = ["check", "--isolated", "--no-cache", "--output-format", "json", "--select", "KL102"]
    (finding,) = json.loads(CliRunner().invoke(command, [*arguments, str(path)]).stdout)
    # Where tf.data adds the same by itself, nothing changes.
    assert finding["fix"]["applicability"] == ("safe" if autotune == "True" else applicability)
