"""Python's built-in functions on abstract values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from keraslint.semantics import names
from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import calls
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Count
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import DatasetIterator
from keraslint.semantics.evaluation.values import Enumerated
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Range
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Super
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import join
from keraslint.semantics.model import models

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_Builtin = Callable[["Evaluator", Arguments, CallRecord], Value]


def call(evaluator: Evaluator, name: str, given: Arguments, record: CallRecord) -> Value:
    """Call the built-in ``name``."""
    function = BUILTINS.get(name)
    return UNKNOWN if function is None else function(evaluator, given, record)


def _first(given: Arguments) -> Value:
    return given.positional[0] if given.positional else UNKNOWN


def _len(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    value = _first(given)
    known = iteration.length(evaluator, value)
    if known is not None:
        return Const(known)
    if isinstance(value, Instance):
        method = attributes.class_attribute(evaluator, value.cls, "__len__")
        if method is not None:
            return calls.call(evaluator, method, Arguments((value,)), record)
    return Count("int", value)


def _range(_: Evaluator, given: Arguments, __: CallRecord) -> Value:
    numbers = [value.value for value in given.positional if isinstance(value, Const)]
    if len(numbers) != len(given.positional) or not all(isinstance(number, int) for number in numbers):
        return Range(None)
    bounds = {1: (0, *numbers[:1], 1), 2: (*numbers[:2], 1), 3: tuple(numbers[:3])}.get(len(numbers))
    if bounds is None or bounds[2] == 0:
        return Range(None)
    start, stop, step = bounds
    assert isinstance(start, int)
    assert isinstance(stop, int)
    assert isinstance(step, int)
    return Range((start, stop, step))


def _enumerate(_: Evaluator, given: Arguments, __: CallRecord) -> Value:
    return Enumerated(_first(given))


def _zip(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    if not given.positional and isinstance(given.rest, Sequence) and given.rest.items is not None:
        # zip(*rows) turns rows into columns.
        columns_of_rows = (Sequence("tuple", None, item) for item in given.rest.items)
        return Sequence("zip", tuple(columns_of_rows))
    columns = [iteration.items(evaluator, value) for value in given.positional]
    known = [column for column in columns if column is not None]
    if known and len(known) == len(columns):
        return Sequence("tuple", tuple(Sequence("tuple", row) for row in zip(*known, strict=False)))
    row = tuple(iteration.element(evaluator, value) for value in given.positional)
    return Sequence("zip", None, Sequence("tuple", row))


def _map(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    if len(given.positional) < 2:
        return UNKNOWN
    function, *columns = given.positional
    row = tuple(iteration.element(evaluator, column) for column in columns)
    passes = iteration.length(evaluator, columns[0])
    around = evaluator.loops
    evaluator.loops = (*around, Loop(record.site, "comprehension", columns[0], passes))
    element = calls.call(evaluator, function, Arguments(row), replace(record, loops=evaluator.loops))
    evaluator.loops = around
    return Sequence("map", None, element)


def _reversed(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    items = iteration.items(evaluator, _first(given))
    if items is not None:
        return Sequence("tuple", items[::-1])
    return Sequence("reversed", None, iteration.element(evaluator, _first(given)))


def _sequence(kind: str) -> _Builtin:
    def make(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
        ref = evaluator.new_ref() if kind == "list" else 0
        if not given.positional:
            return Sequence(kind, (), UNKNOWN, ref)
        value = _first(given)
        items = iteration.items(evaluator, value)
        if items is not None:
            return Sequence(kind, items, UNKNOWN, ref)
        return Sequence(kind, None, iteration.element(evaluator, value), ref)

    return make


def _sorted(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    return Sequence("list", None, iteration.element(evaluator, _first(given)), evaluator.new_ref())


def _dict(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    items: dict[object, Value] = {}
    is_open = given.open
    if given.positional:
        base = iteration.contents(evaluator, _first(given))
        if isinstance(base, Mapping):
            items.update(base.items)
            is_open = is_open or base.open
        else:
            pairs = [iteration.items(evaluator, pair) for pair in iteration.items(evaluator, base) or ()]
            known = [pair for pair in pairs if pair is not None and len(pair) == 2]
            is_open = is_open or not pairs or len(known) < len(pairs)
            is_open = is_open or not all(isinstance(key, Const) for key, _ in known)
            items.update((key.value, value) for key, value in known if isinstance(key, Const))
    items.update(given.keywords)
    return Mapping(tuple(items.items()), is_open, evaluator.new_ref())


def _number(type_name: str) -> _Builtin:
    convert = {"int": int, "float": float, "round": round, "abs": abs}[type_name]

    def make(_: Evaluator, given: Arguments, __: CallRecord) -> Value:
        value = _first(given)
        if len(given.positional) == 1 and isinstance(value, Const) and not isinstance(value.value, bytes):
            try:
                return Const(convert(value.value))  # type: ignore[operator]
            except (TypeError, ValueError, OverflowError):
                return UNKNOWN
        if type_name == "int" and isinstance(value, Count):
            return value
        return Some("float" if type_name == "float" else "int" if type_name == "int" else "number")

    return make


def _extreme(pick: Callable[[list[float]], float]) -> _Builtin:
    def make(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
        values = given.positional
        if len(values) == 1:
            values = iteration.items(evaluator, values[0]) or ()
        numbers = [v.value for v in values if isinstance(v, Const) and isinstance(v.value, (int, float))]
        if numbers and len(numbers) == len(values) and not given.keywords:
            return Const(pick(numbers))
        return join(*values) if values else UNKNOWN

    return make


def _string(_: Evaluator, given: Arguments, __: CallRecord) -> Value:
    value = _first(given)
    return Const(str(value.value)) if isinstance(value, Const) else Some("str")


def _bool(_: Evaluator, given: Arguments, __: CallRecord) -> Value:
    value = _first(given)
    return Const(bool(value.value)) if isinstance(value, Const) else Some("bool")


def _super(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    if len(given.positional) == 2 and isinstance(given.positional[0], Class):
        return Super(given.positional[0], given.positional[1])
    frame = evaluator.frames[-1] if evaluator.frames else None
    if frame is None or frame.function.owner is None or not frame.function.node.parameters:
        return UNKNOWN
    receiver = evaluator.state.get((evaluator.scopes[0], frame.function.node.parameters[0].name))
    return Super(frame.function.owner, UNKNOWN if receiver is None else receiver)


def _iter(_: Evaluator, given: Arguments, __: CallRecord) -> Value:
    parts = alternatives(_first(given))
    return join(*(DatasetIterator(part) if isinstance(part, Dataset) else part for part in parts))


def _next(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    return iteration.element(evaluator, _first(given))


def _getattr(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    if len(given.positional) >= 2:
        name = given.positional[1]
        if isinstance(name, Const) and isinstance(name.value, str):
            value = attributes.get(evaluator, given.positional[0], name.value)
            return join(value, *given.positional[2:]) if value is UNKNOWN else value
    return UNKNOWN


def _setattr(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    if len(given.positional) == 3:
        target, name, value = given.positional
        if isinstance(name, Const) and isinstance(name.value, str):
            attributes.assign(evaluator, target, name.value, value)
    return Const(None)


def _isinstance(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    if len(given.positional) == 2:
        value, kind = given.positional
        kinds = iteration.items(evaluator, kind) or (kind,)
        names = {part.name.removeprefix("builtins.") for part in kinds if isinstance(part, Symbol)}
        if isinstance(value, Const) and names & {"str", "int", "float", "bool"}:
            known = any(type(value.value).__name__ == name for name in names)
            return Const(known or (isinstance(value.value, bool) and "int" in names))
        if isinstance(value, (Dataset, Array, Tensor, External)) and names <= {"str", "int", "float"}:
            return Const(False) if names and len(names) == len(kinds) else Some("bool")
        known_types = [_is_of(value, part) for part in kinds]
        if True in known_types:
            return Const(True)
        return Some("bool") if None in known_types else Const(False)
    return Some("bool")


def _is_of(value: Value, kind: Value) -> bool | None:
    """Whether a value is of a type, None where that is not known."""
    if isinstance(kind, Class):
        if isinstance(value, Instance):
            return True if kind in tuple(attributes.mro(value.cls)) else _unless_unknown(value)
        return (
            False if isinstance(value, (Const, Mapping, Sequence, Model)) or models.is_layer(value) else None
        )
    if not isinstance(kind, Symbol):
        return None
    package, _, name = kind.name.partition(".")
    if package == "builtins":
        if isinstance(value, (Sequence, Mapping)):
            return name == ("dict" if isinstance(value, Mapping) else value.kind)
        is_model_part = isinstance(value, Tensor) and value.producer is not None
        if is_model_part or isinstance(value, (Function, Model)) or models.is_layer(value):
            return False if name in _PLAIN_TYPES else None
        if isinstance(value, Const):
            return isinstance(value.value, _PLAIN_TYPES[name]) if name in _PLAIN_TYPES else None
    if package == "keras":
        if isinstance(value, Instance):
            return True if attributes.derives_from(value.cls, kind.name) else _unless_unknown(value)
        if isinstance(value, External) and models.is_layer(value):
            return names.is_a(value.made_by, kind.name)
        if isinstance(value, (Const, Mapping, Sequence)):
            return False
    return None


def _unless_unknown(value: Instance) -> bool | None:
    return None if attributes.has_unknown_base(value.cls) else False


_PLAIN_TYPES: dict[str, type] = {
    "bool": bool,
    "bytes": bytes,
    "dict": dict,
    "float": float,
    "int": int,
    "list": list,
    "set": set,
    "str": str,
    "tuple": tuple,
}


def _object(name: str) -> _Builtin:
    def make(evaluator: Evaluator, _: Arguments, record: CallRecord) -> Value:
        return External(f"builtins.{name}()", record, evaluator.new_ref())

    return make


def _none(_: Evaluator, __: Arguments, ___: CallRecord) -> Value:
    return Const(None)


def _unknown(_: Evaluator, __: Arguments, ___: CallRecord) -> Value:
    return UNKNOWN


def _sum(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    items = iteration.items(evaluator, _first(given))
    if items is not None and all(isinstance(item, Const) for item in items):
        numbers = [item.value for item in items if isinstance(item, Const)]
        if all(isinstance(number, (int, float)) for number in numbers):
            return Const(sum(numbers))  # type: ignore[arg-type]
    if isinstance(iteration.element(evaluator, _first(given)), (Const, Some)):
        return Some("number")
    return UNKNOWN


BUILTINS: dict[str, _Builtin] = {
    "abs": _number("abs"),
    "all": lambda *_: Some("bool"),
    "any": lambda *_: Some("bool"),
    "bool": _bool,
    "bytes": lambda *_: Some("bytes"),
    "callable": lambda *_: Some("bool"),
    "chr": lambda *_: Some("str"),
    "classmethod": lambda _, given, __: _first(given),
    "delattr": _none,
    "dict": _dict,
    "dir": _unknown,
    "enumerate": _enumerate,
    "eval": _unknown,
    "exec": _unknown,
    "exit": _object("exit"),
    "filter": lambda evaluator, given, _: Sequence(
        "filter", None, iteration.element(evaluator, given.positional[-1]) if given.positional else UNKNOWN
    ),
    "float": _number("float"),
    "format": lambda *_: Some("str"),
    "frozenset": _sequence("set"),
    "getattr": _getattr,
    "globals": _unknown,
    "hasattr": lambda *_: Some("bool"),
    "hash": lambda *_: Some("int"),
    "id": lambda *_: Some("int"),
    "input": lambda *_: Some("str"),
    "int": _number("int"),
    "isinstance": _isinstance,
    "issubclass": lambda *_: Some("bool"),
    "iter": _iter,
    "len": _len,
    "list": _sequence("list"),
    "locals": _unknown,
    "map": _map,
    "max": _extreme(max),
    "min": _extreme(min),
    "next": _next,
    "object": _object("object"),
    "open": _object("open"),
    "ord": lambda *_: Some("int"),
    "pow": lambda *_: Some("number"),
    "print": _none,
    "property": lambda _, given, __: _first(given),
    "quit": _object("quit"),
    "range": _range,
    "repr": lambda *_: Some("str"),
    "reversed": _reversed,
    "round": _number("round"),
    "set": _sequence("set"),
    "setattr": _setattr,
    "slice": lambda *_: Some("slice"),
    "sorted": _sorted,
    "staticmethod": lambda _, given, __: _first(given),
    "str": _string,
    "sum": _sum,
    "super": _super,
    "tuple": _sequence("tuple"),
    "type": _unknown,
    "vars": _unknown,
    "zip": _zip,
}
