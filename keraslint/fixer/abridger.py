"""Abridging a file: ``pass`` stands for the statements that a fix does not need.

LibCST takes ten times as long as Python's parser to read a file, and is given this in its place. What a fix changes
stands in it as it does in the file, in the same blocks, below the same lines.
"""

from __future__ import annotations

import ast
import re
from functools import cached_property

from keraslint.diagnostic import Location
from keraslint.fixer.abridged import Abridged
from keraslint.fixer.abridged import Places
from keraslint.fixer.abridged import Rows
from keraslint.fixer.edits import Lines
from keraslint.fixer.outline import Block
from keraslint.fixer.outline import Outline
from keraslint.fixer.outline import Point
from keraslint.fixer.outline import blocks_of
from keraslint.fixer.outline import end_of
from keraslint.fixer.outline import start_of
from keraslint.fixer.selection import Selection

_NEWLINE = re.compile(r"\r\n?|\n")
_PLACES_OF_IF, _PLACES_OF_WHILE = 3, 2
"""Those of each with a name as its condition; a branch of an ``if`` has one as well."""


class Abridger:
    """Abridges one file; what it learns of that serves all fixes."""

    def __init__(self, text: str, outline: Outline) -> None:
        self.text = text
        self.outline = outline
        self._lines = Lines(text)
        found = _NEWLINE.search(text)
        self.newline = found[0] if found else "\n"
        self.end = self._lines.location(len(text))

    def abridged(self, selection: Selection) -> Abridged:
        """The file without what is not selected."""
        return _Writing(self, selection).result()

    def margin(self, statement: ast.stmt) -> str | None:
        """The space before a statement; None where something else stands before it in its row."""
        row, width = start_of(statement)
        start = self.offset(row)
        before = self.text[start : start + width]
        return None if before.strip() else before

    def offset(self, row: int) -> int:
        """Where a row begins."""
        return self._lines.offset(Location(row, 1))

    @cached_property
    def custom(self) -> tuple[Point, str] | None:
        """Where something is indented first, and how far: LibCST takes that for the custom of the file."""
        for statement in self.outline.body:
            for block in blocks_of(statement):
                margin = self.margin(block[0])
                if margin is not None:
                    return start_of(block[0]), margin
        return None


class _Writing:
    """The writing of one abridged text."""

    def __init__(self, abridger: Abridger, selection: Selection) -> None:
        self._abridger = abridger
        self._outline = abridger.outline
        self._selection = selection
        self._texts: list[str] = []
        self._rows: list[Rows] = []
        self._places: list[Places] = []
        self._next_place = 0
        self._shift = 0
        self._next = 1
        self._written = 1

    def result(self) -> Abridged:
        self._write(self._outline.body)
        self._rows.append(Rows(self._written, self._next))
        if self._next <= self._abridger.end.row:
            self._texts.append(self._abridger.text[self._abridger.offset(self._next) :])
        size = self._outline.size + self._shift
        self._places.append(Places(self._next_place, self._outline.size, self._shift))
        return Abridged("".join(self._texts), size, self._abridger.end, self._rows, self._places)

    def _write(self, block: Block) -> None:
        done = 0
        for index, is_whole in self._selection.of(block):
            if done < index:
                self._leave_out(block[done], block[index - 1])
            if not is_whole:
                for inner in blocks_of(block[index]):
                    if self._abridger.margin(inner[0]) is not None:
                        self._write(inner)
            done = index + 1
        if done < len(block):
            self._leave_out(block[done], block[-1])

    def _leave_out(self, first: ast.stmt, last: ast.stmt) -> None:
        """Write something short for the statements from the first to the last of some that follow each other."""
        start, end = start_of(first), end_of(last)
        self._copy(start[0])
        margins = self._margins(first, last)
        indent = self._abridger.margin(first) or ""
        # The head of the file ends in what is left where it ends in the file.
        ends_head = self._holds(first, last, self._outline.head_end)
        word, places = ("while", _PLACES_OF_WHILE) if ends_head else ("if", _PLACES_OF_IF)
        # With its row, each is a line of its own kind: no two are taken for each other where texts are compared.
        row, newline = start[0], self._abridger.newline
        lines = [line for each in margins for line in (f"{indent}{word} _{row}:", f"{each}pass")]
        if not lines:
            lines = [f"while _{row}: pass" if ends_head else f"{indent}pass  # {row}"]
        self._texts.append(newline.join(lines) + ("" if end[0] == self._abridger.end.row else newline))
        self._rows.append(Rows(self._written, row, is_short=True))
        self._written += len(lines)
        self._next = end[0] + 1
        begin, behind = self._outline.first_place(start), self._outline.first_place(end)
        self._places.append(Places(self._next_place, begin, self._shift))
        self._shift += max(len(margins), ends_head) * places - (behind - begin)
        self._next_place = behind

    def _margins(self, first: ast.stmt, last: ast.stmt) -> list[str]:
        """How far the blocks are indented that must stay: the custom of the file, and the last, to which comments belong."""
        margins = []
        custom = self._abridger.custom
        if custom is not None and self._holds(first, last, custom[0]):
            margins.append(custom[1])
        *_, block = (None, *blocks_of(last))
        margin = None if block is None else self._abridger.margin(block[0])
        if margin is not None and margin not in margins:
            margins.append(margin)
        return margins

    def _holds(self, first: ast.stmt, last: ast.stmt, point: Point | None) -> bool:
        """Whether a point lies in statements of the top level, from the first to the last."""
        return point is not None and first.col_offset == 0 and start_of(first) <= point < end_of(last)

    def _copy(self, row: int) -> None:
        """Copy what is left up to a row."""
        if self._next < row:
            self._rows.append(Rows(self._written, self._next))
            begin, end = self._abridger.offset(self._next), self._abridger.offset(row)
            self._texts.append(self._abridger.text[begin:end])
            self._written += row - self._next
            self._next = row
