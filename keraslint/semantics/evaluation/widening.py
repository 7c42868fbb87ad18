"""What a variable or a cell may hold once a loop has run an unknown number of times."""

from __future__ import annotations

from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import ModuleValue
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import join

_NUMBERS = (int, float)


def settled(value: Value) -> Value:
    """The value with everything that each pass may change taken out of it; UNKNOWN where nothing stays."""
    return join(*(_settled(part) for part in alternatives(value)))


def _settled(value: Value) -> Value:
    if isinstance(value, Array) or (isinstance(value, Tensor) and value.producer is None):
        return Array(None)
    if isinstance(value, Const):
        if isinstance(value.value, str):
            return Some("str")
        is_number = isinstance(value.value, _NUMBERS) and not isinstance(value.value, bool)
        return Some(type(value.value).__name__) if is_number else value
    if isinstance(value, Sequence) and value.items is not None and not value.ref:
        return Sequence(value.kind, tuple(settled(item) for item in value.items))
    return value if isinstance(value, (Class, ModuleValue, Some, Symbol)) else UNKNOWN


def after_a_pass(before: Value, after: Value) -> Value:
    """What a name may hold at the start of a pass, from what it held at first and after one pass."""
    return before if covers(before, after) else _distinct(before, settled(after))


def covers(known: Value, value: Value) -> bool:
    """Whether everything that a value may be is among what is known already."""
    parts = alternatives(known)
    return UNKNOWN in parts or all(
        part in parts or any(_covers(one, part) for one in parts) for part in alternatives(value)
    )


def _covers(known: Value, value: Value) -> bool:
    if isinstance(known, Array) and isinstance(value, Array):
        return known.shape is None or (known.shape == value.shape and known.dtype == value.dtype)
    if isinstance(known, Array) and isinstance(value, Tensor):
        return known.shape is None and value.producer is None
    if isinstance(known, Some) and isinstance(value, Const):
        return _settled(value) == known
    if isinstance(known, Sequence) and isinstance(value, Sequence) and not known.ref and not value.ref:
        if known.kind == value.kind and known.items is not None and value.items is not None:
            pairs = zip(known.items, value.items, strict=False)
            return len(known.items) == len(value.items) and all(covers(one, other) for one, other in pairs)
    return known is value


def _distinct(before: Value, added: Value) -> Value:
    """A union without the alternatives that others stand for."""
    new = [part for part in alternatives(added) if not covers(before, part)]
    return join(before, *new)
