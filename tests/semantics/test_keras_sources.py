"""Keras's own sources of its ready-made models: understood, they have the parameters that Keras counts."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from keraslint.semantics.evaluation import imports
from keraslint.semantics.layers.applications import application

SPEC = find_spec("keras")
FOLDER = Path(SPEC.origin).parent / "src" / "applications"
SHARED = {
    "keras/src/applications/__init__.py": "",
    "keras/src/applications/imagenet_utils.py": (FOLDER / "imagenet_utils.py").read_text("utf-8"),
    "keras/src/applications/resnet.py": (FOLDER / "resnet.py").read_text("utf-8"),
}
# Whether a block of these has a layer more is looked up in an array of rates.
UNKNOWN = ("ConvNeXt",)
MODELS = {
    name: path
    for path in sorted(FOLDER.glob("*.py"))
    for name in re.findall(r"^def ([A-Z]\w+)\(", path.read_text("utf-8"), re.MULTILINE)
    if application(f"keras.applications.{name}") is not None
}


def size(evaluate, name):
    text = MODELS[name].read_text("utf-8")
    file = "keras/src/applications/main.py"
    known = evaluate({**SHARED, file: f"{text}\nmodel = {name}(weights=None)\n"})
    value = known.evaluator.root.get((imports.module_scope(known.evaluator, file), "model"))
    (fact,) = [fact for fact in known.facts.models if fact.model is value]
    return fact.architecture


@pytest.mark.parametrize("name", [name for name in MODELS if not name.startswith(UNKNOWN)])
def test_parameters_are_those_that_keras_counts(evaluate, name):
    built = size(evaluate, name)
    table = application(f"keras.applications.{name}")
    assert built.parameters == table.whole.parameters
    assert built.non_trainable == table.whole.non_trainable
    assert built.outputs == ((None, 1000),)


@pytest.mark.parametrize("name", [name for name in MODELS if name.startswith(UNKNOWN)])
def test_what_is_not_understood_is_unknown(evaluate, name):
    assert size(evaluate, name).parameters is None
