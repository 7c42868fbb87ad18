"""Statements that nest or chain deeper than parsing in reasonable time allows.

The parser's time grows faster than the square of a chain's length: 400 links
take a fifth of a second, 5,000 more than a minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# Python itself takes no more brackets inside each other; chains it takes at any length.
MOST_BRACKETS = 200
MOST_LINKS = 1000

_TOKEN = re.compile(
    r"(?P<skip>\#[^\r\n]*|[rRbBfFuUtT]{0,2}(?:'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\")"
    r"|'(?:\\.|[^'\\\r\n])*'|\"(?:\\.|[^\"\\\r\n])*\"|\\(?:\r\n|\n|\r))"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<separator>[,;])|(?P<newline>\r\n|\n|\r)",
    re.DOTALL,
)


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
    start = deepest = longest = 0
    links = [0]
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "open":
            links.append(0)
            deepest = max(deepest, len(links) - 1)
        elif kind == "close" and len(links) > 1:
            links.pop()
            links[-1] += 1
            longest = max(longest, links[-1])
        elif kind == "separator":
            links[-1] = 0
        elif kind == "newline" and len(links) == 1:
            if deepest > MOST_BRACKETS or longest > MOST_LINKS:
                yield DeepStatement(start, token.start(), deepest, longest)
            links[0] = deepest = longest = 0
            start = token.end()
    if deepest > MOST_BRACKETS or longest > MOST_LINKS:
        yield DeepStatement(start, len(text), deepest, longest)
