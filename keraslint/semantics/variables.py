"""What a variable holds where it is read: the datasets that its last assignment above may have given it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from typing import TypeAlias

from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import DatasetIterator
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.facts import Facts
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.lowering.spans import Spans

Point: TypeAlias = tuple[int, int]
"""A row and a column, both from 1."""

_Function: TypeAlias = ir.FunctionDef | ir.ClassDef


class _Assignment(NamedTuple):
    """An assignment to a name; of a tuple that is taken apart, the name is one of the items."""

    target: int
    value: ir.Expression
    item: int | None


def held_datasets(
    facts: Facts, file: str, body: ir.Block, name: str, at: Point, spans: Spans
) -> list[Dataset]:
    """The datasets that a variable may hold at a place of a file; none where that is not known."""
    chosen = _last_assignment(body, name, at, spans)
    if chosen is None:
        return []
    if isinstance(chosen.value, ir.Name) and chosen.item is None:
        before = spans.span(chosen.target)[:2]
        return held_datasets(facts, file, body, chosen.value.id, before, spans) if before != at else []
    if not isinstance(chosen.value, ir.Call):
        return []
    given = (_items(value, chosen.item) for value in facts.results(Site(file, chosen.value.place)))
    parts = (part for values in given for value in values for part in alternatives(value))
    datasets = (part.dataset if isinstance(part, DatasetIterator) else part for part in parts)
    return list({id(each): each for each in datasets if isinstance(each, Dataset)}.values())


def _last_assignment(body: ir.Block, name: str, at: Point, spans: Spans) -> _Assignment | None:
    """The assignment that is in force at a place: of the innermost function that has one, the last above."""
    for block in reversed(list(_scopes(body, at, spans))):
        found = sorted(_assignments(block, name), key=lambda each: spans.span(each.target))
        above = [each for each in found if _is_in_force(each, at, spans)]
        if above or found:
            # In a loop, one further down may be what is meant.
            return above[-1] if above else found[0]
    return None


def _is_in_force(assignment: _Assignment, at: Point, spans: Spans) -> bool:
    target = spans.span(assignment.target)
    end = spans.span(assignment.value.place)[2:]
    return end <= at or target[:2] <= at <= target[2:]


def _scopes(body: ir.Block, at: Point, spans: Spans) -> Iterator[ir.Block]:
    """The blocks of the functions around a place, the module first."""
    yield body
    for statement in statements(body):
        if isinstance(statement, _Function):
            span = spans.span(statement.place)
            if span[:2] <= at <= span[2:]:
                yield from _scopes(statement.body, at, spans)


def _assignments(block: ir.Block, name: str) -> Iterator[_Assignment]:
    for statement in statements(block):
        if not isinstance(statement, ir.Assign):
            continue
        for target in statement.targets:
            items = target.items if isinstance(target, ir.Display) else ()
            for index, item in enumerate(items):
                if isinstance(item, ir.Name) and item.id == name:
                    yield _Assignment(item.place, statement.value, index)
            if isinstance(target, ir.Name) and target.id == name:
                yield _Assignment(target.place, statement.value, None)


def _items(value: Value, item: int | None) -> Iterator[Value]:
    """A value, or an item of the tuples that it may be."""
    for part in alternatives(value):
        if item is None:
            yield part
        elif isinstance(part, Sequence) and part.items is not None and item < len(part.items):
            yield part.items[item]
