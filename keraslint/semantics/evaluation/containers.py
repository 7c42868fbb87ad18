"""Methods of lists, dicts and strings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import data_frames
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Value

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_STRINGS = ("format", "join", "lower", "lstrip", "replace", "rstrip", "strip", "upper")


def call_method(
    evaluator: Evaluator, receiver: Value, method: str, given: Arguments, record: CallRecord
) -> Value:
    """Call a method of a list, tuple, dict, string or number."""
    if isinstance(receiver, Sequence):
        if receiver.kind == data_frames.SERIES and data_frames.applies(method):
            return data_frames.map_series(evaluator, receiver, given, record)
        return _sequence_method(evaluator, receiver, method, given)
    if isinstance(receiver, Mapping):
        return _mapping_method(evaluator, receiver, method, given)
    if isinstance(receiver, Const) and isinstance(receiver.value, str):
        record.callee = f"str.{method}"
        return _string_method(evaluator, receiver.value, method, given)
    if isinstance(receiver, Some) and receiver.type == "str":
        if method in ("split", "splitlines", "rsplit"):
            return Sequence("list", None, Some("str"), evaluator.new_ref())
        return Some("str") if method in _STRINGS else UNKNOWN
    return UNKNOWN


def _sequence_method(evaluator: Evaluator, receiver: Sequence, method: str, given: Arguments) -> Value:
    first = given.positional[0] if given.positional else UNKNOWN
    current = iteration.contents(evaluator, receiver)
    assert isinstance(current, Sequence)
    if method in ("append", "appendleft"):
        iteration.append(evaluator, receiver, first)
        return Const(None)
    if method in ("extend", "insert", "remove", "clear", "sort", "reverse"):
        _change(evaluator, receiver, method, given)
        return Const(None)
    if method in ("pop", "popleft"):
        result = iteration.get_item(evaluator, receiver, first if given.positional else Const(-1))
        if current.items and not given.positional and method == "pop":
            iteration.store(
                evaluator, receiver, Sequence(receiver.kind, current.items[:-1], UNKNOWN, receiver.ref)
            )
        else:
            _forget(evaluator, receiver)
        return result
    if method == "copy":
        return Sequence(receiver.kind, current.items, current.element, evaluator.new_ref())
    return Some("int") if method in ("index", "count") else UNKNOWN


def _change(evaluator: Evaluator, receiver: Sequence, method: str, given: Arguments) -> None:
    current = iteration.contents(evaluator, receiver)
    assert isinstance(current, Sequence)
    if method == "extend" and given.positional:
        iteration.extend(evaluator, receiver, given.positional[0])
    elif method == "insert" and len(given.positional) == 2:
        iteration.insert(evaluator, receiver, *given.positional)
    elif method == "clear":
        iteration.store(evaluator, receiver, Sequence(receiver.kind, (), UNKNOWN, receiver.ref))
    elif method == "reverse" and current.items is not None:
        iteration.store(
            evaluator, receiver, Sequence(receiver.kind, current.items[::-1], UNKNOWN, receiver.ref)
        )
    else:
        _forget(evaluator, receiver)


def _forget(evaluator: Evaluator, receiver: Sequence) -> None:
    element = iteration.element(evaluator, receiver)
    iteration.store(evaluator, receiver, Sequence(receiver.kind, None, element, receiver.ref))


def _mapping_method(evaluator: Evaluator, receiver: Mapping, method: str, given: Arguments) -> Value:
    current = iteration.contents(evaluator, receiver)
    assert isinstance(current, Mapping)
    if method in ("get", "pop", "setdefault"):
        key = given.positional[0] if given.positional else UNKNOWN
        default = given.positional[1] if len(given.positional) > 1 else Const(None)
        if not isinstance(key, Const):
            return UNKNOWN
        found = current.get(key.value)
        if found is None:
            found = UNKNOWN if current.open else default
        if method == "pop":
            kept = tuple((known, value) for known, value in current.items if known != key.value)
            iteration.store(evaluator, receiver, Mapping(kept, current.open, receiver.ref))
        elif method == "setdefault":
            iteration.set_item(evaluator, receiver, key, found)
        return found
    if method == "update":
        items = dict(current.items)
        is_open = current.open or given.open
        if given.positional:
            other = iteration.contents(evaluator, given.positional[0])
            if isinstance(other, Mapping):
                items.update(other.items)
            is_open = is_open or not isinstance(other, Mapping) or other.open
        items.update(given.keywords)
        iteration.store(evaluator, receiver, Mapping(tuple(items.items()), is_open, receiver.ref))
        return Const(None)
    if method == "copy":
        return Mapping(current.items, current.open, evaluator.new_ref())
    if current.open:
        return UNKNOWN
    if method == "keys":
        return Sequence("list", tuple(Const(key) for key, _ in current.items))
    if method == "values":
        return Sequence("list", tuple(value for _, value in current.items))
    if method == "items":
        pairs = (Sequence("tuple", (Const(key), value)) for key, value in current.items)
        return Sequence("list", tuple(pairs))
    return UNKNOWN


def _string_method(evaluator: Evaluator, text: str, method: str, given: Arguments) -> Value:
    constants = [value.value for value in given.positional if isinstance(value, Const)]
    if method in ("lower", "upper", "strip") and not given.positional:
        return Const(getattr(text, method)())
    if method in ("startswith", "endswith") and len(constants) == 1 and isinstance(constants[0], str):
        return Const(getattr(text, method)(constants[0]))
    if method == "split" and len(constants) <= 1 and len(constants) == len(given.positional):
        separator = constants[0] if constants else None
        if (isinstance(separator, str) and separator) or separator is None:
            parts = text.split(separator)
            if len(parts) <= iteration.MAX_ITEMS:
                return Sequence("list", tuple(Const(part) for part in parts), UNKNOWN, evaluator.new_ref())
    return Some("str") if method in _STRINGS else UNKNOWN
