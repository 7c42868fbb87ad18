"""Text that is fit for a terminal: how wide it is, and nothing in it that commands the terminal."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len

TAB = 4
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")


def clean(text: str) -> str:
    """The text with control, direction and unpaired characters made visible."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def expand(line: str) -> tuple[str, list[int]]:
    """A source line as it is shown, and the cell at which each of its characters starts (and the last ends)."""
    shown: list[str] = []
    starts: list[int] = []
    cell = 0
    for character in line:
        starts.append(cell)
        text = " " * TAB if character == "\t" else _visible(character)
        shown.append(text)
        cell += cell_len(text)
    starts.append(cell)
    return "".join(shown), starts


def _visible(character: str) -> str:
    if unicodedata.category(character) in _UNFIT and character not in _JOINERS:
        return "\N{REPLACEMENT CHARACTER}"
    return character
