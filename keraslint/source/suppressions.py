"""Comments that silence findings: for a statement or for a file."""

from __future__ import annotations

import re
from collections.abc import Container
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from keraslint.source.lexing import Comment
from keraslint.source.lexing import Layout

_CANDIDATE = re.compile(r"#.*?(?:noqa|keraslint\s*:)", re.IGNORECASE)
# Codes, and names of rules, which have a hyphen; another word ends the list.
_ITEM = r"(?:[A-Z]+[0-9]+|[A-Z0-9]+(?:-[A-Z0-9]+)+)\b"
_LIST = rf"{_ITEM}(?:[\s,]+{_ITEM})*"
_OURS = re.compile(
    r"#\s*keraslint\s*:\s*ignore(?P<file>-file)?(?![\w-])(?:\s*\[(?P<items>[^\]\[#]*)\])?", re.IGNORECASE
)
_OTHERS = re.compile(
    rf"#\s*(?P<file>(?:ruff|flake8)\s*:\s*)?noqa(?![\w-])(?:\s*:\s*(?P<items>{_LIST}))?", re.IGNORECASE
)
_CODE = re.compile(r"[A-Z]+[0-9]+", re.IGNORECASE)
_OUR_CODE = re.compile(r"KL[0-9]+")


@dataclass(frozen=True)
class Directive:
    """A comment that silences: ``items`` are codes and names, None means every rule.

    Rows and columns count from 1; ``own`` tells our comments from ``noqa``.
    """

    text: str
    row: int
    column: int
    items: tuple[str, ...] | None
    for_file: bool
    own: bool

    @property
    def end_column(self) -> int:
        """The column after the last character of the directive."""
        return self.column + len(self.text)


class Unused(NamedTuple):
    """A directive that silenced nothing; ``items`` are those of its list that did not."""

    directive: Directive
    items: tuple[str, ...]


class Suppressions:
    """The directives of a text, and which of them were of use."""

    def __init__(self, text: str) -> None:
        self._directives: list[Directive] = []
        self._used: set[tuple[Directive, str | None]] = set()
        if _CANDIDATE.search(text):
            self._layout = Layout(text)
            self._directives = [each for comment in self._layout.comments for each in _directives(comment)]

    def match(self, code: str, name: str, row: int) -> Directive | None:
        """The directive that silences a finding on a row, if there is one.

        It stands on any line of the statement that the row belongs to; of a
        compound statement the header alone counts. One for the file stands anywhere.
        """
        if not self._directives:
            return None
        first, last = self._layout.logical_line(row)
        for directive in self._directives:
            if directive.for_file or first <= directive.row <= last:
                for item in (None,) if directive.items is None else directive.items:
                    if item is None or _means(item, code, name):
                        self._used.add((directive, item))
                        return directive
        return None

    def unused(self, known: Container[str] = ()) -> list[Unused]:
        """The directives that silenced nothing so far, as far as they are meant for us.

        ``known`` are the codes and names of rules: a ``noqa`` may name other
        linters' as well. Our own codes are ours even where no rule has them.
        """
        return list(self._unused(known))

    def _unused(self, known: Container[str]) -> Iterator[Unused]:
        for directive in self._directives:
            if directive.items is None:
                if directive.own and (directive, None) not in self._used:
                    yield Unused(directive, ())
                continue
            idle = [item for item in directive.items if (directive, item) not in self._used]
            ours = tuple(item for item in idle if directive.own or item in known or _OUR_CODE.fullmatch(item))
            if ours or (directive.own and not directive.items):
                yield Unused(directive, ours)


def directives(text: str) -> list[Directive]:
    """All directives of a text, in order."""
    return [each for comment in Layout(text).comments for each in _directives(comment)]


def _directives(comment: Comment) -> Iterator[Directive]:
    for match in _OURS.finditer(comment.text):
        listed = match["items"]
        items = None if listed is None else _normalized(re.split(r"[\s,]+", listed))
        yield _directive(comment, match, items, for_file=match["file"] is not None)
    for match in _OTHERS.finditer(comment.text):
        # ruff and flake8 let their comment speak for the file only on a line of its own.
        if match["file"] is None or comment.alone:
            items = None if match["items"] is None else _normalized(re.split(r"[\s,]+", match["items"]))
            yield _directive(comment, match, items, for_file=match["file"] is not None)


def _directive(
    comment: Comment, match: re.Match[str], items: tuple[str, ...] | None, for_file: bool
) -> Directive:
    column = comment.column + match.start()
    return Directive(match.group(), comment.row, column, items, for_file, own=match.re is _OURS)


def _normalized(items: Iterable[str]) -> tuple[str, ...]:
    """Codes in capitals, names in small letters."""
    return tuple(item.upper() if _CODE.fullmatch(item) else item.lower() for item in items if item)


def _means(item: str, code: str, name: str) -> bool:
    """A code, the beginning of one (``KL1``), or a name."""
    return item == name or (_CODE.fullmatch(item) is not None and code.startswith(item))
