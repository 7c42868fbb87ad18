"""The cells of a notebook's JSON, found and replaced in place: no other byte changes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from json.decoder import JSONDecodeError
from typing import Any

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True)
class Cell:
    """A cell: its kind, its source, and where in the document's text that source stands."""

    kind: str
    source: str
    start: int
    end: int


@dataclass(frozen=True)
class Document:
    """What a notebook's JSON says: everything but the cells as plain values, and the cells.

    ``cells`` is None where the document has no list of that name.
    """

    values: Mapping[str, Any]
    cells: tuple[Cell, ...] | None


def scan(text: str) -> Document:
    """Read a notebook's JSON; raises ``JSONDecodeError`` where it is none."""
    values = json.loads(text)
    start = _skip_space(text, 0)
    if not isinstance(values, dict):
        raise JSONDecodeError("Expecting an object", text, start)
    cells = None
    for key, at, _ in _members(text, start):
        if key == "cells" and isinstance(values["cells"], list):
            cells = tuple(_cell(text, place) for place, _ in _elements(text, at))
    return Document(values, cells)


def replace_cell_sources(data: bytes, sources: Mapping[int, str]) -> bytes:
    """The notebook with new sources for some cells, numbered from 0 as they stand in it."""
    text = data.decode("utf-8")
    cells = scan(text.removeprefix("\ufeff")).cells or ()
    shift = text.startswith("\ufeff")
    for number in sorted(sources, reverse=True):
        cell = cells[number]
        if cell.source == sources[number]:
            continue
        start, end = cell.start + shift, cell.end + shift
        text = text[:start] + _written(text[start:end], sources[number]) + text[end:]
    return text.encode("utf-8")


def row_in_document(data: bytes, cell: Cell, row: int) -> int:
    """The row of the notebook's own text that a row of a cell stands on, both from 1."""
    text = data.decode("utf-8-sig")
    at = cell.start
    if text.startswith("[", at):
        for start, end in _elements(text, at):
            at = start
            line = _DECODER.raw_decode(text[start:end])[0]
            row -= len(_LINES.findall(line)) if isinstance(line, str) else 0
            if row < 1:
                break
    return text.count("\n", 0, at) + 1


def _cell(text: str, at: int) -> Cell:
    kind = source = ""
    start = end = at
    if not text.startswith("{", at):
        return Cell(kind, source, start, end)
    for key, place, after in _members(text, at):
        if key == "cell_type":
            kind = str(_DECODER.raw_decode(text, place)[0])
        elif key == "source":
            value = _DECODER.raw_decode(text, place)[0]
            parts = value if isinstance(value, list) else [value]
            source, start, end = "".join(part for part in parts if isinstance(part, str)), place, after
    return Cell(kind, source, start, end)


# From here on the text is known to be JSON.


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """The members of the object at an offset: key, and start and end of the value."""
    at = _skip_space(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _skip_space(text, _skip_space(text, at) + len(":"))
        end = _DECODER.raw_decode(text, at)[1]
        yield key, at, end
        at = _next(text, end)


def _elements(text: str, at: int) -> Iterator[tuple[int, int]]:
    """The elements of the array at an offset: start and end of each."""
    at = _skip_space(text, at + 1)
    while text[at] != "]":
        end = _DECODER.raw_decode(text, at)[1]
        yield at, end
        at = _next(text, end)


def _next(text: str, at: int) -> int:
    """From the end of a value to the start of the next one, or to the closing bracket."""
    at = _skip_space(text, at)
    return _skip_space(text, at + 1) if text[at] == "," else at


def _skip_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None
    return match.end()


def _written(old: str, source: str) -> str:
    """A source as JSON in the manner of the old one: string or list, layout, escapes."""
    escape = old.isascii() and "\\u" in old
    if not old.startswith("["):
        return json.dumps(source, ensure_ascii=escape)
    raw = [old[start:end] for start, end in _elements(old, 0)]
    values = [json.loads(each) for each in raw]
    before, after = _unchanged(values, source)
    kept_before = sum(map(len, values[:before]))
    kept_after = sum(map(len, values[len(values) - after :]))
    middle = source[kept_before : len(source) - kept_after]
    lines = [json.dumps(line, ensure_ascii=escape) for line in _LINES.findall(middle)]
    opening, separator, closing = _layout(old)
    return opening + separator.join([*raw[:before], *lines, *raw[len(raw) - after :]]) + closing


def _unchanged(values: list[str], source: str) -> tuple[int, int]:
    """How many elements at the start and at the end stand in the new source as they are."""
    before = at = 0
    while before < len(values) and source.startswith(values[before], at) and values[before].endswith("\n"):
        at += len(values[before])
        before += 1
    after, end = 0, len(source)
    while (
        after < len(values) - before
        and end - len(values[-1 - after]) >= at
        and source.endswith(values[-1 - after], at, end)
        and (end == len(values[-1 - after]) or source[end - len(values[-1 - after]) - 1] == "\n")
    ):
        end -= len(values[-1 - after])
        after += 1
    return before, after


def _layout(old: str) -> tuple[str, str, str]:
    """What stands before, between and after the elements of an array."""
    spans = list(_elements(old, 0))
    if not spans:
        return "[", ", ", "]"
    opening = old[: spans[0][0]]
    closing = old[spans[-1][1] :]
    if len(spans) > 1:
        return opening, old[spans[0][1] : spans[1][0]], closing
    return opening, "," + (opening[1:] or " "), closing
