"""Models that a program trains by its own gradients: a tape takes them, an optimizer applies them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.records import CallRecord

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_GRADIENT = "tensorflow.GradientTape().gradient"


def tape_trainings(evaluator: Evaluator) -> dict[int, list[CallRecord]]:
    """The calls that apply or take gradients, by the models whose weights the same function asks for."""
    records = evaluator.records
    if not any(record.callee == _GRADIENT for record in records):
        return {}
    updates = [record for record in records if _updates(record)]
    if not updates:
        return {}
    by_frame: dict[object, list[CallRecord]] = {}
    for record in (*updates, *(record for record in records if record.callee == _GRADIENT)):
        by_frame.setdefault(_function(record), []).append(record)
    found: dict[int, list[CallRecord]] = {}
    for read in evaluator.weight_reads:
        where = read.file if read.frame is None else id(read.frame)
        found.setdefault(read.model, []).extend(by_frame.get(where, ()))
    return {model: calls for model, calls in found.items() if calls}


def _updates(record: CallRecord) -> bool:
    return record.method == "apply_gradients" or record.callee.endswith(".apply_gradients")


def _function(record: CallRecord) -> object:
    return id(record.frames[-1]) if record.frames else record.site.file
