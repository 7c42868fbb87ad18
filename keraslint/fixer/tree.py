"""One file as the fixer sees it: its text, its tree, and where the two meet."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from functools import cached_property

import libcst as cst

from keraslint.diagnostic import Location
from keraslint.fixer.edits import Lines
from keraslint.fixer.edits import Span
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.positions import Positions
from keraslint.semantics.lowering.positions import lines_above

_OTHER_ENDS = "the line ends of the file could not be kept to the byte"


class UnplaceableError(Exception):
    """A change that cannot be written where it is wanted; its fix is not offered."""


class FileTree:
    """A file's tree with the parent of every node that is asked for.

    Work is done by statement of the top level: what a fix does not touch is not walked.
    """

    def __init__(self, name: str, text: str, positions: Positions) -> None:
        self.name = name
        self.module = positions.tree
        self.lines = Lines(text)
        self.length = len(text)
        self.text = text if self.module.has_trailing_newline else text + self.module.default_newline
        self._positions = positions
        self._parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self._texts: dict[int, str] = {}

    @property
    def lowered(self) -> ir.Module:
        """The lowered module."""
        return self._positions.lowered

    def node(self, place: int) -> cst.CSTNode:
        """The node at a place of the lowered module."""
        return self._positions.node(place)

    def definitions(self, places: Iterable[int]) -> Iterator[cst.CSTNode]:
        """The nodes at the places of definitions, of which nothing else is asked."""
        return map(self._positions.at, places)

    @cached_property
    def index(self) -> Mapping[cst.CSTNode, int]:
        """The statements of the top level, each with its number."""
        return {statement: index for index, statement in enumerate(self.module.body)}

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands in the text, without its own parentheses."""
        code_range = self._positions.range_of(node)
        start, end = code_range.start, code_range.end
        return (
            self.lines.offset(Location(start.line, start.column + 1)),
            self.lines.offset(Location(end.line, end.column + 1)),
        )

    def statement_span(self, statement: cst.CSTNode) -> Span:
        """Where a statement of a block stands, with its decorators."""
        start, end = self.span(statement)
        decorators = getattr(statement, "decorators", ())
        return (self.span(decorators[0])[0] if decorators else start), end

    @cached_property
    def bounds(self) -> list[int]:
        """Where each statement of the top level begins, with the lines above it, and where the last ends."""
        starts = [self.lines.offset(Location(row, 1)) for row in self._positions.first_rows]
        last = self._positions.footer_row
        return [*starts, len(self.text) if last is None else self.lines.offset(Location(last, 1))]

    def text_of(self, index: int) -> str:
        """The text of a statement of the top level, seen to be what its tree says."""
        if index not in self._texts:
            text = self.text[self.bounds[index] : self.bounds[index + 1]]
            if text != self.module.code_for_node(self.module.body[index]):
                raise UnplaceableError(_OTHER_ENDS)
            self._texts[index] = text
        return self._texts[index]

    def text_in(self, statement: cst.CSTNode, blocks: Sequence[cst.IndentedBlock]) -> tuple[int, str]:
        """Where the text of a statement inside of blocks begins, with the lines above it, and that text as it is."""
        row = self.lines.location(self.statement_span(statement)[0]).row - sum(
            1 for _ in lines_above(statement)
        )
        start = self.lines.offset(Location(row, 1))
        text = self.code_in(statement, blocks)[1]
        if not self.text.startswith(text, start):
            raise UnplaceableError(_OTHER_ENDS)
        return start, text

    def code_in(self, statement: cst.CSTNode, blocks: Sequence[cst.IndentedBlock]) -> tuple[str, str]:
        """A statement as it is written inside of blocks, and headings without which that is no program."""
        headings, indent = "", ""
        for block in blocks:
            headings += f"{indent}if _:{self.module.default_newline}"
            indent += self.module.default_indent if block.indent is None else block.indent
        for block in reversed(blocks):
            statement = cst.If(cst.Name("_"), cst.IndentedBlock([statement], indent=block.indent))  # type: ignore[list-item]
        return headings, self.module.code_for_node(statement).removeprefix(headings)

    def path(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The nodes around ``node``, from its parent to its statement of the top level."""
        if node in self.index:
            return []
        if node not in self._parents:
            self._walk(self._statement(node))
        path = []
        while node in self._parents:
            node = self._parents[node]
            path.append(node)
        return path

    def _statement(self, node: cst.CSTNode) -> cst.CSTNode:
        index = self._positions.index_of(node)
        if index is None:
            start = self.span(node)[0]
            index = sum(bound <= start for bound in self.bounds[:-1]) - 1
        return self.module.body[index]

    def _walk(self, statement: cst.CSTNode) -> None:
        pending = [statement]
        while pending:
            node = pending.pop()
            for child in _children(node):
                self._parents[child] = node
                pending.append(child)


def lost_comments(old: cst.CSTNode, new: cst.CSTNode) -> set[str]:
    """The comments in a node that another one, which takes its place, does not have."""
    return _comments(old) - _comments(new)


def _comments(node: cst.CSTNode) -> set[str]:
    found: set[str] = set()
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, cst.Comment):
            found.add(each.value)
        pending.extend(_children(each))
    return found


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from (item for item in value if isinstance(item, cst.CSTNode))
