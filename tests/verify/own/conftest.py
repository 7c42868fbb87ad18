from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

import numpy as np
import pytest

from keraslint.config import Configurations
from keraslint.registry import load_rules
from keraslint.verify.measurement import Equality
from keraslint.verify.own.arms import Script
from keraslint.verify.own.arms import ScriptRunner
from keraslint.verify.own.comparison import Limits
from keraslint.verify.own.measuring import ScriptMeasuring
from keraslint.verify.own.trees import Trees
from keraslint.verify.run import Data
from keraslint.verify.run import End
from keraslint.verify.run import Request
from keraslint.verify.run import Run

DATA = """\
import tensorflow as tf


def augment(image, label):
    return tf.image.random_flip_left_right(image), label


def make(images, labels):
    dataset = tf.data.Dataset.from_tensor_slices((images, labels))
    return dataset.map(augment).batch(32)
"""
TRAIN = """\
import keras
import numpy as np

from data import make

model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(make(np.zeros((64, 8, 8, 3), "float32"), np.zeros(64, "float32")))
"""


@dataclass
class Machine:
    """A made-up machine that reads in the project what its run would take."""

    gains: dict[str, float]
    noise: float = 0.01
    cut_after: int | None = None
    training: float = 2.0
    ends: dict[str, Run] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    texts: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(0)

    def execute(self, request: Request) -> Run:
        self.requests.append(request)
        folder = request.program.folder
        texts = {path.name: path.read_text() for path in folder.rglob("*.py")}
        self.texts.append(texts)
        assert not (folder / "left.txt").exists()
        (folder / "left.txt").write_text("a run writes where it likes")
        everything = "".join(texts.values())
        for words, run in self.ends.items():
            if words in everything:
                return run
        seconds = self.training
        for words, gain in self.gains.items():
            seconds /= gain if words in everything else 1.0
        seconds *= float(np.exp(self.chance.normal(0, self.noise)))
        if request.data is Data.IN_MEMORY:
            seconds *= 0.4
        steps = request.steps or self.cut_after or 10
        if request.steps and self.cut_after:
            seconds *= steps / self.cut_after
        return Run(
            End.CUT if request.steps or self.cut_after else End.FINISHED,
            wall=seconds + 5.0,
            startup=4.0,
            first_step=0.5,
            steady=seconds,
            kind="train",
            step_times=(seconds / steps,) * steps,
            peak_memory=1,
            cpu=1.0,
            kept=1,
            sources=tuple(str(folder / name) for name in texts),
        )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text("")
    (root / "data.py").write_text(DATA)
    (root / "train.py").write_text(TRAIN)
    (root / "unused.py").write_text(DATA.replace("augment", "change"))
    return root


@pytest.fixture
def measuring(project: Path, tmp_path: Path) -> Callable[..., ScriptMeasuring]:
    def make(machine: Machine, *, budget: float = 1000.0, **cut: float) -> ScriptMeasuring:
        scratch = tmp_path / "scratch"
        script = Script(project, Path("train.py"), Path(), Path("python"))
        return ScriptMeasuring(
            ScriptRunner(script, Trees(project, scratch), machine.execute, 60.0, **cut),
            lambda original, variant: Equality("different", "another order"),
            Configurations(project, {}, None, True),
            load_rules(),
            "gpu-nvidia-a100-x1",
            Limits(budget),
            lambda words: None,
        )

    return make


@pytest.fixture
def machine() -> type[Machine]:
    return Machine
