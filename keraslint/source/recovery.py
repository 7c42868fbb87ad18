"""A text that changed: where its lines went, and what to read instead of one that does not parse just now."""

from __future__ import annotations

import io
from collections.abc import Iterator
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from keraslint.source.ends import common_ends

# Comparing lines pairwise costs their product; beyond this a stretch counts as changed throughout.
_MOST_PAIRS = 1_000_000
_MOST_TRIES = 4


class Hunk(NamedTuple):
    """A stretch that changed: lines of the old text and of the new one, from 0, ends excluded."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


class LineMap:
    """Where the lines of a text stand in a later one."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._rows: dict[int, int] = {}
        old_at = new_at = 0
        for hunk in (*_hunks(old, new), Hunk(len(old), len(old), len(new), len(new))):
            for offset in range(hunk.old_start - old_at):
                self._rows[old_at + offset + 1] = new_at + offset + 1
            old_at, new_at = hunk.old_end, hunk.new_end

    def rows(self, first: int, last: int) -> tuple[int, int] | None:
        """Where the lines from ``first`` to ``last``, from 1, stand now; None where one of them changed."""
        moved = [self._rows.get(row) for row in range(first, last + 1)]
        start, end = moved[0], moved[-1]
        if start is None or end is None or None in moved or end - start != last - first:
            return None
        return start, end


def divided(text: str) -> list[str]:
    """The lines of a text with their ends, divided where Python divides them."""
    return list(io.StringIO(text, newline=""))


def stand_ins(good: str, broken: str, row: int) -> Iterator[str]:
    """What to read instead of a text that does not parse, and whose first error is on ``row``.

    That is itself with what changed since it was ``good`` taken back: first what is
    nearest to the error, in the end everything.
    """
    old, new = divided(good), divided(broken)
    hunks = _hunks(old, new)
    nearest = sorted(hunks, key=lambda hunk: _distance(hunk, row - 1))
    for number in range(1, min(len(hunks), _MOST_TRIES)):
        yield _without(old, new, nearest[:number])
    yield good


def _hunks(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    head, tail = common_ends(old, new)
    middle, other = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(middle) * len(other) > _MOST_PAIRS:
        return [Hunk(head, len(old) - tail, head, len(new) - tail)]
    return [
        Hunk(i1 + head, i2 + head, j1 + head, j2 + head)
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, middle, other, autojunk=False).get_opcodes()
        if tag != "equal"
    ]


def _distance(hunk: Hunk, line: int) -> int:
    return max(hunk.new_start - line, line - hunk.new_end + 1, 0)


def _without(old: Sequence[str], new: Sequence[str], reverted: Sequence[Hunk]) -> str:
    pieces: list[str] = []
    at = 0
    for hunk in sorted(reverted):
        pieces += new[at : hunk.new_start]
        pieces += old[hunk.old_start : hunk.old_end]
        at = hunk.new_end
    return "".join([*pieces, *new[at:]])
