"""As much of Python's lexical structure as comments, brackets and logical lines need.

The standard library's tokenizer refuses files that our parser reads, and reads
them differently from one Python version to the next; this neither refuses nor
changes, and is faster.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

TOKEN = re.compile(
    r"(?P<comment>\#[^\r\n]*)"
    r"|(?P<string>'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\""
    r"|'(?:\\(?:\r\n|.)|[^'\\\r\n])*'|\"(?:\\(?:\r\n|.)|[^\"\\\r\n])*\")"
    r"|(?P<join>\\(?:\r\n|\n|\r))"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<separator>[,;])|(?P<newline>\r\n|\n|\r)",
    re.DOTALL,
)
LINE_END = re.compile(r"\r\n|\n|\r")


class Comment(NamedTuple):
    """A comment with its row and column, from 1; ``alone`` where no code stands before it."""

    text: str
    row: int
    column: int
    alone: bool


class Layout:
    """Where the comments and the logical lines of a text are."""

    def __init__(self, text: str) -> None:
        self.comments: list[Comment] = []
        self._first_rows = [1]
        self._read(text)

    def logical_line(self, row: int) -> tuple[int, int]:
        """The first and the last row of the logical line that a row belongs to."""
        index = bisect_right(self._first_rows, row) - 1
        following = self._first_rows[index + 1 : index + 2]
        return self._first_rows[index], following[0] - 1 if following else max(row, self._last_row)

    def _read(self, text: str) -> None:
        row, line_start, depth = 1, 0, 0
        for token in TOKEN.finditer(text):
            kind = token.lastgroup
            if kind == "comment":
                before = text[line_start : token.start()]
                self.comments.append(Comment(token.group(), row, len(before) + 1, not before.strip()))
            elif kind == "open":
                depth += 1
            elif kind == "close":
                depth = max(depth - 1, 0)
            elif kind != "separator":
                for end in LINE_END.finditer(token.group()):
                    row, line_start = row + 1, token.start() + end.end()
                if kind == "newline" and depth == 0:
                    self._first_rows.append(row)
        self._last_row = row
