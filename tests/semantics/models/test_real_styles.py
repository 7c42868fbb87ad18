"""Programs in the styles of real ones, run with real Keras: what is sized has the weights that Keras counts."""

from __future__ import annotations

import math
import runpy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import keras
import pytest

from keraslint.semantics import ModelFact

if TYPE_CHECKING:
    from tests.semantics.conftest import Known

PROGRAMS = sorted(Path(__file__).with_name("programs").glob("*.py"))
# What these depend on is not in the program.
UNKNOWN = ("depends_on_chance", "depends_on_data")


@dataclass(frozen=True)
class Size:
    """The weights of a model; those that training does not change among them."""

    parameters: int | None
    non_trainable: int | None


def build_only(self: keras.Model, x: Any, *_: Any, **__: Any) -> None:
    """Stand in for training: only the input's shape matters here."""
    batch = next(iter(x)) if hasattr(x, "batch") else (x[:1],)
    self(batch[0])


def true_sizes(path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Size]:
    """The models that a program has in its variables, as real Keras counts them."""
    monkeypatch.setattr(keras.Model, "fit", build_only)
    found = {}
    for name, value in runpy.run_path(str(path)).items():
        if isinstance(value, keras.Model) and value.built:
            trainable = sum(math.prod(weight.shape) for weight in value.trainable_weights)
            found[name] = Size(value.count_params(), value.count_params() - trainable)
    return found


def told_size(fact: ModelFact | None) -> Size:
    """A model's weights as keraslint tells them."""
    if fact is None:
        return Size(None, None)
    return Size(fact.architecture.parameters, fact.architecture.non_trainable)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_parameters_are_those_that_keras_counts(
    path: Path, monkeypatch: pytest.MonkeyPatch, evaluate: Callable[[str], Known]
) -> None:
    truth = true_sizes(path, monkeypatch)
    assert truth
    known = evaluate(path.read_text("utf-8"))
    told = {name: told_size(known.model(name)) for name in truth}
    if path.stem in UNKNOWN:
        assert {size.parameters for size in told.values()} == {None}
    else:
        assert told == truth
