"""Edits as text: offsets and places, the difference between two texts, applying, choosing."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TypeAlias

from keraslint.diagnostic import Edit
from keraslint.diagnostic import Location
from keraslint.diagnostic import ResolvedFix
from keraslint.source.ends import common_ends

Span: TypeAlias = tuple[int, int]
Replacement: TypeAlias = tuple[int, int, str]
"""Start and end in the old text, and what stands there in the new one."""

_NEWLINE = re.compile(r"\r\n?|\n")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_TOKEN = re.compile(r"\r\n|\w+|[^\S\r\n]+|.", re.DOTALL)
_SEPARATOR = re.compile(r"[.,]|[ \t]+")
_WORD = re.compile(r"\w")
_IMPORT = re.compile(r"(?:import|from) ")
_MATCHED = 250_000


class Lines:
    """Turns offsets of a text into rows and columns, and back."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._starts = [0, *(match.end() for match in _NEWLINE.finditer(text))]

    def offset(self, location: Location) -> int:
        """The offset of a row and column, both from 1."""
        return min(self._starts[location.row - 1] + location.column - 1, self._length)

    def location(self, offset: int) -> Location:
        """The row and column, both from 1, of an offset."""
        row = bisect_right(self._starts, offset)
        return Location(row, offset - self._starts[row - 1] + 1)


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the edits of one file in it; identical edits count once.

    Raises ValueError where two edits want the same place.
    """
    lines = Lines(text)
    spans = sorted(
        {(lines.offset(edit.location), lines.offset(edit.end_location), edit.content) for edit in edits}
    )
    pieces: list[str] = []
    done = 0
    last: tuple[int, int] | None = None
    for start, end, content in spans:
        if start < done or (start, end) == last:
            raise ValueError(f"edits overlap at {lines.location(start)}")
        pieces += (text[done:start], content)
        done, last = end, (start, end)
    return "".join(pieces) + text[done:]


def select_compatible(fixes: Iterable[ResolvedFix]) -> tuple[list[ResolvedFix], list[ResolvedFix]]:
    """Split fixes into those that can be applied together and those that wait for the next round.

    The first in the order of the files wins, whatever the order of ``fixes``.
    Edits that only touch wait too: two removals side by side may leave nothing
    where Python wants something. Identical edits, such as one import that two
    fixes need, agree; the same import at two places does not.
    """
    taken: dict[str, _Taken] = defaultdict(_Taken)
    chosen: list[ResolvedFix] = []
    postponed: list[ResolvedFix] = []
    for fix in sorted(fixes, key=_order):
        if all(taken[edit.filename].agrees(edit) for edit in fix.edits):
            chosen.append(fix)
            for edit in fix.edits:
                taken[edit.filename].add(edit)
        else:
            postponed.append(fix)
    return chosen, postponed


def _order(fix: ResolvedFix) -> tuple[object, ...]:
    edits = sorted((edit.filename, edit.location, edit.end_location, edit.content) for edit in fix.edits)
    return edits, fix.message


class _Taken:
    """The edits of one file that are chosen; they are apart, and stand in order."""

    def __init__(self) -> None:
        self._edits: list[tuple[Location, Location, str]] = []
        self._imports: dict[str, Location] = {}

    def agrees(self, edit: Edit) -> bool:
        """Whether an edit is one of these, or stands apart from all of them."""
        if self._imports.get(edit.content, edit.location) != edit.location:
            return False
        key = (edit.location, edit.end_location, edit.content)
        index = bisect_right(self._edits, key)
        beside = self._edits[max(index - 1, 0) : index + 1]
        return key in beside or all(
            end < edit.location or edit.end_location < start for start, end, _ in beside
        )

    def add(self, edit: Edit) -> None:
        """Take an edit that agrees."""
        key = (edit.location, edit.end_location, edit.content)
        index = bisect_right(self._edits, key)
        if self._edits[max(index - 1, 0) : index] != [key]:
            self._edits.insert(index, key)
        if _IMPORT.match(edit.content.lstrip()):
            self._imports[edit.content] = edit.location


def difference(old: str, new: str, claims: Sequence[Span] = ()) -> list[Replacement]:
    """Return small replacements, in order, that turn ``old`` into ``new``.

    A replacement that falls into a claim, a range of ``old`` that a change
    stands for as a whole, covers all of it: two fixes then never share it.
    """
    found: list[Replacement] = []
    for offset, before, after in _hunks(0, _LINE.findall(old), _LINE.findall(new)):
        end = offset + sum(map(len, before))
        if before and after and _widened((offset, end), claims) == (offset, end):
            tokens = _TOKEN.findall("".join(before)), _TOKEN.findall("".join(after))
            found += (_replacement(*hunk) for hunk in _hunks(offset, *tokens))
        else:
            found.append(_replacement(offset, before, after))
    return joined(old, found, claims)


def joined(old: str, replacements: Sequence[Replacement], claims: Sequence[Span] = ()) -> list[Replacement]:
    """Replacements in order, those as one that overlap, hold no word between them or fall into one claim."""
    return [_spliced(old, span, replacements) for span in _spans(old, replacements, claims)]


def _replacement(offset: int, before: Sequence[str], after: Sequence[str]) -> Replacement:
    return offset, offset + sum(map(len, before)), "".join(after)


def _hunks(
    offset: int, old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[int, Sequence[str], Sequence[str]]]:
    """Yield the stretches in which two sequences of pieces differ, with their offset in the old one."""
    head, tail = common_ends(old, new)
    starts = list(accumulate(map(len, old), initial=offset))
    middle, other = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(middle) * len(other) > _MATCHED:
        yield starts[head], middle, other
        return
    done = 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, middle, other, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        i1, i2, j1, j2 = i1 + head, i2 + head, j1 + head, j2 + head
        # Between "a, |b, |c" and "a|, b|, c", which say the same, the second is how one would put it.
        while i1 == i2 > done and new[j2 - 1] == old[i1 - 1] and _SEPARATOR.fullmatch(old[i1 - 1]):
            i1, i2, j1, j2 = i1 - 1, i2 - 1, j1 - 1, j2 - 1
        done = i2
        yield starts[i1], old[i1:i2], new[j1:j2]


def _widened(span: Span, claims: Sequence[Span]) -> Span:
    """Widen a span until it holds every claim that it falls into."""
    start, end = span
    for first, last in claims:
        falls_into = first <= start <= last if start == end else first < end and start < last
        if falls_into:
            start, end = min(first, start), max(last, end)
    return span if (start, end) == span else _widened((start, end), claims)


def _spans(old: str, replacements: Sequence[Replacement], claims: Sequence[Span]) -> list[Span]:
    """Join the spans of replacements that overlap, or hold no word between them."""
    spans: list[Span] = []
    for start, end in sorted(_widened((start, end), claims) for start, end, _ in replacements):
        if spans and (start <= spans[-1][1] or not _WORD.search(old, spans[-1][1], start)):
            start, end = spans[-1][0], max(spans.pop()[1], end)
        spans.append((start, end))
    return spans


def _spliced(old: str, span: Span, replacements: Sequence[Replacement]) -> Replacement:
    pieces: list[str] = []
    done = span[0]
    for start, end, content in replacements:
        if span[0] <= start and end <= span[1]:
            pieces += (old[done:start], content)
            done = end
    return (*span, "".join(pieces) + old[done : span[1]])
