"""What is only suggested mends what it is suggested for: written by hand, the finding is gone."""

from pathlib import Path

import pytest

from keraslint.config import Configurations
from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Diagnostic
from keraslint.fixer.edits import apply
from keraslint.inputs import Input
from keraslint.plan import plan_for
from keraslint.registry import load_rules
from keraslint.runner import Options
from keraslint.runner import run

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
OWN = {
    "fit-in-loop": """\
import keras
import numpy as np

x, y = np.zeros((256, 4)), np.zeros(256)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(loss="mse")
for epoch in range(20):
    history = model.fit(x, y, epochs=1)  # once more
""",
    "small-shuffle-buffer": """\
import keras
import numpy as np
import tensorflow as tf

x, y = np.zeros((256, 4)), np.zeros(256)
data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(8).batch(32)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(data)
""",
    "heavy-batch-callback": """\
import keras
import numpy as np

x, y = np.zeros((25600, 4)), np.zeros(25600)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(x, y, callbacks=[keras.callbacks.ModelCheckpoint("model.keras", save_freq=10)])
""",
}


def found(folder: Path, rule: str, text: str) -> list[Diagnostic]:
    path = folder / "train.py"
    path.write_text(text)
    settings = Configurations(folder, {"select": [rule]}, None, True).for_folder(folder)
    inputs = [Input(path, "train.py", plan_for(settings, load_rules()))]
    return list(run(inputs, Options(folder, jobs=1), lambda done, total: None).diagnostics)


@pytest.mark.parametrize(
    "rule",
    [
        *OWN,
        "array-into-compiled-step",
        "compile-in-loop",
        "dataset-in-loop",
        "determinism-left-on",
        "gpu-disabled",
        "model-in-loop",
        "python-argument-retrace",
        "samples-as-steps",
        "trainable-frozen-backbone",
        "uncached-decode",
    ],
)
def test_the_finding_is_gone(tmp_path: Path, rule: str) -> None:
    text = OWN.get(rule) or (FIXTURES / rule / "bad.py").read_text()
    (before,) = found(tmp_path, rule, text)
    assert before.fix is not None, before.unfixed
    assert before.fix.applicability is Applicability.DISPLAY
    assert found(tmp_path, rule, apply(text, before.fix.edits)) == []


def test_a_map_moves_behind_the_batch_and_leaves_what_stands_between_where_it_is(tmp_path: Path) -> None:
    text = (FIXTURES / "map-before-batch" / "bad.py").read_text()
    apart = text.replace(
        ".shuffle(len(images), seed=0)\n    .map(scale)\n",
        ".map(scale)\n    .take(9_000)\n    .shuffle(50)\n",
    )
    (before,) = found(tmp_path, "map-before-batch", apart)
    assert before.fix is not None
    assert before.fix.applicability is Applicability.DISPLAY
    after = apply(apart, before.fix.edits)
    assert ".take(9_000)\n    .shuffle(50)\n    .batch(64)\n    .map(scale)\n" in after
    assert found(tmp_path, "map-before-batch", after) == []
