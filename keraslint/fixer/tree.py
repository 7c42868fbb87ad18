"""One file as the fixer sees it: its text, its tree, and where the two meet."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from functools import cached_property

import libcst as cst

from keraslint.diagnostic import Location
from keraslint.fixer.abridged import Abridged
from keraslint.fixer.edits import Span
from keraslint.semantics.lowering.positions import Positions
from keraslint.semantics.lowering.spans import Spans

_BRACKETED = (cst.GeneratorExp, cst.Subscript, cst.Tuple)
_OTHER_ENDS = "the line ends of the file could not be kept to the byte"


class UnplaceableError(Exception):
    """A change that cannot be written where it is wanted; its fix is not offered."""


class FileTree:
    """LibCST's tree of a file, abridged to what a fix needs, with the parent of every node."""

    def __init__(self, name: str, abridged: Abridged, positions: Positions, spans: Spans) -> None:
        self.name = name
        self.module = positions.tree
        self.lines = abridged.lines
        self.length = len(abridged.text)
        self.text = abridged.text
        if not self.module.has_trailing_newline:
            self.text += self.module.default_newline
        self._abridged = abridged
        self._positions = positions
        self._spans = spans
        self._texts: dict[int, str] = {}

    def node(self, place: int) -> cst.CSTNode:
        """The node at a place of the file."""
        return self._positions.nodes[self._abridged.place(place)]

    def place(self, node: cst.CSTNode) -> int | None:
        """The place of a node in the file."""
        place = self._places.get(node)
        return None if place is None else self._abridged.original(place)

    @cached_property
    def _places(self) -> Mapping[cst.CSTNode, int]:
        return {node: place for place, node in enumerate(self._positions.nodes)}

    @cached_property
    def index(self) -> Mapping[cst.CSTNode, int]:
        """The statements of the top level, each with its number."""
        return {statement: index for index, statement in enumerate(self.module.body)}

    def range(self, start: int, end: int) -> tuple[Location, Location]:
        """Where a span of the text is in the file; raises LeftOutError where that holds more than the text does."""
        return self._abridged.range(start, end)

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands in the text, without its own parentheses."""
        if _stands_alike(node) and (place := self.place(node)) is not None:
            row, column, end_row, end_column = self._spans.span(place)
            row, end_row = self._abridged.row(row), self._abridged.row(end_row)
        else:
            code_range = self._positions.ranges[node]
            start, end = code_range.start, code_range.end
            row, column, end_row, end_column = start.line, start.column + 1, end.line, end.column + 1
        return self.lines.offset(Location(row, column)), self.lines.offset(Location(end_row, end_column))

    @cached_property
    def bounds(self) -> list[int]:
        """Where each statement of the top level begins, with the lines above it, and where the last ends."""
        starts = [self._beginning(statement) for statement in self.module.body]
        for line in self.module.footer[:1]:
            return [*starts, self.lines.offset(Location(self._row(line), 1))]
        return [*starts, len(self.text)]

    def _beginning(self, statement: cst.CSTNode) -> int:
        """Where a statement begins, with the lines above it."""
        above = len(getattr(statement, "leading_lines", ()))
        for decorator in getattr(statement, "decorators", ())[:1]:
            above += len(decorator.leading_lines)
            statement = decorator
        first = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else statement
        return self.lines.offset(Location(self._row(first) - above, 1))

    def _row(self, node: cst.CSTNode) -> int:
        place = self.place(node)
        if place is None:
            return self._positions.ranges[node].start.line
        return self._abridged.row(self._spans.span(place)[0])

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
        start = self._beginning(statement)
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
        path = []
        while node in self._parents:
            node = self._parents[node]
            path.append(node)
        return path

    @cached_property
    def _parents(self) -> Mapping[cst.CSTNode, cst.CSTNode]:
        """The parents of all nodes but the statements of the top level."""
        parents: dict[cst.CSTNode, cst.CSTNode] = {}
        pending: list[cst.CSTNode] = [*self.module.body]
        while pending:
            node = pending.pop()
            children = list(_children(node))
            parents.update(dict.fromkeys(children, node))
            pending += children
        return parents


def _stands_alike(node: cst.CSTNode) -> bool:
    """Whether Python takes the same text for a node: it counts the brackets of some in, and in arguments those around."""
    if isinstance(node, cst.Arg):
        node = node.value
        return not node.lpar and _stands_alike(node)
    return isinstance(node, cst.BaseExpression) and not isinstance(node, _BRACKETED)


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
