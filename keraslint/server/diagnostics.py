"""Findings as the protocol has them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from collections.abc import Sequence

from lsprotocol import types

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Location
from keraslint.diagnostic import Severity
from keraslint.measured import in_full
from keraslint.server.documents import Piece
from keraslint.server.pages import PageFiles
from keraslint.server.positions import Text
from keraslint.server.workspace import Result
from keraslint.server.workspace import Results
from keraslint.source.recovery import LineMap

SOURCE = "keraslint"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


def told(
    result: Result, results: Results, pages: PageFiles
) -> dict[str, tuple[Piece, list[types.Diagnostic]]]:
    """What there is to say of each piece of a document, by its address."""
    found: dict[str, tuple[Piece, list[types.Diagnostic]]] = {
        piece.uri: (piece, []) for piece in result.document.pieces
    }
    for diagnostic in result.diagnostics:
        uri, told_of_it = diagnosed(diagnostic, result, results, pages)
        found[uri][1].append(told_of_it)
    return found


def diagnosed(
    diagnostic: Diagnostic, result: Result, results: Results, pages: PageFiles
) -> tuple[str, types.Diagnostic]:
    """A finding, and the piece that it stands in."""
    piece, place = place_of(result, diagnostic.location, diagnostic.end_location)
    page = pages.file(diagnostic.code)
    return piece.uri, types.Diagnostic(
        range=place,
        message="\n".join(_lines(diagnostic)),
        severity=_SEVERITIES[diagnostic.severity],
        code=diagnostic.code,
        code_description=None if page is None else types.CodeDescription(page.as_uri()),
        source=SOURCE,
        related_information=list(_related(diagnostic, result, results)),
    )


def place_of(result: Result, start: Location, end: Location) -> tuple[Piece, types.Range]:
    """A stretch of a document's program, and the piece that it begins in."""
    assert result.source is not None
    piece, first = result.document.place(result.source, start)
    other, last = result.document.place(result.source, end)
    if other is not piece:
        last = first
    return piece, piece.text.range(first, last)


def carried(diagnostics: Sequence[types.Diagnostic], old: Text, new: Text) -> Iterator[types.Diagnostic]:
    """What was said of a text, as far as it stands in a later one."""
    lines = LineMap(old.lines, new.lines)
    for diagnostic in diagnostics:
        place = diagnostic.range
        rows = lines.rows(place.start.line + 1, place.end.line + 1)
        if rows is not None:
            moved = copy.copy(diagnostic)
            moved.range = types.Range(
                types.Position(rows[0] - 1, place.start.character),
                types.Position(rows[1] - 1, place.end.character),
            )
            yield moved


def _lines(diagnostic: Diagnostic) -> Iterator[str]:
    yield diagnostic.message
    if diagnostic.help:
        yield f"help: {diagnostic.help}"
    if diagnostic.evidence is not None:
        yield f"measured: {in_full(diagnostic.evidence)}"


def _related(
    diagnostic: Diagnostic, result: Result, results: Results
) -> Iterator[types.DiagnosticRelatedInformation]:
    for related in diagnostic.related:
        where = _where(related.filename, related.location, related.end_location, result, results)
        if where is not None:
            yield types.DiagnosticRelatedInformation(where, related.message)


def _where(
    name: str, start: Location, end: Location, result: Result, results: Results
) -> types.Location | None:
    """A place of any file; of a notebook that is not open, its beginning."""
    opened = results.opened(name, result)
    if opened is not None and opened.source is not None:
        piece, place = place_of(opened, start, end)
        return types.Location(piece.uri, place)
    source, uri = result.sources.get(name), result.uri(name)
    if source is None or uri is None:
        return None
    if source.notebook is not None:
        start = end = Location(1, 1)
    text = Text(source.text, result.document.pieces[0].text.encoding)
    return types.Location(uri, text.range(start, end))
