"""Two programs side by side: equal lines facing each other, what differs marked word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_CONTEXT = 3
# Shorter stretches of equal lines are not worth a line that says that they were left out.
_FOLDED_FROM = 4
# Below this likeness two lines have nothing to do with each other, and marked words would mislead.
_ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a line, and whether the other program has it not."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one program, with its number."""

    number: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Two lines that face each other; one of them may be missing."""

    before: Line | None
    after: Line | None
    equal: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that follow each other; a folded one is shown on request."""

    rows: tuple[Row, ...]
    folded: bool


def stretches(before: str, after: str) -> tuple[Stretch, ...]:
    """Both programs, in pieces of which those far from any difference are folded."""
    rows = list(_rows(before.splitlines(), after.splitlines()))
    near = {
        index + offset
        for index, row in enumerate(rows)
        if not row.equal
        for offset in range(-_CONTEXT, _CONTEXT + 1)
    }
    pieces: list[Stretch] = []
    start = 0
    for index in range(1, len(rows) + 1):
        if index == len(rows) or (index in near) != (start in near):
            part = tuple(rows[start:index])
            pieces.append(Stretch(part, start not in near and len(part) >= _FOLDED_FROM))
            start = index
    return tuple(pieces)


def _rows(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, low, high, other_low, other_high in matcher.get_opcodes():
        for left, right in zip_longest(range(low, high), range(other_low, other_high)):
            old = None if left is None else before[left]
            new = None if right is None else after[right]
            yield Row(
                None if old is None else Line(left + 1, _words(old, new)),
                None if new is None else Line(right + 1, _words(new, old)),
                kind == "equal",
            )


def _words(line: str, other: str | None) -> tuple[Word, ...]:
    if line == other or other is None:
        return (Word(line, differs=False),)
    own, others = _WORD.findall(line), _WORD.findall(other)
    matcher = SequenceMatcher(None, others, own, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return (Word(line, differs=False),)
    return tuple(
        Word("".join(own[low:high]), differs=kind != "equal")
        for kind, _, _, low, high in matcher.get_opcodes()
        if low < high
    )
