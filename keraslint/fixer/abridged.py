"""A file abridged to what a fix needs of it, and where what is left stands in the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from keraslint.diagnostic import Location
from keraslint.fixer.edits import Lines


class LeftOutError(Exception):
    """More of a file is needed than was left of it."""


class Rows(NamedTuple):
    """Rows of an abridged text, from ``first`` on, and where they begin in the file, or what they stand for."""

    first: int
    begin: int
    is_short: bool = False


class Places(NamedTuple):
    """Places of the file from ``first`` up to ``end`` that are left, and by how much they are more in what is left."""

    first: int
    end: int
    shift: int


class Abridged:
    """The text that is left, the number of its places, and where these and its rows are in the file."""

    def __init__(
        self, text: str, size: int, end: Location, rows: Sequence[Rows], places: Sequence[Places]
    ) -> None:
        self.text = text
        self.size = size
        self.lines = Lines(text)
        self._end = end
        self._rows = rows
        self._places = places

    def place(self, original: int) -> int:
        """The place of what has a place in the file and is not left out."""
        number = bisect_right(self._places, original, key=lambda each: each.first) - 1
        return original + self._places[number].shift

    def original(self, place: int) -> int | None:
        """The place in the file of what has a place here, None of what stands for something that was left out."""
        number = bisect_right(self._places, place, key=lambda each: each.first + each.shift) - 1
        original = place - self._places[number].shift
        return original if original < self._places[number].end else None

    def row(self, original: int) -> int:
        """The row of what stands in a row of the file and is not left out."""
        rows = self._rows[bisect_right(self._rows, original, key=lambda each: each.begin) - 1]
        return rows.first + original - rows.begin

    def range(self, start: int, end: int) -> tuple[Location, Location]:
        """Where a span of the text is in the file; raises LeftOutError where that holds more than the text does."""
        (first, begin), (last, behind) = self._located(start), self._located(end)
        if start < end:
            last += end > self.lines.offset(Location(self._rows[last].first, 1))
            if any(rows.is_short for rows in self._rows[first:last]):
                raise LeftOutError
        return begin, behind

    def _located(self, offset: int) -> tuple[int, Location]:
        """The number of the rows that hold an offset, and where that is in the file."""
        here = self.lines.location(offset)
        number = bisect_right(self._rows, here.row, key=lambda each: each.first) - 1
        rows = self._rows[number]
        if not rows.is_short:
            return number, Location(rows.begin + here.row - rows.first, here.column)
        if here == Location(rows.first, 1):
            return number, Location(rows.begin, 1)
        if offset == len(self.text):
            return number, self._end
        raise LeftOutError


def unabridged(text: str, size: int) -> Abridged:
    """A file of which nothing is left out."""
    return Abridged(text, size, Lines(text).location(len(text)), [Rows(1, 1)], [Places(0, size, 0)])
