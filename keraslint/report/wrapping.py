"""Lines of a text that has colours, broken between words."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

_NARROWEST = 16


def hanging(text: Text, width: int | None, indent: int) -> Iterator[Text]:
    """The lines, those after the first indented; a word that is too long for a line stays whole."""
    if width is None:
        yield text
        return
    first, *words = text.split(" ")
    line, margin = first, Text()
    for word in words:
        room = max(width - len(margin), _NARROWEST)
        if line.plain.strip() and cell_len(line.plain) + 1 + cell_len(word.plain) > room:
            yield margin + line
            line, margin = word, Text(" " * indent)
        else:
            line = Text(" ").join((line, word))
    yield margin + line
