"""Statements that nest or chain deeper than parsing in reasonable time allows.

The parser's time grows faster than the square of a chain's length: 400 links
take a fifth of a second, 5,000 more than a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from keraslint.source.lexing import TOKEN

# Python itself takes no more brackets inside each other; chains it takes at any length.
MOST_BRACKETS = 200
MOST_LINKS = 1000


class DeepStatement(NamedTuple):
    """The offsets of a logical line that is too deep, and what is too deep about it."""

    start: int
    end: int
    brackets: int
    links: int


def deep_statements(text: str) -> Iterator[DeepStatement]:
    """The logical lines with too many brackets inside each other or too many calls in a chain."""
    if sum(map(text.count, "([{")) <= MOST_LINKS:
        return
    for line in _logical_lines(text):
        if line.brackets > MOST_BRACKETS or line.links > MOST_LINKS:
            yield line


def _logical_lines(text: str) -> Iterator[DeepStatement]:
    """Each logical line; a run of closed brackets up to a comma or semicolon is a chain, or a sum of calls."""
    start = deepest = longest = 0
    runs = [0]
    for token in TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "open":
            runs.append(0)
            deepest = max(deepest, len(runs) - 1)
        elif kind == "close" and len(runs) > 1:
            runs.pop()
            runs[-1] += 1
            longest = max(longest, runs[-1])
        elif kind == "separator":
            runs[-1] = 0
        elif kind == "newline" and len(runs) == 1:
            yield DeepStatement(start, token.start(), deepest, longest)
            runs[0] = deepest = longest = 0
            start = token.end()
    yield DeepStatement(start, len(text), deepest, longest)
