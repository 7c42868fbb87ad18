"""What the client was told of each text: sent to it, or kept until it asks."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from keraslint.server.diagnostics import carried
from keraslint.server.diagnostics import told
from keraslint.server.documents import Documents
from keraslint.server.documents import Piece
from keraslint.server.pages import PageFiles
from keraslint.server.workspace import Results


class Publisher:
    """Keeps the diagnostics of each text; a client that ``pulls`` is told when to ask again."""

    def __init__(self, server: LanguageServer, pages: PageFiles, *, pulls: bool) -> None:
        self._server = server
        self._pages = pages
        self._pulls = pulls
        self._said: dict[str, tuple[int | None, list[types.Diagnostic]]] = {}
        self._numbers: dict[str, int] = {}
        self._known: dict[str, int] = {}

    def publish(self, results: Results, documents: Documents) -> None:
        """Take new results; what was typed since keeps what stands in the lines that are the same."""
        for result in results.documents.values():
            for uri, (piece, diagnostics) in told(result, results, self._pages).items():
                if (found := documents.of(uri)) is not None:
                    self._say(found[1], _now(diagnostics, piece, found[1]))
        if self._pulls and any(self._known[uri] != self._numbers[uri] for uri in self._known):
            self._known.clear()
            self._server.workspace_diagnostic_refresh(None)

    def forget(self, uri: str) -> None:
        """Say nothing more of a text that was closed."""
        said = self._said.pop(uri, None)
        self._known.pop(uri, None)
        if said is not None and said[1] and not self._pulls:
            self._send(uri, None, [])

    def report(self, uri: str, previous: str | None) -> types.DocumentDiagnosticReport:
        """What there is to say of a text, to a client that asks."""
        number = self._known[uri] = self._numbers.get(uri, 0)
        if previous == str(number):
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id=previous)
        items = self._said[uri][1] if uri in self._said else []
        return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=str(number))

    def _say(self, piece: Piece, diagnostics: list[types.Diagnostic]) -> None:
        before = self._said.get(piece.uri)
        if before is not None and before == (piece.version, diagnostics):
            return
        self._said[piece.uri] = piece.version, diagnostics
        if before is None or before[1] != diagnostics:
            self._numbers[piece.uri] = self._numbers.get(piece.uri, 0) + 1
        if not self._pulls:
            self._send(piece.uri, piece.version, diagnostics)

    def _send(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=uri, version=version, diagnostics=diagnostics)
        )


def _now(diagnostics: list[types.Diagnostic], then: Piece, now: Piece) -> list[types.Diagnostic]:
    if then.text is now.text:
        return diagnostics
    return list(carried(diagnostics, then.text, now.text))
