"""A notebook as one program: its code cells in order, each below a line that tells where it begins."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from functools import cached_property
from json.decoder import JSONDecodeError
from pathlib import Path

from keraslint.source import magics
from keraslint.source.cells import Cell
from keraslint.source.cells import Document
from keraslint.source.cells import replace_cell_sources
from keraslint.source.cells import row_in_document
from keraslint.source.cells import scan
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile

SUFFIX = ".ipynb"

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_INDENTED = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*[ \t]+[^\s#]")
_PARAGRAPHS = re.compile(r"\n\s*\n")
_DIVIDING = re.compile(r"#\w+:cell:\d+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def divides_cells(comment: str) -> bool:
    """Whether a comment of the program is a line between two cells of a notebook."""
    return _DIVIDING.fullmatch(comment) is not None


@dataclass(frozen=True)
class _Part:
    """A code cell in the program: its number from 0, its text there, and its masked lines."""

    number: int
    text: str
    masks: tuple[magics.Mask, ...] = ()


@dataclass(frozen=True)
class Notebook:
    """The way between a notebook's cells and the program that they make.

    ``mark`` is a word that stands nowhere in the notebook; comments with it
    divide the cells and tag the lines that were masked.
    """

    data: bytes
    cells: tuple[Cell, ...]
    mark: str
    parts: tuple[_Part, ...]

    @cached_property
    def text(self) -> str:
        """The program."""
        return "".join(f"{self._heading(part)}\n{part.text}" for part in self.parts)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """The row of the dividing line of each part."""
        rows, row = [], 1
        for part in self.parts:
            rows.append(row)
            row += 1 + len(_LINES.findall(part.text))
        return tuple(rows)

    @cached_property
    def prose(self) -> Mapping[int, str]:
        """The last paragraph of the text right above a code cell, by the row of the line that begins the cell."""
        return {
            row: _PARAGRAPHS.split(above.source.strip())[-1]
            for part, row in zip(self.parts, self._starts, strict=True)
            for above in self.cells[max(part.number - 1, 0) : part.number]
            if above.kind == "markdown"
        }

    def cell_location(self, row: int) -> tuple[int, int]:
        """The cell, from 1 among all cells of the notebook, and the row in it of a row of the program."""
        index = max(bisect_right(self._starts, row) - 1, 0)
        return self.parts[index].number + 1, max(row - self._starts[index], 1)

    def document_row(self, row: int) -> int:
        """The row of the notebook's own text where a row of the program stands."""
        number, row_in_cell = self.cell_location(row)
        return row_in_document(self.data, self.cells[number - 1], row_in_cell)

    def cell_texts(self) -> Iterable[tuple[int, int, str]]:
        """Each code cell: its number from 1, the row of the program before its first, and its text there."""
        for part, start in zip(self.parts, self._starts, strict=True):
            yield part.number + 1, start, part.text

    def without(self, cells: Iterable[int]) -> Notebook:
        """The same with some cells, numbered from 1, left blank."""
        blank = {number - 1 for number in cells}
        parts = (_blank(part) if part.number in blank else part for part in self.parts)
        return replace(self, parts=tuple(parts))

    def encode(self, text: str) -> bytes:
        """The notebook after its program became ``text``; only sources of changed cells change."""
        sources = {}
        for part, new in zip(self.parts, self._divided(text), strict=True):
            if new != part.text:
                sources[part.number] = self._unmasked(part, new)
        return replace_cell_sources(self.data, sources)

    def _heading(self, part: _Part) -> str:
        # IPython takes cells that are indented as a whole; under an `if` they keep their columns.
        opening = "if 1:  " if _INDENTED.match(part.text) else ""
        return f"{opening}#{self.mark}:cell:{part.number + 1}"

    def _divided(self, text: str) -> Sequence[str]:
        """The new text of each part; what was put before the first cell goes to the first that can take it."""
        headings = [self._heading(part) for part in self.parts]
        pattern = rf"(?:^|(?<=\r))((?:if 1:  )?#{self.mark}:cell:\d+)\r?\n"
        above, *rest = re.split(pattern, text, flags=re.MULTILINE)
        if rest[0::2] != headings:
            raise SourceError("io-error", "the change reaches across cells; make it by hand")
        texts = rest[1::2]
        if above:
            first = next(i for i, part in enumerate(self.parts) if part.text.strip())
            texts[first] = above + texts[first]
        return texts

    def _unmasked(self, part: _Part, text: str) -> str:
        cell = self.cells[part.number]
        if not part.text.strip():
            raise SourceError("io-error", "the change reaches into a cell that was not read; make it by hand")
        tagged = re.compile(rf"^([ \t]*)(.*)  #{self.mark}:(\d+)[ \t]*(?=\r?$)", re.MULTILINE)

        def original(match: re.Match[str]) -> str:
            indent, body, index = match.groups()
            shown, hidden = part.masks[int(index)]
            if not body.startswith(shown):
                raise SourceError("io-error", "the change reaches into a magic; make it by hand")
            return f"{indent}{hidden}{body[len(shown) :]}"

        source = tagged.sub(original, text)
        if magics.begins_with_cell_magic(cell.source):
            source = _magic_first(source)
        if not cell.source.endswith(("\n", "\r")):
            source = source.removesuffix("\n").removesuffix("\r")
        return source


