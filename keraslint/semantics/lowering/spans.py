"""From places back to rows and columns, for the few files that have findings."""

from __future__ import annotations

import ast
import re
from functools import cached_property
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeAlias

from keraslint.semantics.lowering.lower import NameOf
from keraslint.semantics.lowering.lower import Placed
from keraslint.semantics.lowering.lower import Stretch
from keraslint.semantics.lowering.lower import lower_with_nodes
from keraslint.semantics.lowering.trees import tree_of

if TYPE_CHECKING:
    from keraslint.semantics.lowering.positions import Positions

# Row from 1, column from 0 in bytes, as Python's parser counts.
_Point: TypeAlias = tuple[int, int]

_LINE_END = re.compile(r"\r\n|\r|\n")
_DEFINITION = re.compile(rb"(?:async\s+)?(?:def|class)\s+")


class Spans:
    """Where the nodes of one text stand, by place.

    Parsing again is cheaper than keeping every tree: most files have no finding.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        tree = tree_of(text)
        self.tree = tree if isinstance(tree, ast.Module) else None
        """Python's tree; None where LibCST's parser alone reads the text."""
        self.nodes = [] if self.tree is None else lower_with_nodes(self.tree)[1]
        """What stands in Python's tree at each place."""
        self._lines = _LINE_END.split(text)

    def span(self, place: int) -> tuple[int, int, int, int]:
        """Row, column, end row and end column of a place, all from 1, columns in characters."""
        if self.tree is None:
            return self.concrete.span(place)
        start, end = self._points(self.nodes[place])
        return start[0], self._column(start), end[0], self._column(end)

    @cached_property
    def concrete(self) -> Positions:
        """LibCST's nodes of the whole text."""
        from keraslint.semantics.lowering.positions import Positions

        return Positions(self._text)

    def _column(self, point: _Point) -> int:
        row, column = point
        line = self._lines[row - 1]
        return (column if line.isascii() else len(line.encode("utf-8")[:column].decode("utf-8"))) + 1

    def _points(self, node: Placed) -> tuple[_Point, _Point]:
        if isinstance(node, NameOf):
            return self._name(node.node)
        if isinstance(node, Stretch):
            start, end = self._points(node.first)[0], self._points(node.last)[1]
            return self._before(node.star, start) if node.star else start, end
        if isinstance(node, ast.comprehension):
            return self._before("for", _start(node.target)), _end(node.ifs[-1] if node.ifs else node.iter)
        if isinstance(node, ast.match_case):
            return self._before("case", _start(node.pattern)), _end(node.body[-1])
        return _start(node), _end(node)

    def _name(self, node: ast.AST) -> tuple[_Point, _Point]:
        if isinstance(node, ast.Attribute):
            row, end = _end(node)
            return (row, end - len(node.attr.encode("utf-8"))), (row, end)
        row, begin = _start(node)
        if isinstance(node, ast.arg):
            return (row, begin), (row, begin + len(node.arg.encode("utf-8")))
        assert isinstance(node, (ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef))
        word = _DEFINITION.match(self._lines[row - 1].encode("utf-8"), begin)
        begin = begin if word is None else word.end()
        return (row, begin), (row, begin + len(node.name.encode("utf-8")))

    def _before(self, word: str, point: _Point) -> _Point:
        """Where the word that introduces something stands."""
        row, column = point
        while row > 0:
            found = self._lines[row - 1].encode("utf-8").rfind(word.encode("ascii"), 0, column)
            if found >= 0:
                return row, found
            row, column = row - 1, len(self._lines[row - 2].encode("utf-8"))
        return point


def _start(node: Any) -> _Point:
    return node.lineno, node.col_offset


def _end(node: Any) -> _Point:
    return node.end_lineno, node.end_col_offset
