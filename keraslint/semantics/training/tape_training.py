"""Models that a program trains by its own gradients: a tape takes them, an optimizer applies them."""

from __future__ import annotations

from collections.abc import Iterable

from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import WeightRead

_GRADIENT = "tensorflow.GradientTape().gradient"


def tape_trainings(index: CallIndex, reads: Iterable[WeightRead]) -> dict[int, list[CallRecord]]:
    """The calls that apply or take gradients, by the models whose weights the same function asks for."""
    gradients = index.of(_GRADIENT)
    updates = index.calling("apply_gradients") if gradients else ()
    if not updates:
        return {}
    by_frame: dict[object, list[CallRecord]] = {}
    for record in (*updates, *gradients):
        by_frame.setdefault(_function(record), []).append(record)
    found: dict[int, list[CallRecord]] = {}
    for read in reads:
        where = read.file if read.frame is None else id(read.frame)
        found.setdefault(read.model, []).extend(by_frame.get(where, ()))
    return {model: calls for model, calls in found.items() if calls}


def _function(record: CallRecord) -> object:
    return id(record.frames[-1]) if record.frames else record.site.file
