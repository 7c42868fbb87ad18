"""Epochs: how many steps one has, and how many samples a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraslint.semantics.data.pipelines import source_length
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.arguments import Argument
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.training import TrainingCall

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

DEFAULT_BATCH = 32
_KEEPING = ("cache", "map", "prefetch", "shuffle", "with_options")


def steps_in_an_epoch(evaluator: Evaluator, call: TrainingCall) -> int | None:
    """How many steps an epoch of a training call has, None where that is not known."""
    given = call.argument("steps_per_epoch")
    if given.value is not None and not given.is_absent:
        return int(given.number) if given.number is not None else None
    if call.data_kind == "arrays":
        length, size = iteration.length(evaluator, call.data), call.argument("batch_size")
        known = size.is_absent or size.number is not None
        return -(-length // int(size.number or DEFAULT_BATCH)) if length is not None and known else None
    return _steps_of_dataset(evaluator, call.data) if isinstance(call.data, Dataset) else None


def batch_size(call: TrainingCall) -> int | None:
    """How many samples a step gets, None where that is not known."""
    given = _batch_size(call)
    if given is None:
        return None
    number = DEFAULT_BATCH if given.is_absent else given.number
    return None if number is None else int(number)


def batch_size_at(call: TrainingCall) -> Site | None:
    """Where the program says how many samples a step gets."""
    given = _batch_size(call)
    return None if given is None else given.at


def _batch_size(call: TrainingCall) -> Argument | None:
    if isinstance(call.data, Dataset):
        batches = [step for step in call.data.steps() if step.name in ("batch", "padded_batch")]
        return argument(batches[0].call, "batch_size") if len(batches) == 1 else None
    return call.argument("batch_size") if call.data_kind == "arrays" else None


def _steps_of_dataset(evaluator: Evaluator, data: Dataset) -> int | None:
    steps = data.steps()
    length = source_length(steps[0].call, evaluator)
    for step in steps[1:]:
        if step.name == "batch":
            size = argument(step.call, "batch_size").number
            length = None if length is None or not size else -(-length // int(size))
        elif step.name not in _KEEPING:
            return None
    return length
