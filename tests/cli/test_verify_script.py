import dataclasses
import json
from pathlib import Path

import pytest

from keraslint.cli import bench
from keraslint.cli import own_script
from keraslint.verify.conditions import Conditions
from keraslint.verify.hardware import Accelerators
from keraslint.verify.hardware import Hardware
from keraslint.verify.measurement import Equality
from keraslint.verify.run import End
from keraslint.verify.run import Request
from keraslint.verify.run import Run
from keraslint.verify.software import Software

TRAIN = """\
import keras
import numpy as np
import tensorflow as tf


def augment(image, label):
    return tf.image.random_flip_left_right(image), label


dataset = tf.data.Dataset.from_tensor_slices((np.zeros((64, 8, 8, 3), "float32"), np.zeros(64, "float32")))
dataset = dataset.map(augment).batch(32).prefetch(tf.data.AUTOTUNE)
strategy = tf.distribute.get_strategy()
with strategy.scope():
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("adam", "mse")
model.fit(dataset)
"""
ROWS = """

class Rows(keras.utils.Sequence):
    def __init__(self, rows):
        self.rows = rows

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return self.rows[index]


model.fit(Rows([(np.zeros((4, 8, 8, 3)), np.zeros(4))]))
"""


class Machine:
    """Runs nothing: a parallel map makes the script twice as fast."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def execute(self, request: Request) -> Run:
        self.requests.append(request)
        seconds = 1.0 if "num_parallel_calls" in request.program.script.read_text() else 2.0
        return Run(End.FINISHED, 6.0, 4.0, 0.5, seconds, "train", (seconds / 4,) * 4, 2**20, 1.5, kept=1)


@pytest.fixture
def machine(monkeypatch, project):
    made = Machine()
    (project / "pyproject.toml").write_text("")
    (project / "train.py").write_text(TRAIN)
    versions = {"python": "3.11", "tensorflow": "2.21.0", "keras": "3.15.1"}
    at_hand = bench.Bench(
        Software(Path("python"), "tensorflow", versions),
        Hardware("a CPU", 2, 8, "Linux"),
        Conditions(None, 0.0, None, None),
        {"KERAS_BACKEND": "tensorflow"},
    )
    monkeypatch.setattr(own_script, "find_bench", lambda python, backend, device: at_hand)
    monkeypatch.setattr(own_script, "execute", made.execute)
    monkeypatch.setattr(own_script, "compare", lambda bad, good: Equality("different", "another order"))
    return made


def test_a_script_is_measured_and_advice_given(machine, keraslint_cli):
    result = keraslint_cli("verify", "train.py", "--", "--epochs", "3")
    assert result.exit_code == 0, result.output
    assert "KL103 (train.py:11) brings 2.0x [2.0, 2.0]." in result.output
    assert "Apply it: keraslint check --select KL103 --fix --unsafe-fixes train.py" in result.output
    assert {request.program.arguments for request in machine.requests} == {("--epochs", "3")}
    assert Path("train.py").read_text() == TRAIN


def test_the_same_as_json(machine, keraslint_cli):
    told = json.loads(keraslint_cli("verify", "train.py", "--output-format", "json").stdout)
    (fix,) = told["fixes"]
    assert (fix["code"], fix["filename"], fix["verdict"], fix["equal"]) == (
        "KL103",
        "train.py",
        "confirmed",
        "not comparable",
    )
    assert fix["ratio"] == pytest.approx(2.0)
    assert told["hardware"]["class"] == "cpu-2core"


def test_a_profile_runs_no_fix(machine, keraslint_cli):
    result = keraslint_cli("verify", "train.py", "--profile")
    assert result.exit_code == 0
    assert "A step takes 500 ms" in result.output
    assert "0% of the time (0% to 0% in 3 pairs of runs)" in result.output
    assert "num_parallel_calls" not in Path("train.py").read_text()
    assert "brings" not in result.output


def test_what_the_script_writes_in_the_project_is_told(machine, keraslint_cli, monkeypatch):
    def careless(request):
        Path("model.h5").write_text("written past every protection")
        return machine.execute(request)

    monkeypatch.setattr(own_script, "execute", careless)
    result = keraslint_cli("verify", "train.py", "--profile")
    assert "while it ran, 1 file of yours changed" in result.output


def test_a_script_with_nothing_to_compare_is_refused_in_a_sentence(machine, keraslint_cli):
    Path("train.py").write_text(TRAIN.replace("map(augment)", "map(augment, num_parallel_calls=8)"))
    result = keraslint_cli("verify", "train.py")
    assert result.exit_code == 0
    assert result.output == "Nothing to compare: no finding in the script or in what it loads has a fix.\n"


def fixed_codes(keraslint_cli):
    result = keraslint_cli("verify", "train.py", "--output-format", "json")
    return (
        [fix["code"] for fix in json.loads(result.stdout)["fixes"]] if result.stdout.startswith("{") else []
    )


def test_fixes_are_those_for_the_accelerators_at_hand(machine, keraslint_cli, monkeypatch):
    without = TRAIN.replace("strategy = tf.distribute.get_strategy()\nwith strategy.scope():", "if True:")
    Path("train.py").write_text(without.replace("map(augment)", "map(augment, num_parallel_calls=8)"))
    at_hand = own_script.find_bench(None, "tensorflow", None)
    assert fixed_codes(keraslint_cli) == []
    cards = dataclasses.replace(at_hand.hardware, accelerators=Accelerators("NVIDIA H100", 2, "550"))
    several = dataclasses.replace(at_hand, hardware=cards)
    monkeypatch.setattr(own_script, "find_bench", lambda python, backend, device: several)
    assert fixed_codes(keraslint_cli) == ["KL202"]


def test_fixes_are_those_for_the_versions_at_hand(machine, keraslint_cli, monkeypatch):
    parallel = TRAIN.replace("map(augment)", "map(augment, num_parallel_calls=8)")
    Path("train.py").write_text(f"{parallel}{ROWS}")
    assert fixed_codes(keraslint_cli) == ["KL503"]
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    assert fixed_codes(keraslint_cli) == []
    monkeypatch.delenv("TF_USE_LEGACY_KERAS")
    at_hand = own_script.find_bench(None, "tensorflow", None)
    versions = {"python": "3.11", "tensorflow": "2.15.1", "keras": "2.15.0"}
    older = dataclasses.replace(at_hand, software=Software(Path("python"), "tensorflow", versions))
    monkeypatch.setattr(own_script, "find_bench", lambda python, backend, device: older)
    assert fixed_codes(keraslint_cli) == []


def test_a_script_that_fails_is_told_with_its_error(machine, keraslint_cli, monkeypatch):
    broken = Run(End.RAISED, 5.0, error="Traceback\nFileNotFoundError: photos.npy\n")
    monkeypatch.setattr(own_script, "execute", lambda request: broken)
    result = keraslint_cli("verify", "train.py", "--profile")
    assert result.exit_code == 1
    assert "FileNotFoundError: photos.npy" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("missing.py",), "missing.py: no such file"),
        (("notebook.ipynb",), "jupyter nbconvert --to script notebook.ipynb"),
        (("train.py", "--sweep"), "`--sweep` is for rules, not for a script of your own"),
        (("train.py", "--report", "out.html"), "`--report` is for rules"),
        (("KL103", "--steps", "5"), "`--steps` is for a script of your own"),
    ],
)
def test_what_makes_no_sense_is_refused(machine, keraslint_cli, arguments, words):
    Path("notebook.ipynb").write_text("{}")
    result = keraslint_cli("verify", *arguments)
    assert result.exit_code == 2
    assert words in " ".join(result.output.split())
