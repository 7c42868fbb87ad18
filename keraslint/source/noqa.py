"""Comments that silence findings, written where Python and ruff take them."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection
from collections.abc import Mapping

from keraslint.source.cells import replace_cell_sources
from keraslint.source.lexing import LINE_END
from keraslint.source.lexing import TOKEN
from keraslint.source.suppressions import Directive
from keraslint.source.suppressions import directives
from keraslint.source.text import SourceFile
from keraslint.source.text import encode


def with_noqa(source: SourceFile, codes: Mapping[int, Collection[str]]) -> tuple[bytes, int]:
    """A file with comments for the codes found on its rows, and the number of lines that have a new one."""
    if source.notebook is None:
        text, number = commented(source.text, codes)
        return encode(source, text), number
    by_cell: dict[int, dict[int, Collection[str]]] = defaultdict(dict)
    for row, found in codes.items():
        cell, row_in_cell = source.notebook.cell_location(row)
        by_cell[cell - 1][row_in_cell] = found
    made = {cell: commented(source.notebook.cells[cell].source, rows) for cell, rows in by_cell.items()}
    sources = {cell: text for cell, (text, _) in made.items()}
    return replace_cell_sources(source.data, sources), sum(number for _, number in made.values())


def commented(text: str, codes: Mapping[int, Collection[str]]) -> tuple[str, int]:
    """A text with comments for the codes found on its rows, and the number of lines that have a new one."""
    lines = list(io.StringIO(text, newline=""))
    taken = _continued_rows(text)
    present = {directive.row: directive for directive in directives(text) if _takes_codes(directive)}
    wanted: dict[int, set[str]] = defaultdict(set)
    for row, found in codes.items():
        while row in taken:
            row += 1
        wanted[row].update(found)
    for row, found in wanted.items():
        lines[row - 1] = _with_comment(lines[row - 1], sorted(found), present.get(row))
    return "".join(lines), len(wanted)


def _continued_rows(text: str) -> set[int]:
    """The rows whose end lies in a string or behind a backslash, where no comment can stand."""
    rows: set[int] = set()
    row = 1
    for token in TOKEN.finditer(text):
        ends = len(LINE_END.findall(token.group()))
        if token.lastgroup != "newline":
            rows.update(range(row, row + ends))
        row += ends
    return rows


def _takes_codes(directive: Directive) -> bool:
    return not directive.own and not directive.for_file and directive.items is not None


def _with_comment(line: str, codes: list[str], present: Directive | None) -> str:
    if present is not None:
        at = present.end_column - 1
        return f"{line[:at]}, {', '.join(codes)}{line[at:]}"
    body = line.rstrip()
    return f"{body}  # noqa: {', '.join(codes)}{_end(line)}"


def _end(line: str) -> str:
    ends = LINE_END.findall(line)
    return ends[-1] if ends else ""
