"""What a variable or a cell may hold once a loop has run an unknown number of times, and when its passes repeat each other."""

from __future__ import annotations

from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import ModuleValue
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Union
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import join

_NUMBERS = (int, float)
_OBJECTS = (External, Instance, Model)


def settled(value: Value) -> Value:
    """The value with everything that each pass may change taken out of it; UNKNOWN where nothing stays."""
    return join(*(_settled(part) for part in alternatives(value)))


def _settled(value: Value) -> Value:
    if isinstance(value, Array) or (isinstance(value, Tensor) and value.producer is None):
        return Array(None)
    if isinstance(value, Const):
        if isinstance(value.value, str):
            return Some("str")
        return Some(type(value.value).__name__) if _is_number(value) else value
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


def repeats(before: Value, after: Value) -> bool:
    """Whether what a pass leaves is what the one before it left, but for numbers and for objects that are made anew.

    Nothing repeats that a model or a pipeline grows by.
    """
    known = alternatives(before)
    return before is after or all(
        part is UNKNOWN or (UNKNOWN in known and _is_plain(part)) or any(_repeats(one, part) for one in known)
        for part in alternatives(after)
    )


def _repeats(before: Value, after: Value) -> bool:
    if isinstance(before, Const) and isinstance(after, Const):
        return before == after or (_is_number(before) and _is_number(after))
    if isinstance(before, Array) and isinstance(after, Array):
        return (before.shape, before.dtype) == (after.shape, after.dtype)
    if isinstance(before, Sequence) and isinstance(after, Sequence):
        return before.kind == after.kind and _repeats_items(before, after)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        same_keys = [key for key, _ in before.items] == [key for key, _ in after.items]
        pairs = zip(before.items, after.items, strict=False)
        return same_keys and all(repeats(one, other) for (_, one), (_, other) in pairs)
    if isinstance(before, _OBJECTS) and isinstance(after, _OBJECTS):
        return before.call is not None and after.call is not None and before.call.node is after.call.node
    return before == after


def _repeats_items(before: Sequence, after: Sequence) -> bool:
    if before.items is None or after.items is None:
        return before.items is after.items and repeats(before.element, after.element)
    return all(map(repeats, before.items, after.items)) and all(
        map(_is_plain, after.items[len(before.items) :])
    )


def _is_plain(value: Value) -> bool:
    """Whether no model and no pipeline is made of it."""
    if isinstance(value, Sequence):
        return all(map(_is_plain, (value.element,) if value.items is None else value.items))
    if isinstance(value, Union):
        return all(map(_is_plain, value.alternatives))
    return value is UNKNOWN or isinstance(value, (Array, Some)) or _is_number(value)


def _is_number(value: Value) -> bool:
    return (
        isinstance(value, Const) and isinstance(value.value, _NUMBERS) and not isinstance(value.value, bool)
    )
