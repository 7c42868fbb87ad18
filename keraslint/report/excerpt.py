"""Source lines with what is meant in them underlined, as compilers show them."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from keraslint.diagnostic import Location
from keraslint.outcome import Outcome
from keraslint.report.plain import clean
from keraslint.report.plain import expand

_FRAME = "bold bright_blue"
_WIDEST = 160
_NARROWEST_LABEL = 24
_CUT = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a file to underline with ``symbol``, and what to say of it."""

    location: Location
    end_location: Location
    symbol: str
    style: str
    label: str = ""


class _Drawn(NamedTuple):
    """A mark with the cells that it takes."""

    mark: Mark
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Frame:
    """How wide the line numbers are, and how wide the whole may be (None: as wide as it gets)."""

    gutter: int
    width: int | None

    @property
    def room(self) -> int:
        """The cells that are left for code."""
        return max((self.width or _WIDEST) - self.gutter - 3, 20)

    def arrow(self, arrow: str, place: str) -> Text:
        """``--> train.py:3:1``."""
        return Text.assemble(" " * self.gutter, (arrow, _FRAME), f" {clean(place)}")

    def bar(self) -> Text:
        """An empty line of the frame."""
        return Text(" " * (self.gutter + 1) + "|", _FRAME)

    def row(self, number: int | None, content: Text) -> Text:
        """A line of the frame with something in it."""
        shown = "" if number is None else str(number)
        return Text.assemble((f"{shown:>{self.gutter}} | ", _FRAME), content)

    def cut(self) -> Text:
        """Where lines are left out."""
        return Text("...", _FRAME)

    def code(self, line: str, taken: int = 0) -> Text:
        """A source line, as far as it fits beside what takes some of the room."""
        return _code(line, 0, self.room - taken)

    def note(self, heading: str, body: str) -> Iterator[Text]:
        """``= heading: body``, wrapped under its own beginning, or where that leaves no room under its heading."""
        head = self.gutter + len(heading) + 5
        width = head + len(body) + 1 if self.width is None else max(self.width, head + 1)
        indent = head if width - head >= _NARROWEST_LABEL else self.gutter + 3
        first, *others = wrap(
            clean(body) or " ",
            width,
            initial_indent=" " * head,
            subsequent_indent=" " * indent,
            break_on_hyphens=False,
        ) or [" " * head]
        yield Text.assemble(" " * (self.gutter + 1), ("= ", _FRAME), (f"{heading}: ", "bold"), first[head:])
        for line in others:
            yield Text(line)


def excerpt(outcome: Outcome, filename: str, marks: Sequence[Mark], frame: Frame) -> Iterator[Text]:
    """The lines that the marks begin on, each with its marks under it."""
    lines = outcome.sources[filename].lines
    shown = [mark for mark in marks if mark.location.row <= len(lines)]
    rows = sorted({mark.location.row for mark in shown})
    if not rows:
        return
    yield frame.bar()
    previous = rows[0]
    for row in rows:
        if row == previous + 2:
            between = outcome.place(filename, Location(row - 1, 1)).row
            yield frame.row(between, frame.code(lines[row - 2]))
        elif row > previous + 2:
            yield frame.cut()
        on_row = sorted((mark for mark in shown if mark.location.row == row), key=lambda mark: mark.location)
        number = outcome.place(filename, on_row[0].location).row
        yield from _row(number, lines[row - 1], on_row, frame)
        previous = row


def _row(number: int, line: str, marks: Sequence[Mark], frame: Frame) -> Iterator[Text]:
    line = line.rstrip()
    text, starts = expand(line)
    spans = [_span(mark, line, starts) for mark in marks]
    offset = 0
    if cell_len(text) > frame.room and max(end for _, end in spans) > frame.room - 1:
        offset = max(0, min(start for start, _ in spans) - frame.room // 4)
    yield frame.row(number, _code(line, offset, frame.room))
    drawn = []
    for mark, (start, end) in zip(marks, spans, strict=True):
        first = max(start - offset, 0)
        drawn.append(_Drawn(mark, first, max(min(end - offset, frame.room), first + 1)))
    if all(left.end < right.start for left, right in pairwise(drawn)):
        yield from _underlines(drawn, frame)
    else:
        for each in drawn:
            yield from _underlines([each], frame)


def _span(mark: Mark, line: str, starts: Sequence[int]) -> tuple[int, int]:
    """The cells to underline; of a stretch of several lines, what stands on the first."""
    last = len(line)
    begin = min(mark.location.column - 1, last)
    end = mark.end_location.column - 1 if mark.end_location.row == mark.location.row else last
    return starts[begin], max(starts[min(end, len(line))], starts[begin] + 1)


def _code(line: str, offset: int, room: int) -> Text:
    """The part of a source line that fits, from a cell on; what is cut off is marked as cut."""
    line = line.rstrip()
    text, starts = expand(line)
    length = cell_len(text)
    if offset == 0 and length <= room:
        return Text(text)
    first, last = offset + (offset > 0), offset + room - (length > offset + room)
    inside = [index for index in range(len(line)) if starts[index] >= first and starts[index + 1] <= last]
    shown = expand(line[inside[0] : inside[-1] + 1])[0]
    head = _CUT + " " * (starts[inside[0]] - first) if offset else ""
    return Text(head + shown + (_CUT if length > offset + room else ""))


def _underlines(drawn: Sequence[_Drawn], frame: Frame) -> Iterator[Text]:
    """Marks side by side; the label of the last stands beside it if it fits, the others below."""
    line = Text()
    for mark, start, end in drawn:
        line.append(" " * (start - len(line))).append(mark.symbol * (end - start), mark.style)
    *below, last = drawn
    label = clean(last.mark.label)
    if not label or frame.width is None or last.end + 1 + cell_len(label) <= frame.room:
        if label:
            line.append(f" {label}", last.mark.style)
    else:
        below.append(last)
    yield frame.row(None, line)
    for mark, start, _ in reversed(below):
        indent = start if frame.room - start >= _NARROWEST_LABEL else 0
        room = len(mark.label) if frame.width is None else frame.room - indent
        for part in wrap(clean(mark.label), max(room, 1), break_on_hyphens=False):
            yield frame.row(None, Text(" " * indent + part, mark.style))
