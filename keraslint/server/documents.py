"""What is open in the client: programs, each in one piece or, as a notebook, in several."""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from lsprotocol import types
from pygls.uris import to_fs_path
from pygls.uris import urlparse

from keraslint.diagnostic import Location
from keraslint.server.positions import Encoding
from keraslint.server.positions import Text
from keraslint.source.notebook import SUFFIX
from keraslint.source.text import SourceFile
from keraslint.source.text import in_its_encoding

BOM = "\ufeff"

_LANGUAGE = "python"


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of the client's: a file, or a cell of a notebook."""

    uri: str
    version: int | None
    text: Text

    def changed(self, version: int | None, changes: Iterable[types.TextDocumentContentChangeEvent]) -> Piece:
        """The piece after changes, in their order."""
        text = self.text
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                text = text.replaced(change.range, change.text)
            else:
                text = Text(change.text, text.encoding)
        return Piece(self.uri, version, text)


@dataclass(frozen=True)
class Document:
    """A program that is open.

    A notebook has a piece for each cell. Some clients send the cells of a notebook as
    one text: that is a notebook of one cell.
    """

    uri: str
    pieces: tuple[Piece, ...]
    is_notebook: bool

    @property
    def file_path(self) -> str | None:
        """Where it lies; None where it was never saved."""
        path: str | None = to_fs_path(self.uri)
        return path if self.uri.startswith("file:") else None

    @property
    def file_name(self) -> str:
        """Its name, or the one that the client gave it."""
        name: str = urlparse(self.uri)[2].rpartition("/")[2] or "untitled"
        return name + SUFFIX if self.is_notebook and not name.endswith(SUFFIX) else name

    @cached_property
    def data(self) -> bytes:
        """What would lie on disk if it was saved now, as far as it means anything."""
        if not self.is_notebook:
            return in_its_encoding(self.pieces[0].text.content)
        cells = [{"cell_type": "code", "source": piece.text.content} for piece in self.pieces]
        return json.dumps({"cells": cells}).encode()

    def texts(self, source: SourceFile) -> list[str]:
        """What the pieces would hold if the program was this."""
        if source.notebook is None:
            return [BOM * source.bom + source.text]
        return [cell.source for cell in source.notebook.cells]

    def place(self, source: SourceFile, location: Location) -> tuple[Piece, Location]:
        """The piece that holds a place of the program, and where in it."""
        if source.notebook is None:
            shift = 1 if source.bom and location.row == 1 else 0
            return self.pieces[0], Location(location.row, location.column + shift)
        cell, row = source.notebook.cell_location(location.row)
        return self.pieces[cell - 1], Location(row, location.column)


class Documents:
    """All that is open; what is no Python is let pass, and so is a change of what was never opened."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._documents: dict[str, Document] = {}
        self._owners: dict[str, str] = {}
        self._cells: dict[str, dict[str, Piece]] = {}

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents.values())

    def of(self, uri: str) -> tuple[Document, Piece] | None:
        """The document that a text belongs to, and that text."""
        document = self._documents.get(self._owners.get(uri, uri))
        found = (piece for piece in (document.pieces if document else ()) if piece.uri == uri)
        piece = next(found, None)
        return None if document is None or piece is None else (document, piece)

    # Files

    def open(self, item: types.TextDocumentItem) -> None:
        """Take a file that was opened."""
        if item.language_id.lower() == _LANGUAGE:
            is_notebook = urlparse(item.uri)[2].endswith(SUFFIX)
            self._documents[item.uri] = Document(item.uri, (self._piece(item),), is_notebook)

    def change(
        self,
        identifier: types.VersionedTextDocumentIdentifier,
        changes: Sequence[types.TextDocumentContentChangeEvent],
    ) -> None:
        """Take changes to a file."""
        document = self._documents.get(identifier.uri)
        if document is not None:
            pieces = tuple(piece.changed(identifier.version, changes) for piece in document.pieces)
            self._documents[identifier.uri] = Document(document.uri, pieces, document.is_notebook)

    def close(self, uri: str) -> Document | None:
        """Let a file or a notebook go, and return what it was."""
        self._cells.pop(uri, None)
        self._owners = {cell: owner for cell, owner in self._owners.items() if owner != uri}
        return self._documents.pop(uri, None)

    # Notebooks

    def open_notebook(
        self, notebook: types.NotebookDocument, texts: Sequence[types.TextDocumentItem]
    ) -> None:
        """Take a notebook that was opened."""
        self._cells[notebook.uri] = {item.uri: self._piece(item) for item in texts}
        self._arrange(notebook.uri, [cell.document for cell in notebook.cells])

    def change_notebook(self, uri: str, change: types.NotebookDocumentCellChanges | None) -> Sequence[str]:
        """Take changes to the cells of a notebook, and return those that are gone."""
        document, texts = self._documents.get(uri), self._cells.get(uri)
        if document is None or texts is None or change is None:
            return ()
        order = [piece.uri for piece in document.pieces]
        if (structure := change.structure) is not None:
            for closed in structure.did_close or ():
                texts.pop(closed.uri, None)
            for opened in structure.did_open or ():
                texts[opened.uri] = self._piece(opened)
            array = structure.array
            order[array.start : array.start + array.delete_count] = [
                cell.document for cell in array.cells or ()
            ]
        for content in change.text_content or ():
            if (piece := texts.get(content.document.uri)) is not None:
                texts[piece.uri] = piece.changed(content.document.version, content.changes)
        self._arrange(uri, order)
        return [piece.uri for piece in document.pieces if piece.uri not in order]

    def _arrange(self, uri: str, order: Iterable[str]) -> None:
        cells = self._cells[uri]
        absent = Text("", self._encoding)
        pieces = tuple(cells.get(cell) or Piece(cell, None, absent) for cell in order)
        self._documents[uri] = Document(uri, pieces, is_notebook=True)
        self._owners = {cell: owner for cell, owner in self._owners.items() if owner != uri}
        self._owners.update({piece.uri: uri for piece in pieces})

    def _piece(self, item: types.TextDocumentItem) -> Piece:
        return Piece(item.uri, item.version, Text(item.text, self._encoding))
