"""What the client asks about a place in a document."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass

from lsprotocol import types

from keraslint.server import hover
from keraslint.server.actions import FIX_ALL
from keraslint.server.actions import Actions
from keraslint.server.actions import Client
from keraslint.server.documents import Documents
from keraslint.server.documents import Piece
from keraslint.server.pages import PageFiles
from keraslint.server.scheduling import Scheduler
from keraslint.server.workspace import Result
from keraslint.server.workspace import Results


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that the client asks about, as it is now, and what was said of its document."""

    piece: Piece
    result: Result
    results: Results


class Requests:
    """Answers from what was linted last, once that is what is open."""

    def __init__(
        self,
        documents: Documents,
        scheduler: Scheduler[Results],
        results: Callable[[], Results],
        pages: PageFiles,
        client: Client,
    ) -> None:
        self._documents = documents
        self._scheduler = scheduler
        self._results = results
        self._pages = pages
        self._client = client

    async def hover(self, uri: str, position: types.Position) -> types.Hover | None:
        """What is known of a place."""
        asked = await self._asked(uri)
        if asked is None or asked.result.source is None:
            return None
        result, call = asked.result, self._scheduler.call
        session, path = result.home.session, result.home.path
        pointer = hover.Pointer(asked.piece, asked.piece.text.location(position))
        parts = [*hover.findings(result, self._pages, pointer)]
        parts += hover.objects(result, await call(session.facts, path), pointer)
        if (name := pointer.variable) is not None:
            place = hover.program_place(result, pointer)
            parts += hover.variable(name, await call(session.pipelines, path, name, place))
        return hover.markdown(parts) if self._is_current(asked) else None

    async def actions(
        self, uri: str, place: types.Range, only: Sequence[str] | None
    ) -> list[types.CodeAction]:
        """What can be done about the findings at a place, and about all of them."""
        asked = await self._asked(uri)
        if asked is None or asked.result.source is None:
            return []
        result = asked.result
        diagnostics = await self._scheduler.call(result.home.session.with_fixes, result.home.path)
        if not self._is_current(asked):
            return []
        actions: list[types.CodeAction] = []
        if _wants(only, types.CodeActionKind.QuickFix):
            actions += self._actions(asked).on(asked.piece, place, diagnostics)
        if _wants(only, FIX_ALL) and await self._scheduler.call(result.home.session.mends, result.home.path):
            action = types.CodeAction("Apply all safe fixes", kind=FIX_ALL, data=uri)
            actions.append(action if self._client.resolves_edits else await self.resolve(action))
        return actions

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """The edit of an action that was offered without."""
        asked = await self._asked(str(action.data)) if action.kind == FIX_ALL else None
        if asked is not None:
            home = asked.result.home
            fixed = await self._scheduler.call(home.session.fixed, home.path)
            if fixed is not None and self._is_current(asked):
                action.edit = self._actions(asked).fix_all(fixed)
        return action

    def _actions(self, asked: Asked) -> Actions:
        return Actions(asked.result, asked.results, self._pages, self._client)

    async def _asked(self, uri: str) -> Asked | None:
        await self._scheduler.settled()
        results, found = self._results(), self._documents.of(uri)
        if found is None:
            return None
        document, piece = found
        result = results.documents.get(document.uri)
        return Asked(piece, result, results) if result and result.document is document else None

    def _is_current(self, asked: Asked) -> bool:
        return self._results() is asked.results


def _wants(only: Sequence[str] | None, kind: str) -> bool:
    """Whether a kind of action is one of those asked for; a kind stands for all below it."""
    return only is None or any(kind == each or kind.startswith(f"{each}.") for each in only)
