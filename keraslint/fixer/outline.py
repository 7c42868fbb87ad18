"""The statements of a file as Python's parser sees them: which of them stand around a place, and in which rows."""

from __future__ import annotations

import ast
from bisect import bisect_left
from bisect import bisect_right
from collections.abc import Iterator
from collections.abc import Sequence
from functools import cached_property
from itertools import takewhile
from typing import Any
from typing import NamedTuple
from typing import TypeAlias

from keraslint.semantics.lowering.lower import Placed

Block: TypeAlias = Sequence[ast.stmt]
Point: TypeAlias = tuple[int, int]
"""Row from 1, column from 0 in bytes, as Python's parser counts."""

IMPORTS = (ast.Import, ast.ImportFrom)

_BEHIND_HEAD = (
    ast.AsyncFor,
    ast.AsyncFunctionDef,
    ast.AsyncWith,
    ast.ClassDef,
    ast.For,
    ast.FunctionDef,
    ast.While,
    ast.With,
)
_CLAUSES = (ast.stmt, ast.alias, ast.excepthandler, ast.match_case)


class Step(NamedTuple):
    """A statement on the way to a place: its block, and where it stands in that."""

    block: Block
    number: int

    @property
    def statement(self) -> ast.stmt:
        """The statement itself."""
        return self.block[self.number]


class Outline:
    """The statements of one file; ``nodes`` are what stands at its places."""

    def __init__(self, body: Block, nodes: Sequence[Placed]) -> None:
        self.body = body
        self.size = len(nodes)
        # Any other place belongs to the statement or clause that comes last before it.
        self._places = [place for place, node in enumerate(nodes) if isinstance(node, _CLAUSES)]
        self._points = [start_of(nodes[place]) for place in self._places]

    def path(self, place: int) -> list[Step]:
        """The statements around a place, the outermost first."""
        point = self._points[bisect_right(self._places, place) - 1]
        steps: list[Step] = []
        block: Block | None = self.body
        while block is not None:
            index = bisect_right(block, point, key=start_of) - 1
            steps.append(Step(block, index))
            block = next((inner for inner in blocks_of(block[index]) if _holds(inner, point)), None)
        return steps

    def first_place(self, point: Point) -> int:
        """The first place at or behind the beginning or the end of a statement."""
        number = bisect_left(self._points, point)
        return self._places[number] if number < len(self._places) else self.size

    @cached_property
    def head_end(self) -> Point | None:
        """Where the first definition or loop begins: no import is put behind that."""
        return next((start_of(each) for each in self.body if isinstance(each, _BEHIND_HEAD)), None)

    @cached_property
    def head(self) -> list[int]:
        """The statements at the beginning of the file behind which an import may go: its docstring and other imports."""
        head = takewhile(lambda statement: not isinstance(statement, _BEHIND_HEAD), self.body)
        return [
            index
            for index, statement in enumerate(head)
            if isinstance(statement, IMPORTS) or (index == 0 and is_docstring(statement))
        ]


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a statement is text alone, as what comes first in a block may be."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def start_of(node: Any) -> Point:
    """Where a statement begins, with its decorators, or a clause."""
    if isinstance(node, ast.match_case):
        node = node.pattern
    decorators = getattr(node, "decorator_list", ())
    return (decorators[0] if decorators else node).lineno, node.col_offset


def end_of(statement: ast.stmt) -> Point:
    """Where a statement ends."""
    assert statement.end_lineno is not None
    assert statement.end_col_offset is not None
    return statement.end_lineno, statement.end_col_offset


def blocks_of(statement: ast.AST) -> Iterator[Block]:
    """The blocks of a statement in their order; an ``elif`` is no statement in a block."""
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        part = getattr(statement, name, None)
        if not part:
            continue
        if name in ("handlers", "cases"):
            yield from (clause.body for clause in part)
        elif name == "orelse" and _is_elif(statement, part):
            yield from blocks_of(part[0])
        else:
            yield part


def _is_elif(statement: ast.AST, orelse: Block) -> bool:
    # An `if` inside an `else` stands further to the right.
    return (
        isinstance(statement, ast.If)
        and len(orelse) == 1
        and isinstance(orelse[0], ast.If)
        and orelse[0].col_offset == statement.col_offset
    )


def _holds(block: Block, point: Point) -> bool:
    return start_of(block[0]) <= point < end_of(block[-1])