def read_notebook(path: Path, name: str, data: bytes) -> SourceFile:
    """The program of a notebook, or a :class:`SourceError`."""
    document = _document(data)
    cells = document.cells
    if cells is None:
        if "worksheets" in document.values:
            message = (
                "a notebook in an old format; convert it with `jupyter nbconvert --to notebook --inplace`"
            )
        else:
            message = "JSON without cells, no notebook; restore the file or exclude it"
        raise SourceError("io-error", message)
    language = _language(document)
    if not language.lower().startswith("python"):
        raise SourceError("io-error", f"a notebook for {language}, not Python; exclude it")
    mark = _unused_word(cells)
    parts = tuple(_part(number, cell, mark) for number, cell in enumerate(cells) if cell.kind == "code")
    notebook = Notebook(data, cells, mark, parts)
    return SourceFile(path, name, data, notebook.text, notebook=notebook)


def _document(data: bytes) -> Document:
    try:
        return scan(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        message = (
            f"byte 0x{data[error.start]:02x} is not UTF-8, which notebooks are written in; save it again"
        )
        raise SourceError("io-error", message, row) from None
    except JSONDecodeError as error:
        message = f"not a notebook: no JSON ({error.msg}); restore the file or exclude it"
        raise SourceError("io-error", message, error.lineno, error.colno) from None
    except RecursionError:
        raise SourceError("io-error", "not a notebook: JSON that nests too deep; exclude it") from None


def _language(document: Document) -> str:
    metadata = document.values.get("metadata")
    if isinstance(metadata, dict):
        for table, key in (("language_info", "name"), ("kernelspec", "language")):
            if isinstance(metadata.get(table), dict) and isinstance(metadata[table].get(key), str):
                return str(metadata[table][key])
    return "python"


def _unused_word(cells: Iterable[Cell]) -> str:
    sources = [cell.source for cell in cells]
    word = "keraslint"
    while any(f"#{word}:" in source for source in sources):
        word += "_"
    return word


def _part(number: int, cell: Cell, mark: str) -> _Part:
    """A cell in the program, with its lines and columns."""
    source = cell.source if cell.source.endswith(("\n", "\r")) or not cell.source else cell.source + "\n"
    if magics.is_foreign(source) or _SURROGATE.search(source):
        return _blank(_Part(number, source))
    lines = _LINES.findall(source)
    masks = magics.masks(lines)
    for index, (row, mask) in enumerate(masks.items()):
        line = lines[row].rstrip("\r\n")
        indent, rest = line[: len(line) - len(line.lstrip())], line.lstrip()[len(mask.hidden) :]
        lines[row] = f"{indent}{mask.shown}{rest}  #{mark}:{index}{lines[row][len(line) :]}"
    return _Part(number, "".join(lines), tuple(masks.values()))


def _blank(part: _Part) -> _Part:
    return _Part(part.number, "\n" * len(_LINES.findall(part.text)))


def _magic_first(source: str) -> str:
    """Code that was put above a cell magic goes below it: IPython looks for one at the top alone."""
    lines = _LINES.findall(source)
    at = next(i for i, line in enumerate(lines) if line.lstrip().startswith("%%"))
    return "".join([*lines[at : at + 1], *(line for line in lines[:at] if line.strip()), *lines[at + 1 :]])
