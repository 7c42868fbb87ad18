"""Places in a text as clients count them: lines from 0, columns in the units that were agreed on."""

from __future__ import annotations

import re
from functools import cached_property

from lsprotocol import types

from keraslint.diagnostic import Location

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_LINE_ENDS = "\r\n"
_UNIT_SIZES = {
    types.PositionEncodingKind.Utf8: ("utf-8", 1),
    types.PositionEncodingKind.Utf16: ("utf-16-le", 2),
    types.PositionEncodingKind.Utf32: ("utf-32-le", 4),
}
Encoding = types.PositionEncodingKind


class Text:
    """A text that clients point into."""

    def __init__(self, content: str, encoding: Encoding = Encoding.Utf16) -> None:
        self.content = content
        self.encoding = encoding

    @cached_property
    def lines(self) -> list[str]:
        """The lines with their ends; a line end at the end of the text opens one more."""
        lines = _LINE.findall(self.content)
        return [*lines, ""] if not lines or lines[-1].endswith(("\r", "\n")) else lines

    def position(self, location: Location) -> types.Position:
        """A row and column, from 1 and in characters, as the client counts them."""
        line = min(location.row, len(self.lines)) - 1
        return types.Position(line, self._units(self.lines[line].rstrip(_LINE_ENDS)[: location.column - 1]))

    def range(self, start: Location, end: Location) -> types.Range:
        """The same of two places."""
        return types.Range(self.position(start), self.position(end))

    def location(self, position: types.Position) -> Location:
        """A place of the client's; one that lies beyond a line or the text is its end."""
        line = min(position.line, len(self.lines) - 1)
        content = self.lines[line].rstrip(_LINE_ENDS)
        if position.line > line:
            return Location(line + 1, len(content) + 1)
        return Location(line + 1, self._characters(content, position.character) + 1)

    def replaced(self, place: types.Range, content: str) -> Text:
        """The text after a change, whichever end of the range was named first."""
        start, end = sorted((self._offset(place.start), self._offset(place.end)))
        return Text(self.content[:start] + content + self.content[end:], self.encoding)

    def _offset(self, position: types.Position) -> int:
        location = self.location(position)
        return sum(map(len, self.lines[: location.row - 1])) + location.column - 1

    def _units(self, text: str) -> int:
        if text.isascii():
            return len(text)
        name, size = _UNIT_SIZES[self.encoding]
        return len(text.encode(name, "surrogatepass")) // size

    def _characters(self, line: str, units: int) -> int:
        """How many characters begin before so many units; a place inside of one counts as before it."""
        if line.isascii():
            return min(units, len(line))
        passed = 0
        for number, character in enumerate(line):
            passed += self._units(character)
            if passed > units:
                return number
        return len(line)
