"""Models are sized as real Keras sizes them: those of the fixtures, and generated ones."""

import json
import re
import runpy
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import keras
import libcst
import numpy as np
import pytest
import tensorflow as tf
from click.testing import CliRunner
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings

import keraslint.fixtures
from keraslint.cli.app import keraslint as command
from keraslint.semantics import ModelFact
from keraslint.semantics import NoProject
from keraslint.semantics import Target
from keraslint.semantics import analyse
from keraslint.semantics.lowering.lower import lower

ROOT = Path(keraslint.fixtures.__file__).parent
# PyTorch and matplotlib are no part of what the tests install, and a process that left eager execution stays out.
APART = re.compile(
    r"^import (?:torch|matplotlib)|disable_eager_execution\(\)|disable_v2_behavior\(\)", re.MULTILINE
)
SCRIPTS = sorted(
    path
    for name in ("bad", "good", "traps")
    for path in ROOT.glob(f"*/{name}.py")
    if not APART.search(path.read_text(encoding="utf-8"))
)
WIDTHS = st.integers(1, 12)


def models_of(source: str) -> tuple[ModelFact, ...]:
    """The Sequential and functional Keras 3 models that keraslint sees, in the order of their making."""
    facts = analyse({"m.py": lower(libcst.parse_module(source))}, NoProject(), Target())
    return tuple(fact for fact in facts.models if fact.model.call.generation != 2)


def severities(path: Path) -> list[str]:
    """Those of the findings in a fixture: an error says that the program breaks."""
    arguments = ["check", "--isolated", "--no-cache", "--exit-zero", "--output-format", "json", str(path)]
    return [finding["severity"] for finding in json.loads(CliRunner().invoke(command, arguments).stdout)]


