"""Maps after a `prefetch`: KL105 warns of those alone that the model waits for."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from keraslint.cli.app import keraslint as command

PROGRAM = """\
import tensorflow as tf

options = tf.data.Options()
options.experimental_optimization.inject_prefetch = False
data = tf.data.Dataset.list_files("*.jpg").map(lambda path: (load(path), 0)).batch(8).prefetch(1)
data = data.map({function}).with_options(options)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(data)
"""


@pytest.mark.parametrize(
    ("function", "severity"),
    [
        ("lambda x, y: x", "info"),
        ("lambda x, y: (x[:, :9], y)", "info"),
        ("lambda x, y: (tf.cast(x, tf.float32) / 255, y)", "info"),
        ("lambda x, y: (tf.image.resize(x, (9, 9)), y)", "warning"),
        ("lambda x, y: (augmented(x), y)", "warning"),
        ("lambda x, y: (tf.py_function(len, [x], tf.int32), y)", "warning"),
    ],
)
def test_what_the_model_waits_for(tmp_path: Path, function: str, severity: str) -> None:
    path = tmp_path / "train.py"
    path.write_text(PROGRAM.format(function=function), encoding="utf-8")
    arguments = [
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        "KL105",
        "--output-format",
        "json",
        str(path),
    ]
    found = json.loads(CliRunner().invoke(command, arguments).stdout)
    assert [each["severity"] for each in found] == [severity]
