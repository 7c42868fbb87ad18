"""Which statements may have bound a name last, seen from a place in a function or module."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from collections.abc import Sequence
from operator import attrgetter
from typing import TypeAlias

from keraslint.semantics.evaluation.bindings import nested_blocks
from keraslint.semantics.evaluation.bindings import own_names
from keraslint.semantics.evaluation.walking import holder
from keraslint.semantics.evaluation.walking import holds
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.lowering import ir

Definition: TypeAlias = ir.Assign | ir.For | ir.With

_place = attrgetter("place")


class Definitions:
    """The assignments, loops and ``with`` statements of one body by the names that they bind.

    An assignment of which ``keeps`` says that it leaves what matters about the name as it was is left out.
    """

    def __init__(self, body: ir.Block, keeps: Callable[[ir.Expression, str], bool]) -> None:
        self._body = body
        self._by_name: dict[str, list[Definition]] = {}
        for statement in statements(body):
            if isinstance(statement, (ir.Assign, ir.For, ir.With)):
                for name in dict.fromkeys(own_names(statement)):
                    if not isinstance(statement, ir.Assign) or not keeps(statement.value, name):
                        self._by_name.setdefault(name, []).append(statement)

    def reaching(self, name: str, place: int, most: int) -> Sequence[Definition]:
        """Those of a name that may be the last before a place, or some of them where there are more than ``most``."""
        all_of_name = self._by_name.get(name)
        return _Search(all_of_name, place, most).within(self._body, math.inf)[0] if all_of_name else ()


class _Search:
    """One question for the definitions of a name, which are all given in the order of their places."""

    def __init__(self, definitions: list[Definition], place: int, most: int) -> None:
        self._all = definitions
        self._place = place
        self._most = most

    def within(self, block: ir.Block, end: float) -> tuple[list[Definition], bool]:
        """The last ones in a block that ends before a place, and whether one of them certainly runs."""
        index = holder(block, self._place)
        if index is None:
            return self._before(block, self._place + 1)
        statement = block[index]
        last, is_certain = self._before(block, statement.place)
        end = block[index + 1].place if index + 1 < len(block) else end
        blocks = [nested for nested in nested_blocks(statement) if nested]
        ends = [*(nested[0].place for nested in blocks[1:]), end]
        for nested, nested_end in zip(blocks, ends, strict=False):
            if holds(nested, self._place):
                inner, is_settled = self.within(nested, nested_end)
                if is_settled:
                    return inner, True
                # What a loop assigns behind the place is there on the next pass.
                is_loop = isinstance(statement, (ir.For, ir.While))
                again = self._between(statement.place, end) if is_loop else inner
                return [*last, *again], is_certain
        return last, is_certain

    def _before(self, block: ir.Block, end: int) -> tuple[list[Definition], bool]:
        """Those in a block before a place, from the last one on that is an assignment of the block's own."""
        start = bisect_left(self._all, block[0].place, key=_place) if block else 0
        found: list[Definition] = []
        for at in reversed(range(start, bisect_left(self._all, end, key=_place))):
            statement = self._all[at]
            found.insert(0, statement)
            if isinstance(statement, ir.Assign) and _is_in(block, statement):
                return found, True
            if len(found) > self._most:
                break
        return found, False

    def _between(self, start: int, end: float) -> list[Definition]:
        first = bisect_left(self._all, start, key=_place)
        return self._all[first : min(bisect_left(self._all, end, key=_place), first + self._most + 1)]


def _is_in(block: ir.Block, statement: ir.Statement) -> bool:
    """Whether a statement stands in a block itself, and not deeper."""
    index = bisect_left(block, statement.place, key=_place)
    return index < len(block) and block[index] is statement
