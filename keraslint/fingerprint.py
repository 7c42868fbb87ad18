"""What tells a finding from others when code moves: made of content, never of places or file names."""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from textwrap import dedent
from typing import NamedTuple
from typing import TypeAlias

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Location
from keraslint.source.stack import run_with_deep_stack
from keraslint.source.text import SourceFile

_VERSION = "1"
_LENGTH = 32
_Statement: TypeAlias = ast.stmt | ast.ExceptHandler | ast.match_case
_STATEMENTS = (ast.stmt, ast.ExceptHandler, ast.match_case)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
# What is derived from the place of an expression, or from how a string is written.
_LOOKS = ("ctx", "kind")


class Statement(NamedTuple):
    """A statement without its looks: the functions and classes around it, and what it means as text."""

    scope: str
    content: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A finding by its content.

    ``content`` is a hash of the rule's code, the statement and its scope;
    ``occurrence`` counts the findings of a run that are alike in all that, from 1.
    """

    content: str
    occurrence: int
    scope: str

    def __str__(self) -> str:
        return f"{self.content}:{self.occurrence}"


def fingerprints(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, SourceFile]
) -> tuple[Fingerprint, ...]:
    """The fingerprints of a run's findings, in their order."""
    return run_with_deep_stack(lambda: tuple(_fingerprints(diagnostics, sources)))


def _fingerprints(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, SourceFile]
) -> Iterator[Fingerprint]:
    programs: dict[str, _Program] = {}
    alike: Counter[str] = Counter()
    for diagnostic in diagnostics:
        name = diagnostic.filename
        if name in sources and name not in programs:
            programs[name] = _Program(sources[name])
        # Of a file that cannot be read there is nothing but its name.
        statement = (
            programs[name].statement(diagnostic.location)
            if name in programs
            else Statement("", PurePosixPath(name).name)
        )
        material = "\0".join((_VERSION, diagnostic.code, *statement))
        content = hashlib.sha256(material.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
        alike[content] += 1
        yield Fingerprint(content, alike[content], statement.scope)


class _Program:
    """The statements of a file, or of a notebook cell by cell: one that does not parse costs no other."""

    def __init__(self, source: SourceFile) -> None:
        self._lines = source.lines
        texts = [(0, source.text)]
        if source.notebook is not None:
            texts = [(above, text) for _, above, text in source.notebook.cell_texts()]
        self._trees = [(above, _tree(text)) for above, text in texts]

    def statement(self, where: Location) -> Statement:
        """The smallest statement at a place; where nothing parses, its line without white space."""
        line = self._lines[where.row - 1] if where.row <= len(self._lines) else ""
        above, tree = next((each for each in reversed(self._trees) if each[0] < where.row), (0, None))
        if tree is not None:
            column = len(line[: where.column - 1].encode("utf-8", "surrogatepass"))
            around = list(_around(tree, (where.row - above, column)))
            if around:
                scope = ".".join(node.name for node in around[:-1] if isinstance(node, _SCOPES))
                return Statement(scope, _content(around[-1]))
        return Statement("", "".join(line.split()))


def _tree(text: str) -> ast.Module | None:
    # Cells may be indented as a whole; that moves columns, but a row is enough there.
    for form in (text, dedent(text)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return ast.parse(form)
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                continue
    return None


def _around(tree: ast.AST, place: tuple[int, int]) -> Iterator[_Statement]:
    """The statements around a place, from the outermost to the smallest."""
    inside = list(_statements_in(tree))
    while inside:
        # A comment behind a statement belongs to it: only what begins later ends it.
        holding = [each for each in inside if _start(each) <= place and place[0] <= _last_row(each)]
        yield from holding[-1:]
        inside = list(_statements_in(holding[-1])) if holding else []


def _statements_in(node: ast.AST) -> Iterator[_Statement]:
    for block in _BLOCKS:
        inside = getattr(node, block, ())
        if isinstance(inside, list):
            yield from inside


def _start(node: _Statement) -> tuple[int, int]:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno, 0
    decorators = [each.lineno for each in getattr(node, "decorator_list", ())]
    return (decorators[0], 0) if decorators else (node.lineno, node.col_offset)


def _last_row(node: _Statement) -> int:
    last = node.body[-1] if isinstance(node, ast.match_case) else node
    return last.end_lineno or last.lineno


def _content(value: object) -> str:
    """A node as text: what it is and what is in it, with nothing of how it is written.

    Of a statement with a block, its header.
    """
    if isinstance(value, ast.AST):
        left_out = (*_LOOKS, *_BLOCKS) if isinstance(value, _STATEMENTS) else _LOOKS
        parts = (
            f"{name}={_content(inside)}"
            for name, inside in ast.iter_fields(value)
            if name not in left_out and inside is not None and inside != []
        )
        return f"{type(value).__name__}({','.join(parts)})"
    if isinstance(value, list):
        return f"[{','.join(map(_content, value))}]"
    return repr(value)
