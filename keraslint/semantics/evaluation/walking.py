"""Walks over the lowered program."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from keraslint.semantics.evaluation.bindings import nested_blocks
from keraslint.semantics.lowering import ir

_EXPRESSION_TYPES = frozenset(ir.Expression.__args__)
_STATEMENT_TYPES = frozenset(ir.Statement.__args__)


def statements(block: ir.Block) -> Iterator[ir.Statement]:
    """The statements of a block, nested blocks included, functions and classes not."""
    for statement in block:
        yield statement
        for nested in nested_blocks(statement):
            yield from statements(nested)


def expressions(block: ir.Block) -> Iterator[ir.Expression]:
    """All expressions in the statements of a block."""
    for statement in statements(block):
        # Blocks are walked as statements of their own.
        yield from own_expressions(statement)


def own_expressions(statement: ir.Statement) -> Iterator[ir.Expression]:
    """The expressions in a statement; those of the statements in its blocks are left out."""
    return _expressions([*statement[::-1]])


def within(node: object) -> Iterator[ir.Expression]:
    """The expressions in a node, itself included; statements inside it are left out."""
    return _expressions([node])


def _expressions(pending: list[Any]) -> Iterator[ir.Expression]:
    """The expressions in nodes, the last of which comes first."""
    while pending:
        part = pending.pop()
        kind = part.__class__
        if kind in _EXPRESSION_TYPES:
            yield part
            if kind is ir.Name or kind is ir.Constant:
                continue
        elif kind in _STATEMENT_TYPES or not isinstance(part, tuple):
            continue
        pending += part[::-1]


def gathering_loop(function: ir.FunctionDef | ir.Lambda, place: int) -> int | None:
    """The place of the loop whose passes gather what a ``yield`` gives once there is enough, as most batches are.

    Such a ``yield`` stands under a condition that also begins a new list.
    """
    found = None
    body = function.body if isinstance(function, ir.FunctionDef) else ()
    for loop in statements(body):
        if isinstance(loop, ir.For) and holds(loop.body, place):
            conditions = (each for each in loop.body if isinstance(each, ir.If) and holds(each, place))
            begins = any(_begins_list(each) for condition in conditions for each in statements((condition,)))
            found = loop.place if begins else None
    return found


def _begins_list(statement: ir.Statement) -> bool:
    return isinstance(statement, ir.Assign) and any(
        isinstance(each, ir.Display) and each.kind == "list" and not each.items
        for each in within(statement.value)
    )


def holds(node: object, place: int) -> bool:
    """Whether a node is the one at a place, or has it inside.

    Places are given from the outside in and one part after the other, so that it
    can only be in the part whose own place is the nearest before it.
    """
    pending = [node]
    nearest: list[tuple[object, ...]] = []
    before = -1
    for part in pending:
        if not isinstance(part, tuple):
            continue
        own = getattr(part, "place", None)
        if own is None:
            pending.extend(_nearest(part, place) if part and part[0].__class__ in _STATEMENT_TYPES else part)
        elif own == place:
            return True
        elif before <= own < place:
            # The links of a comparison stand at the place of the whole.
            nearest = [*nearest, part] if own == before else [part]
            before = own
    return any(holds(part[1:], place) for part in nearest)


def holder(block: ir.Block, place: int) -> int | None:
    """Which statement of a block is at a place or has it inside, by its index; None where none does."""
    index = bisect_right(block, place, key=attrgetter("place")) - 1
    return index if index >= 0 and holds(block[index], place) else None


def _nearest(block: ir.Block, place: int) -> ir.Block:
    """The statement of a block that alone can hold a place, in a block of its own."""
    index = bisect_right(block, place, key=attrgetter("place"))
    return block[max(index - 1, 0) : index]
