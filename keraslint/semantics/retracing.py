"""Arguments of compiled functions for which a graph is traced anew: Python numbers that change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keraslint.semantics import ir
from keraslint.semantics.calls import spelled
from keraslint.semantics.ir import Site
from keraslint.semantics.records import CallRecord
from keraslint.semantics.repetition import Repetition
from keraslint.semantics.repetition import Repetitions
from keraslint.semantics.values import Const
from keraslint.semantics.values import Some
from keraslint.semantics.values import Value
from keraslint.semantics.values import alternatives
from keraslint.semantics.walking import within

# With these, many numbers become few.
_NARROWING = ("%", "//", "<", ">", "<=", ">=", "==", "!=", "and", "or", "not", "in")


@dataclass(frozen=True, eq=False)
class ChangingNumber:
    """A Python number among the arguments of a call, and the innermost loop whose passes change it."""

    at: Site
    name: str
    repetition: Repetition
    is_innermost: bool


def changing_numbers(record: CallRecord, repetitions: Repetitions) -> Iterator[ChangingNumber]:
    """The arguments of a call that certainly are Python numbers and differ from pass to pass."""
    node = record.node
    if not isinstance(node, ir.Call) or any(each.star for each in node.arguments):
        return
    around = repetitions.of(record)
    positional = 0
    for each in node.arguments:
        if each.keyword is None:
            value = (
                record.arguments.positional[positional]
                if positional < len(record.arguments.positional)
                else None
            )
            positional += 1
        else:
            value = record.arguments.keyword(each.keyword)
        if value is None or not _is_number(value) or _narrows(each.value):
            continue
        changing = [loop for loop in around if loop.changes(each.value)]
        if changing:
            yield ChangingNumber(
                Site(record.site.file, each.value.place),
                spelled(each.value) if isinstance(each.value, (ir.Name, ir.Attribute)) else "",
                changing[-1],
                changing[-1] is around[-1],
            )


def _is_number(value: Value) -> bool:
    return all(
        (isinstance(part, Const) and type(part.value) in (int, float))
        or (isinstance(part, Some) and part.type in ("int", "float"))
        for part in alternatives(value)
    )


def _narrows(node: ir.Expression) -> bool:
    return any(isinstance(each, ir.Operation) and each.operator in _NARROWING for each in within(node))
