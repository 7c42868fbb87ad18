"""pandas: functions that run on the groups, rows or items of a frame or series."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import calls
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Partial
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

SERIES = "series"
_APPLYING = ("apply", "map", "progress_apply", "progress_map")


def call_method(evaluator: Evaluator, callee: External, given: Arguments, record: CallRecord) -> Value | None:
    """What a frame's method gives that calls a function of the program; None for any other call.

    Only datasets are kept: what else a function computes of a row is another package's array.
    """
    if callee.base is None or not callee.name.startswith("pandas."):
        return None
    if callee.path == "pipe":
        return _apply(evaluator, callee.base, given, record)
    if callee.path not in _APPLYING:
        return None
    part = External(f"{callee.base.name}[]", callee.base.call, evaluator.new_ref(), callee.base, "[]")
    return _series(_apply(evaluator, part, given, record))


def map_series(evaluator: Evaluator, series: Sequence, given: Arguments, record: CallRecord) -> Value:
    """A method of a series of datasets that calls a function on each."""
    element = iteration.element(evaluator, series)
    return _series(_apply(evaluator, element, given, record)) or UNKNOWN


def _apply(evaluator: Evaluator, part: Value, given: Arguments, record: CallRecord) -> Value | None:
    function = given.positional[0] if given.positional else given.keyword("func")
    if not isinstance(function, (Function, Method, Partial)):
        return None
    handed = Arguments((part, *given.positional[1:]))
    inside = replace(record, inner=[], callee="", method="", receiver=None, arguments=handed)
    return calls.call(evaluator, function, handed, inside)


def _series(result: Value | None) -> Value | None:
    if result is None or not any(isinstance(each, Dataset) for each in alternatives(result)):
        return None
    return Sequence(SERIES, None, result)


def applies(method: str) -> bool:
    """Whether a method of a series calls a function on each item."""
    return method in _APPLYING
