"""Statements of one block: inserting, removing, indenting under ``with`` and taking from under it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from itertools import dropwhile
from typing import TypeAlias

import libcst as cst

from keraslint.fixer.tree import UnplaceableError
from keraslint.source.notebook import divides_cells

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
Line: TypeAlias = Statement | cst.EmptyLine
"""What stands in a block: a statement, or a line of its own that lost the statement below it."""


Maker: TypeAlias = Callable[[], Sequence[Statement]]
"""Makes new statements, once all changes in what they hold are known."""


@dataclass
class _Place:
    """What becomes of one statement: what is put before it, itself, and what is put behind it."""

    before: list[Line]
    here: list[Line]
    after: list[Line]


@dataclass
class BlockPlan:
    """What is to happen to the statements of one block, by the original statement."""

    start: list[Maker] = field(default_factory=list)
    before: dict[cst.CSTNode, list[Maker]] = field(default_factory=lambda: defaultdict(list))
    after: dict[cst.CSTNode, list[Maker]] = field(default_factory=lambda: defaultdict(list))
    imports: dict[cst.CSTNode | None, list[str]] = field(default_factory=lambda: defaultdict(list))
    removed: set[cst.CSTNode] = field(default_factory=set)
    moved: set[cst.CSTNode] = field(default_factory=set)
    unwrapped: set[cst.CSTNode] = field(default_factory=set)
    wrapped: list[tuple[Statement, Statement, Callable[[], cst.BaseExpression]]] = field(default_factory=list)

    @property
    def concerned(self) -> Iterator[cst.CSTNode]:
        """The statements that something is to happen to; of those to be wrapped, the first and the last."""
        yield from (*self.before, *self.after, *self.removed, *self.moved, *self.unwrapped)
        yield from (statement for statement in self.imports if statement is not None)
        yield from (statement for first, last, _ in self.wrapped for statement in (first, last))

    def carry_out(
        self, originals: Sequence[Statement], updated: Sequence[Statement], is_beginning: bool = True
    ) -> list[list[Line]]:
        """Return what stands in place of each original statement, given its form with inner changes.

        They are those of the block, or some that follow each other; ``is_beginning`` says whether it begins with them.
        """
        places = [self._place(*pair) for pair in zip(originals, updated, strict=True)]
        for first, last, context in self.wrapped:
            if first in originals:
                self._wrap(places, originals.index(first), originals.index(last), context())
        if is_beginning and _is_docstring(originals[0]):
            places[0].after[:0] = _made(self.start)
        elif is_beginning:
            places[0].before[:0] = _made(self.start)
        for original, place in zip(originals, places, strict=True):
            blank = [cst.EmptyLine(indent=False)] if _is_docstring(original) else []
            place.after[:0] = [_import(code, blank) for code in self.imports.get(original, ())]
        if is_beginning:
            places[0].before[:0] = [_import(code, []) for code in self.imports.get(None, ())]
        return [[*place.before, *place.here, *place.after] for place in places]

    def in_block(self, original: cst.IndentedBlock, updated: cst.IndentedBlock) -> cst.IndentedBlock:
        """The block with everything done; ``pass`` keeps it from being empty."""
        places = self.carry_out(original.body, updated.body)  # type: ignore[arg-type]
        body, loose = _settled([line for place in places for line in place])
        if body and original.body[0] in self.moved:
            body[0] = _without_blank_lines(body[0])
        if not body:
            last = updated.body[-1]
            line = last if isinstance(last, cst.SimpleStatementLine) else cst.SimpleStatementLine([])
            body, loose = [line.with_changes(body=[cst.Pass()], leading_lines=loose)], []
        return updated.with_changes(body=body, footer=[*loose, *updated.footer])

    def add_import(self, code: str, behind: cst.CSTNode | None) -> None:
        """Put an import behind a statement, or before the first, once."""
        if code not in self.imports[behind]:
            self.imports[behind].append(code)

    def _place(self, original: Statement, updated: Statement) -> _Place:
        here: list[Line] = [updated]
        if original in self.removed:
            here = [*updated.leading_lines]
        elif original in self.moved:
            here = [*_shared(updated)[0]]
        elif original in self.unwrapped:
            assert isinstance(updated, cst.With)
            here = _without_with(updated)
        before = _made(self.before.get(original, ()))
        if before and here and not isinstance(here[0], cst.EmptyLine):
            above, own = _shared(here[0])
            first = before[0]
            assert not isinstance(first, cst.EmptyLine)
            before[0] = first.with_changes(leading_lines=[*above, *first.leading_lines])
            here[0] = here[0].with_changes(leading_lines=own)
        return _Place(before, here, _made(self.after.get(original, ())))

    def _wrap(self, places: list[_Place], first: int, last: int, context: cst.BaseExpression) -> None:
        """Move statements under ``with``; what is inserted before the first or behind the last stays out."""
        if first > last or not all(place.here for place in places[first : last + 1]):
            raise UnplaceableError("these statements do not follow each other")
        inner: list[Line] = []
        for index, place in enumerate(places[first : last + 1], first):
            inner += place.before if index > first else []
            inner += place.here
            inner += place.after if index < last else []
        body, loose = _settled(inner)
        if not body or _is_future_import(body[0]):
            raise UnplaceableError("nothing that can be indented")
        above = body[0].leading_lines
        body[0] = body[0].with_changes(leading_lines=[])
        if any(_divides(line) for statement in body for line in statement.leading_lines):
            raise UnplaceableError("the statements stand in several cells")
        block = cst.IndentedBlock([_indentable(statement) for statement in body], footer=loose)
        for place in places[first : last + 1]:
            place.here = []
        for place in places[first + 1 : last + 1]:
            place.before = []
        for place in places[first:last]:
            place.after = []
        places[first].here = [cst.With([cst.WithItem(context)], block, leading_lines=above)]


def _without_blank_lines(statement: Statement) -> Statement:
    """A statement that now comes first in its block."""
    lines = dropwhile(lambda line: line.comment is None, statement.leading_lines)
    return statement.with_changes(leading_lines=[*lines])


def with_own_comments(statement: Statement) -> Statement:
    """A statement with the comments right above it and nothing else."""
    return statement.with_changes(leading_lines=_shared(statement)[1])


def _made(makers: Sequence[Maker]) -> list[Line]:
    return [statement for maker in makers for statement in maker()]


def _import(code: str, above: Sequence[cst.EmptyLine]) -> Statement:
    return cst.ensure_type(cst.parse_statement(code), cst.SimpleStatementLine).with_changes(
        leading_lines=above
    )


def _settled(lines: Sequence[Line]) -> tuple[list[Statement], list[cst.EmptyLine]]:
    """Hand lines of their own to the statement below; return those with none below as well."""
    body: list[Statement] = []
    loose: list[cst.EmptyLine] = []
    for line in lines:
        if isinstance(line, cst.EmptyLine):
            loose.append(line)
        else:
            body.append(line.with_changes(leading_lines=[*loose, *line.leading_lines]) if loose else line)
            loose = []
    return body, loose


def _without_with(statement: cst.With) -> list[Line]:
    """The body of a ``with`` and every comment of it."""
    suite = statement.body
    if isinstance(suite, cst.SimpleStatementSuite):
        line = cst.SimpleStatementLine(suite.body, statement.leading_lines, suite.trailing_whitespace)
        return [line]
    assert isinstance(suite, cst.IndentedBlock)
    comment = suite.header.comment
    heading = [] if comment is None else [cst.EmptyLine(comment=comment, newline=suite.header.newline)]
    return [*statement.leading_lines, *heading, *suite.body, *suite.footer]  # type: ignore[list-item]


def _shared(statement: Statement) -> tuple[list[cst.EmptyLine], list[cst.EmptyLine]]:
    """Share the lines above a statement out: those for what is put before it, and its own.

    The comment right above stays with its statement; a function keeps its distance.
    """
    lines = list(statement.leading_lines)
    start = len(lines)
    while start and lines[start - 1].comment is not None and not _divides(lines[start - 1]):
        start -= 1
    above = lines[:start]
    if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
        while start and lines[start - 1].comment is None:
            start -= 1
    return above, lines[start:]


def _divides(line: cst.EmptyLine) -> bool:
    return line.comment is not None and divides_cells(line.comment.value)


def _is_docstring(statement: Statement) -> bool:
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    first = statement.body[0] if statement.body else None
    return isinstance(first, cst.Expr) and isinstance(first.value, (cst.SimpleString, cst.ConcatenatedString))


def _is_future_import(statement: Statement) -> bool:
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(
        statement.body[0], cst.ImportFrom
    ):
        return False
    module = statement.body[0].module
    return isinstance(module, cst.Name) and module.value == "__future__"


def _indentable(statement: Statement) -> cst.BaseStatement:
    indented = statement.visit(_BlankLines())
    assert isinstance(indented, cst.BaseStatement)
    return indented


class _BlankLines(cst.CSTTransformer):
    """Keeps blank lines blank when what stands around them is indented."""

    def leave_EmptyLine(self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine) -> cst.EmptyLine:  # noqa: N802
        if updated_node.comment is None and not updated_node.whitespace.value:
            return updated_node.with_changes(indent=False)
        return updated_node
