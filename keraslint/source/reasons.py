"""Reasons for a line: the comments beside it, and the text above the cell of a notebook that begins with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from keraslint.source.lexing import Comment
from keraslint.source.lexing import Layout
from keraslint.source.notebook import divides_cells

# Words with which people say why; one that only says what ("disable the GPU", "debug") is none.
_REASON = re.compile(
    r"\b(?:as|avoids?|because|benchmark\w*|bug|bus[iy]\w*|can ?not|can'?t|compar\w+|crash\w*|"
    r"determinis\w+|does ?n[o']t|does not|due|don't|enough|fail\w*|hangs?|has to|have to|incompatib\w+|"
    r"issues?|memory|must|needs?|needed|oom|only (?:works|supports?)|otherwise|prevents?|reproduc\w+|"
    r"requir\w+|shared?|since|slower|so that|supported|too (?:big|large|little|small|slow)|unsupported|"
    r"until|unless|why|without (?:this|it)|work ?around)\b",
    re.IGNORECASE,
)
_FEWEST_WORDS = 3


class Reasons:
    """The reasons that the comments of a text give, and the ``prose`` of a notebook right above a row of it."""

    def __init__(self, text: str, prose: Mapping[int, str] = MappingProxyType({})) -> None:
        self._text = text
        self._prose = prose

    @cached_property
    def _layout(self) -> Layout:
        return Layout(self._text)

    @cached_property
    def _comments(self) -> dict[int, Comment]:
        return {comment.row: comment for comment in self._layout.comments}

    def beside(self, row: int) -> bool:
        """Whether a comment on the statement of a row, or what is said right above it, gives a reason."""
        first, last = self._layout.logical_line(row)
        texts = [self._comments[each].text for each in range(first, last + 1) if each in self._comments]
        above = first - 1
        while above in self._comments and self._comments[above].alone:
            if divides_cells(self._comments[above].text):
                texts.insert(0, self._prose.get(above, ""))
                break
            texts.insert(0, self._comments[above].text)
            above -= 1
        said = " ".join(text.lstrip("#: ") for text in texts)
        return len(said.split()) >= _FEWEST_WORDS and _REASON.search(said) is not None
