"""From places back to LibCST's nodes, for the few files that have fixes."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator
from collections.abc import Mapping
from functools import cached_property
from itertools import chain
from typing import cast

import libcst as cst
from libcst.metadata import CodePosition
from libcst.metadata import CodeRange
from libcst.metadata import MetadataWrapper
from libcst.metadata import PositionProvider

from keraslint.semantics.lowering.concrete import lower_with_nodes
from keraslint.semantics.lowering.trees import tree_of

_LINE_END = re.compile(r"\r\n|\r|\n")


class Positions:
    """LibCST's nodes of one text by place, and where they stand.

    LibCST tells positions by writing a program anew, which takes four times as
    long as parsing it: that is done by statement of the top level, for those that are asked for.
    """

    def __init__(self, text: str) -> None:
        self.tree = cst.parse_module(text)
        self.lowered, self._nodes, self._first_places = lower_with_nodes(self.tree)
        self._text = text
        self._known: dict[int, Mapping[cst.CSTNode, CodeRange]] = {}
        self._indices: dict[cst.CSTNode, int] = {}

    def node(self, place: int) -> cst.CSTNode:
        """The LibCST node at a place of the lowered module."""
        node = self._nodes[place]
        self._indices[node] = bisect_right(self._first_places, place) - 1
        return node

    def at(self, place: int) -> cst.CSTNode:
        """The same of a node whose statement of the top level will not be asked for."""
        return self._nodes[place]

    def index_of(self, node: cst.CSTNode) -> int | None:
        """The statement of the top level that holds a node; None of one that was not told by its place."""
        return self._indices.get(node)

    def span(self, place: int) -> tuple[int, int, int, int]:
        """Row, column, end row and end column of a place, all from 1, columns in characters."""
        code_range = self.range_of(self.node(place))
        start, end = code_range.start, code_range.end
        return start.line, start.column + 1, end.line, end.column + 1

    def range_of(self, node: cst.CSTNode) -> CodeRange:
        """LibCST's code range of a node."""
        own = self._indices.get(node)
        likely = (*self._known, *self._indices.values()) if own is None else (own,)
        for index in chain(likely, range(len(self.tree.body))):
            found = self._ranges(index).get(node)
            if found is not None:
                # A statement by itself begins in the first row.
                above = self.first_rows[index] - 1
                start, end = found.start, found.end
                return CodeRange(
                    CodePosition(start.line + above, start.column), CodePosition(end.line + above, end.column)
                )
        return self._whole[node]

    def _ranges(self, index: int) -> Mapping[cst.CSTNode, CodeRange]:
        if index not in self._known:
            alone = self.tree.with_changes(header=(), body=self.tree.body[index : index + 1], footer=())
            self._known[index] = _resolved(alone)
        return self._known[index]

    @cached_property
    def first_rows(self) -> list[int]:
        """The row in which each statement of the top level begins, with the lines above it."""
        tree = tree_of(self._text)
        rows = None if isinstance(tree, cst.Module) else _rows_in(tree, self.tree)
        return rows or [self._whole[_first(statement)].start.line for statement in self.tree.body]

    @property
    def footer_row(self) -> int | None:
        """The row in which the lines below the last statement begin, None where there are none."""
        footer = self.tree.footer
        if not footer:
            return None
        rows = _LINE_END.split(self._text)
        return len(rows) - (not rows[-1]) - len(footer) + 1

    @cached_property
    def _whole(self) -> Mapping[cst.CSTNode, CodeRange]:
        return _resolved(self.tree)


def _resolved(module: cst.Module) -> Mapping[cst.CSTNode, CodeRange]:
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    return cast(Mapping[cst.CSTNode, CodeRange], wrapper.resolve(PositionProvider))


def _rows_in(tree: ast.Module, concrete: cst.Module) -> list[int] | None:
    """The first rows by the tree of Python, None where the two do not count the same statements."""
    rows = [_own_row(statement) for statement in tree.body]
    found = []
    for statement in concrete.body:
        count = len(statement.body) if isinstance(statement, cst.SimpleStatementLine) else 1
        if len(rows) < count:
            return None
        found.append(rows[0] - sum(1 for _ in lines_above(statement)))
        del rows[:count]
    return None if rows else found


def _own_row(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min((each.lineno for each in decorators), default=statement.lineno)


def lines_above(statement: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The empty lines and comments that belong to a statement."""
    yield from getattr(statement, "leading_lines", ())
    decorators: tuple[cst.Decorator, ...] = tuple(getattr(statement, "decorators", ()))
    for decorator in decorators[:1]:
        yield from decorator.leading_lines


def _first(statement: cst.CSTNode) -> cst.CSTNode:
    """The node that stands first in a statement's text."""
    decorators: tuple[cst.Decorator, ...] = tuple(getattr(statement, "decorators", ()))
    return next(iter((*lines_above(statement), *decorators[:1], statement)))
