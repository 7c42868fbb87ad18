"""What is found depends on the versions that a project runs on, and on what its code turns off."""

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner

from keraslint.cli.app import keraslint as command

PIPELINE = """\
import tensorflow as tf
from tensorflow import keras


def load(path):
    return tf.image.resize(tf.io.decode_jpeg(tf.io.read_file(path)), (64, 64))


ds = tf.data.Dataset.list_files("images/*.jpg")
ds = ds.map(load)
ds = ds.batch(32)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(ds, epochs=2)
"""
STATEFUL = PIPELINE.replace(
    "    return tf.image.resize(", "    return tf.image.random_flip_left_right(tf.image.resize("
).replace("(64, 64))", "(64, 64)))")
MAP, BATCH = ("KL103", 10), ("KL102", 11)

Findings = dict[tuple[str, int], str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(project: Path) -> Callable[..., str]:
    """A function that writes files and runs a command line."""

    def run(files: dict[str, str], *arguments: str) -> str:
        for name, text in files.items():
            (project / name).write_text(dedent(text))
        result = CliRunner().invoke(command, arguments)
        assert result.exit_code in (0, 1), result.output
        return result.stdout

    return run


@pytest.fixture
def found(run: Callable[..., str]) -> Callable[..., Findings]:
    """A function that checks files and returns the severities by code and row."""

    def found(files: str | dict[str, str], *options: str, codes: str = "KL102,KL103") -> Findings:
        files = {"train.py": files} if isinstance(files, str) else files
        arguments = ("check", "--no-cache", "--output-format", "json", "--select", codes, *options)
        findings: list[dict[str, Any]] = json.loads(run(files, *arguments))
        return {(each["code"], each["location"]["row"]): each["severity"] for each in findings}

    return found


# tf.data's own rewrites


def test_a_current_tensorflow_mends_stateless_maps_and_prefetches_itself(found):
    assert found(PIPELINE) == {MAP: "info", BATCH: "info"}


@pytest.mark.parametrize("version", ["2.9", "2.15", "2.21"])
def test_so_do_all_since_2_9(found, version):
    assert found(PIPELINE, "--target-tensorflow", version) == {MAP: "info", BATCH: "info"}


OLD = {
    "flag": ({}, ["--target-tensorflow", "2.4"]),
    "keraslint.toml": ({"keraslint.toml": 'target-tensorflow = "2.4"\n'}, []),
    "pyproject.toml": ({"pyproject.toml": '[tool.keraslint]\ntarget-tensorflow = "2.4"\n'}, []),
    "requirements": ({"requirements.txt": "numpy\ntensorflow==2.4.*\n"}, []),
    "dependencies": ({"pyproject.toml": '[project]\ndependencies = ["tensorflow>=2.3,<2.9"]\n'}, []),
}


@pytest.mark.parametrize(("files", "options"), OLD.values(), ids=OLD)
def test_before_2_9_nobody_does(found, files, options):
    assert found({"train.py": PIPELINE, **files}, *options) == {MAP: "warning", BATCH: "warning"}


def test_an_open_lower_bound_means_the_current_version(found):
    assert found({"train.py": PIPELINE, "requirements.txt": "tensorflow>=2.4\n"}) == {
        MAP: "info",
        BATCH: "info",
    }


SWITCHES = {
    "autotune": ("options.autotune.enabled = False", {MAP: "warning", BATCH: "warning"}),
    "map_parallelization": (
        "options.experimental_optimization.map_parallelization = False",
        {MAP: "warning", BATCH: "info"},
    ),
    "inject_prefetch": (
        "options.experimental_optimization.inject_prefetch = False",
        {MAP: "info", BATCH: "warning"},
    ),
    "something else": ("options.deterministic = False", {MAP: "info", BATCH: "info"}),
    "turned on": ("options.autotune.enabled = True", {MAP: "info", BATCH: "info"}),
}


@pytest.mark.parametrize(("line", "expected"), SWITCHES.values(), ids=SWITCHES)
def test_what_the_code_turns_off_is_not_done(found, line, expected):
    switched = f"options = tf.data.Options()\n{line}\nds = ds.with_options(options)\nmodel.fit("
    assert found(PIPELINE.replace("model.fit(", switched)) == expected


NESTED = """\
import tensorflow as tf
from tensorflow import keras


def parse(record):
    return tf.io.decode_jpeg(tf.io.parse_single_example(record, {"x": tf.io.FixedLenFeature([], tf.string)})["x"])


def read(path):
    return tf.data.TFRecordDataset(path).map(parse)


ds = tf.data.Dataset.list_files("*.tfrecord").interleave(read, cycle_length=1)
ds = ds.batch(32).prefetch(tf.data.AUTOTUNE)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(ds, epochs=2)
"""


def test_inside_interleave_nothing_is_rewritten(found):
    assert found(NESTED) == {("KL102", 10): "warning", ("KL103", 10): "warning"}


def test_a_stateful_map_stays_sequential_everywhere(found):
    assert found(STATEFUL)[MAP] == "warning"
    assert found(STATEFUL, "--target-tensorflow", "2.4")[MAP] == "warning"


def test_the_message_says_which_tensorflow_helps(run):
    shown = run({"train.py": PIPELINE}, "check", "--no-cache", "--select", "KL102,KL103")
    assert shown.count("TensorFlow 2.9 and later") == 2


# The generation of Keras

WORKERS = """\
import keras
import numpy as np


class Batches(keras.utils.Sequence):
    def __init__(self, x):
        self.x = x

    def __len__(self):
        return len(self.x) // 32

    def __getitem__(self, index):
        return self.x[index * 32 : index * 32 + 32], self.x[index * 32 : index * 32 + 32]


model = keras.Sequential([keras.layers.Dense(8)])
model.compile("adam", "mse")
model.fit(Batches(np.zeros((640, 8))), workers=4)
"""
REMOVED, UNCALLED = ("KL501", 18), ("KL503", 6)
ON_KERAS_3 = {REMOVED: "error", UNCALLED: "warning"}

MEANS_2 = {
    "flag": ({}, ["--target-keras", "2"]),
    "flag of TensorFlow": ({}, ["--target-tensorflow", "2.15"]),
    "keraslint.toml": ({"keraslint.toml": "target-keras = 2\n"}, []),
    "tf-keras pinned": ({"requirements.txt": "tensorflow==2.18\ntf-keras==2.18\n"}, []),
    "keras<3": ({"requirements.txt": "keras<3\n"}, []),
    "tensorflow<2.16": ({"setup.cfg": "[options]\ninstall_requires =\n    tensorflow<2.16\n"}, []),
    "environment": ({".env": "TF_USE_LEGACY_KERAS=1\n"}, []),
}
MEANS_3 = {
    "nothing": ({}, []),
    "flag": ({"requirements.txt": "keras<3\n"}, ["--target-keras", "3"]),
    "keras>=3": ({"requirements.txt": "keras>=3\n"}, []),
    "tensorflow>=2.16": ({"requirements.txt": "tensorflow>=2.16\n"}, []),
    "open range": ({"requirements.txt": "tensorflow>=2.2\nkeras\n"}, []),
}


@pytest.mark.parametrize(("files", "options"), MEANS_3.values(), ids=MEANS_3)
def test_workers_of_fit_are_an_error_on_keras_3(found, files, options):
    assert found({"train.py": WORKERS, **files}, *options, codes="KL501,KL503") == ON_KERAS_3


@pytest.mark.parametrize(("files", "options"), MEANS_2.values(), ids=MEANS_2)
def test_and_fine_on_keras_2(found, files, options):
    assert found({"train.py": WORKERS, **files}, *options, codes="KL501,KL503") == {}


CODE_OF_2 = {
    "tf_keras": WORKERS.replace("import keras\n", "import tf_keras as keras\n"),
    "legacy": 'import os\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\n' + WORKERS,
    "module": WORKERS + "from keras.layers.convolutional import Conv2D\n",
    "keyword": WORKERS + 'keras.callbacks.ModelCheckpoint("best.h5", period=5)\n',
    "method": WORKERS + "model.predict_classes(np.zeros((1, 8)))\n",
    "keras 1": WORKERS + "model.fit(np.zeros((1, 8)), nb_epoch=3)\n",
    "tensorflow 1": WORKERS + "import tensorflow as tf\ntf.Session()\n",
}


@pytest.mark.parametrize("text", CODE_OF_2.values(), ids=CODE_OF_2)
def test_code_that_only_keras_2_runs_means_2(found, text):
    assert found(text, codes="KL501,KL503") == {}


@pytest.mark.parametrize("line", ["keras.ops.add(1, 2)", "keras.utils.PyDataset"])
def test_code_of_both_generations_means_3(found, line):
    assert found(f"{WORKERS}model.predict_classes(1)\n{line}\n", codes="KL501,KL503") == ON_KERAS_3


def test_dependency_files_count_before_the_code(found):
    files = {"train.py": CODE_OF_2["keyword"], "requirements.txt": "keras>=3\n"}
    assert found(files, codes="KL501,KL503") == ON_KERAS_3


def test_what_one_file_tells_holds_for_those_that_belong_to_it(found):
    files = {
        "train.py": "import model\n" + WORKERS,
        "model.py": "from keras.layers.convolutional import Conv2D\n",
    }
    assert found(files, codes="KL501,KL503") == {}
    files["train.py"] = WORKERS
    assert found(files, codes="KL501,KL503") == ON_KERAS_3


OLD_KERAS = """\
from {package}.utils import multi_gpu_model
from {package}.models import load_model

model = multi_gpu_model(load_model("model.h5"), gpus=2)
model.fit_generator(batches(), steps_per_epoch=8)
"""
OLD_PINS = {
    # pinned, package: what is found
    ("keras==2.2.4", "keras"): set(),
    ("keras<=2.3.1", "keras"): {"KL502"},
    ("keras<2.5", "keras"): {"KL502", "KL506"},
    ("keras==2.2.4", "tensorflow.keras"): set(),
    ("keras==2.2.4\ntensorflow>=2.3", "keras"): set(),
    ("keras<=2.3.1\ntensorflow>=2.3", "keras"): {"KL502"},
    ("keras==2.2.4\ntensorflow>=2.3", "tensorflow.keras"): {"KL502", "KL506"},
    ("keras==2.2.4\ntensorflow==2.2", "tensorflow.keras"): set(),
    ("tensorflow==2.3", "keras"): {"KL502"},
}


@pytest.mark.parametrize(("pinned", "package"), OLD_PINS)
def test_a_pin_on_the_keras_package_counts_for_imports_from_it(found, pinned, package):
    files = {"train.py": OLD_KERAS.format(package=package), "requirements.txt": f"{pinned}\n"}
    codes = {code for code, _ in found(files, codes="KL502,KL506")}
    assert codes == OLD_PINS[pinned, package]


# What is shown

SHOWN = {
    "default": ({"train.py": WORKERS}, "target-keras = 3  # default"),
    "requirements": (
        {"train.py": WORKERS, "requirements.txt": "numpy\ntensorflow==2.4.*\n"},
        'target-tensorflow = "2.4"  # requirements.txt:2 (tensorflow==2.4.*)',
    ),
    "code of 2": (
        {"train.py": CODE_OF_2["keyword"]},
        "target-keras = 2  # train.py:19 (period)",
    ),
    "code of 3": (
        {"train.py": WORKERS + "keras.ops.add(1, 2)\n"},
        "target-keras = 3  # train.py:19 (keras.ops)",
    ),
    "TensorFlow 1": (
        {"train.py": CODE_OF_2["tensorflow 1"]},
        'target-tensorflow = "1.15"  # train.py:20 (tf.Session)',
    ),
    "legacy": (
        {"train.py": CODE_OF_2["legacy"]},
        "target-keras = 2  # train.py:2 (TF_USE_LEGACY_KERAS)",
    ),
    "Keras 2 alone": (
        {"train.py": CODE_OF_2["module"]},
        'target-tensorflow = "2.15"  # the last with Keras 2',
    ),
    "unreadable": ({"train.py": "import keras\nx = (\n"}, "target-keras = 3  # default"),
}


@pytest.mark.parametrize(("files", "line"), SHOWN.values(), ids=SHOWN)
def test_settings_say_what_was_detected_and_where(run, files, line):
    lines = run(files, "config", "train.py").splitlines()
    assert line in lines
    assert run(files, "check", "--show-settings", "train.py").splitlines() == lines
