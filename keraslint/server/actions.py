"""What one can do about a finding: mend it, silence it, read about it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from lsprotocol import types

from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Edit
from keraslint.fixer.edits import Lines
from keraslint.fixer.edits import apply
from keraslint.fixer.edits import difference
from keraslint.measured import in_short
from keraslint.server.diagnostics import diagnosed
from keraslint.server.documents import Piece
from keraslint.server.pages import PageFiles
from keraslint.server.positions import Text
from keraslint.server.workspace import Result
from keraslint.server.workspace import Results
from keraslint.source.noqa import commented
from keraslint.source.reading import interpret
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.source.text import encode

FIX_ALL = "source.fixAll.keraslint"
OPEN_PAGE = "keraslint.openPage"

_WORDS = {Applicability.SAFE: "safe", Applicability.UNSAFE: "unsafe"}


@dataclass(frozen=True, slots=True)
class Client:
    """What the client can do with an action."""

    takes_versions: bool
    resolves_edits: bool


class Actions:
    """The actions for one document, in the state in which it was linted."""

    def __init__(self, result: Result, results: Results, pages: PageFiles, client: Client) -> None:
        self._result = result
        self._results = results
        self._pages = pages
        self._client = client

    def on(
        self, piece: Piece, place: types.Range, diagnostics: Iterable[Diagnostic]
    ) -> Iterator[types.CodeAction]:
        """What can be done about the findings that a stretch of a text touches; they come with their fixes."""
        for diagnostic in diagnostics:
            uri, told = diagnosed(diagnostic, self._result, self._results, self._pages)
            if uri == piece.uri and _touch(told.range, place):
                yield from self._about(diagnostic, told, piece)

    def fix_all(self, fixed: SourceFile) -> types.WorkspaceEdit:
        """The edit that makes another program of the document."""
        return self._edit(self._document_edits(self._result, fixed))

    def _about(
        self, diagnostic: Diagnostic, told: types.Diagnostic, piece: Piece
    ) -> Iterator[types.CodeAction]:
        fix = diagnostic.fix
        if fix is not None and fix.applicability in _WORDS:
            edit = self._fix(fix.edits)
            if edit is not None:
                yield types.CodeAction(
                    title=_title(diagnostic),
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[told],
                    is_preferred=fix.applicability is Applicability.SAFE or None,
                    edit=edit,
                )
        row = piece.text.location(told.range.start).row
        quiet, _ = commented(piece.text.content, {row: [diagnostic.code]})
        yield types.CodeAction(
            title=f"Suppress {diagnostic.code} on this line",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[told],
            edit=self._edit([(piece.uri, piece.version, _edits(piece.text, quiet))]),
        )
        if self._pages.file(diagnostic.code) is not None:
            title = f"Open the page of {diagnostic.code} {diagnostic.name}"
            yield types.CodeAction(
                title=title,
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[told],
                command=types.Command(title, OPEN_PAGE, arguments=[diagnostic.code]),
            )

    def _fix(self, edits: Sequence[Edit]) -> types.WorkspaceEdit | None:
        """A fix as the client has it; None where one of its files cannot be changed from here."""
        made: list[tuple[str, int | None, list[types.TextEdit]]] = []
        by_name = sorted(edits, key=attrgetter("filename"))
        for name, group in groupby(by_name, key=attrgetter("filename")):
            opened = self._results.opened(name, self._result)
            source = self._result.sources.get(name)
            if source is None or (opened is None and source.notebook is not None):
                return None
            try:
                after = interpret(source.path, name, encode(source, apply(source.text, group)))
            except (SourceError, ValueError):
                return None
            if opened is not None:
                made += self._document_edits(opened, after)
            else:
                uri = self._result.uri(name)
                assert uri is not None
                made.append((uri, None, _edits(self._text(source.text), after.text)))
        return self._edit(made)

    def _document_edits(
        self, result: Result, after: SourceFile
    ) -> list[tuple[str, int | None, list[types.TextEdit]]]:
        return [
            (piece.uri, piece.version, edits)
            for piece, content in zip(result.document.pieces, result.document.texts(after), strict=True)
            if (edits := _edits(piece.text, content))
        ]

    def _edit(self, made: Iterable[tuple[str, int | None, list[types.TextEdit]]]) -> types.WorkspaceEdit:
        if not self._client.takes_versions:
            return types.WorkspaceEdit(changes={uri: edits for uri, _, edits in made})
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version), list(edits)
                )
                for uri, version, edits in made
            ]
        )

    def _text(self, content: str) -> Text:
        return Text(content, self._result.document.pieces[0].text.encoding)


def _title(diagnostic: Diagnostic) -> str:
    """What a fix does, whether it is safe, and what it was measured to bring."""
    fix = diagnostic.fix
    assert fix is not None
    notes = [_WORDS[fix.applicability] + (f": {fix.reason}" if fix.reason else "")]
    if diagnostic.evidence is not None:
        notes.append(in_short(diagnostic.evidence))
    return f"{fix.message} ({'; '.join(notes)})"


def _edits(text: Text, content: str) -> list[types.TextEdit]:
    """Small edits that make another text of one."""
    lines = Lines(text.content)
    return [
        types.TextEdit(text.range(lines.location(start), lines.location(end)), new)
        for start, end, new in difference(text.content, content)
    ]


def _touch(first: types.Range, second: types.Range) -> bool:
    return _key(first.start) <= _key(second.end) and _key(second.start) <= _key(first.end)


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
