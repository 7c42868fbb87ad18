"""Whether the constructor of an object reached that of its base in another package."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Partial
from keraslint.semantics.evaluation.values import Super
from keraslint.semantics.evaluation.values import Union
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.lowering import ir

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

INITIALISED = "#initialised"


def hide(evaluator: Evaluator, instance: Instance) -> None:
    """Code that was not seen had the object: nobody knows whether it called the base's constructor."""
    reached = evaluator.state.get((instance.ref, INITIALISED))
    if reached is not None and reached != Const(True):
        evaluator.state.set((instance.ref, INITIALISED), UNKNOWN)


def hide_from(evaluator: Evaluator, function: Function, values: Iterable[Value]) -> None:
    """A function with these arguments is not followed: hide every object that it can get at by a name."""
    for instance in _within_reach(evaluator, [function, *values]):
        hide(evaluator, instance)


def _within_reach(evaluator: Evaluator, values: list[Value]) -> Iterator[Instance]:
    seen: set[int] = set()
    while values:
        value = values.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Instance):
            yield value
        elif isinstance(value, Function):
            values += _closed_over(evaluator, value)
        elif isinstance(value, Method):
            values += [value.receiver, *([] if value.function is None else [value.function])]
        elif isinstance(value, Partial):
            values += [value.function, *value.positional, *(each for _, each in value.keywords)]
        elif isinstance(value, Super):
            values.append(value.instance)
        elif isinstance(value, Union):
            values += value.alternatives
        else:
            values += (leaf for leaf in leaves(value) if leaf is not value)


def _closed_over(evaluator: Evaluator, function: Function) -> Iterator[Value]:
    """What the names in a function mean that stands in another one; those of a module are nobody's objects."""
    scopes = function.scopes[:-1]
    pending: list[object] = [function.node.body] if scopes else []
    while pending:
        node = pending.pop()
        if isinstance(node, ir.Name):
            found = (evaluator.state.get((scope, node.id)) for scope in scopes)
            yield from (value for value in found if value is not None)
        elif isinstance(node, tuple):
            pending.extend(part for part in node if isinstance(part, tuple))