def build(model: keras.Model, x: Any) -> None:
    """Show a model the first of its data, where it does not know yet what shape that has."""
    if not model.built:
        batch = x[0] if isinstance(x, keras.utils.PyDataset) else x
        batch = next(iter(batch)) if hasattr(batch, "batch") or hasattr(batch, "send") else batch
        model(batch[0] if isinstance(batch, tuple) else batch[:1])


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_fixtures_are_sized_as_keras_sizes_them(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    used: list[keras.Model] = []
    compile_model = keras.Model.compile
    iterate = tf.data.Dataset.__iter__

    def note(model: keras.Model) -> None:
        if not any(model is one for one in used):
            used.append(model)

    def compile_and_note(self: keras.Model, *arguments: Any, **keywords: Any) -> None:
        compile_model(self, *arguments, **keywords)
        note(self)

    def fit(self: keras.Model, x: Any, *_: Any, **__: Any) -> keras.callbacks.History:
        build(self, x)
        note(self)
        told = keras.callbacks.History()
        told.history = defaultdict(lambda: [0.0])
        return told

    def loss(self: keras.Model, x: Any, *_: Any, **__: Any) -> float:
        build(self, x)
        return 0.0

    def answers(self: keras.Model, x: Any, *_: Any, **__: Any) -> Any:
        batches = [x] if hasattr(x, "shape") else x
        return np.concatenate([self(batch[0] if isinstance(batch, tuple) else batch) for batch in batches])

    def first_elements(self: tf.data.Dataset) -> Iterator[Any]:
        endless = self.cardinality() == tf.data.INFINITE_CARDINALITY
        return iterate(self if endless else self.take(2))

    # Only the shapes of what models are given matter here: nothing is trained, and nothing compiled for it.
    for method, stand_in in {
        "compile": compile_and_note,
        "fit": fit,
        "evaluate": loss,
        "train_on_batch": loss,
        "predict": answers,
        "predict_on_batch": answers,
    }.items():
        monkeypatch.setattr(keras.Model, method, stand_in)
    # The same holds for loops of a program's own.
    monkeypatch.setattr(tf.data.Dataset, "__iter__", first_elements)
    monkeypatch.setattr(sys, "argv", [str(path)])
    monkeypatch.chdir(tmp_path)
    tf.config.run_functions_eagerly(True)
    # What the program before this one chose for its process.
    keras.config.set_dtype_policy("float32")
    for setting in ("set_inter_op_parallelism_threads", "set_intra_op_parallelism_threads"):
        # Only what runs first in a process may set them.
        monkeypatch.setattr(tf.config.threading, setting, lambda threads: None)
    try:
        runpy.run_path(str(path), run_name="__main__")
        breaks = False
    except Exception:
        breaks = True
        assert "error" in severities(path)
    finally:
        tf.config.run_functions_eagerly(False)
    found = models_of(path.read_text(encoding="utf-8"))
    # What a tape of the program's own trains is neither compiled nor fitted, and so not noted.
    trained = [
        fact
        for fact in found
        if fact.methods("compile") or any(c.trains and c.method != "custom-loop" for c in fact.calls)
    ]
    told = {fact.architecture.parameters for fact in trained}
    true = {model.count_params() for model in used if model.built}
    unknown = sum(fact.architecture.parameters is None for fact in trained)
    told.discard(None)
    # What breaks makes no more models, a loop makes one model many times, and one that is loaded is nobody's guess.
    assert breaks or told <= true
    assert len(true - told) <= unknown


def layers_2d(draw: st.DrawFn) -> list[str]:
    stack = []
    for _ in range(draw(st.integers(1, 4))):
        width, kernel = draw(WIDTHS), draw(st.integers(1, 3))
        stack.append(
            draw(
                st.sampled_from(
                    [
                        f"layers.Conv2D({width}, {kernel}, padding='same')",
                        f"layers.Conv2D({width}, ({kernel}, 1), use_bias=False)",
                        f"layers.SeparableConv2D({width}, {kernel}, padding='same')",
                        f"layers.DepthwiseConv2D({kernel}, padding='same', depth_multiplier=2)",
                        f"layers.Conv2DTranspose({width}, {kernel}, strides=2, padding='same')",
                        "layers.BatchNormalization()",
                        "layers.MaxPooling2D(2, padding='same')",
                        "layers.LayerNormalization()",
                        "layers.PReLU(shared_axes=[1, 2])",
                    ]
                )
            )
        )
    return stack


@st.composite
def models(draw: st.DrawFn) -> str:
    """The source of a small model, written in one of the ways in which people write them."""
    stack = [*layers_2d(draw), "layers.Flatten()", f"layers.Dense({draw(WIDTHS)})"]
    style = draw(st.sampled_from(["list", "add", "functional", "loop"]))
    head = "import keras\nfrom keras import layers\n"
    if style == "list":
        return f"{head}model = keras.Sequential([keras.Input((16, 16, 3)), {', '.join(stack)}])\n"
    if style == "add":
        lines = "".join(f"model.add({layer})\n" for layer in stack)
        return f"{head}model = keras.Sequential()\nmodel.add(keras.Input((16, 16, 3)))\n{lines}"
    begin = f"{head}inputs = keras.Input(shape=(16, 16, 3))\nx = inputs\n"
    if style == "functional":
        lines = "".join(f"x = {layer}(x)\n" for layer in stack)
        return f"{begin}{lines}model = keras.Model(inputs, x)\n"
    widths = draw(st.lists(WIDTHS, min_size=1, max_size=3))
    loop = f"for width in {widths}:\n    x = layers.Conv2D(width, 3, padding='same')(x)\n"
    merged = "x = layers.Concatenate()([x, inputs])\nx = layers.GlobalAveragePooling2D()(x)\n"
    return (
        f"{begin}{loop}{merged}model = keras.Model(inputs=inputs, outputs=layers.Dense({draw(WIDTHS)})(x))\n"
    )


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(models())
def test_generated_models_are_sized_as_keras_sizes_them(source: str) -> None:
    namespace: dict[str, Any] = {}
    exec(compile(source, "m.py", "exec"), namespace)
    sizes = [fact.architecture.parameters for fact in models_of(source)]
    assert sizes == [namespace["model"].count_params()]
