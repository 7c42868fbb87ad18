"""The server: what the client tells and asks, and who answers."""

from __future__ import annotations

import asyncio
import functools
import traceback
from collections.abc import Callable
from collections.abc import Iterable
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer

from keraslint.registry import Registry
from keraslint.registry import load_rules
from keraslint.server.actions import FIX_ALL
from keraslint.server.actions import OPEN_PAGE
from keraslint.server.actions import Client
from keraslint.server.configuration import WATCHED
from keraslint.server.configuration import settings_in
from keraslint.server.documents import Document
from keraslint.server.documents import Documents
from keraslint.server.pages import PageFiles
from keraslint.server.positions import Encoding
from keraslint.server.process import serve_streams
from keraslint.server.process import watch_parent
from keraslint.server.publishing import Publisher
from keraslint.server.requests import Requests
from keraslint.server.scheduling import Scheduler
from keraslint.server.workspace import SECTION
from keraslint.server.workspace import Results
from keraslint.server.workspace import Workspace
from keraslint.version import VERSION

# What pygls would do by itself, to documents of its own.
_TAKEN_OVER = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
)
_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithNotebook(
            notebook="jupyter-notebook", cells=[types.NotebookCellLanguage("python")]
        )
    ],
    save=True,
)
_ACTIONS = types.CodeActionOptions(
    code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=True
)
_PULLED = types.DiagnosticOptions(
    inter_file_dependencies=True, workspace_diagnostics=False, identifier=SECTION
)
_NO_WAIT = 0.0


def serve() -> int:
    """Serve the client at standard input and output until it leaves; return the exit code."""
    app = _App(load_rules())
    serve_streams(app.server.start_io)
    return 0 if app.was_shut_down else 1


class _App:
    """One client, from its greeting to its end."""

    def __init__(self, registry: Registry) -> None:
        self.server = LanguageServer("keraslint", VERSION, notebook_document_sync=_NOTEBOOKS)
        self.was_shut_down = False
        self._registry = registry
        self._pages = PageFiles(registry)
        self._results = Results({}, {})
        self._problems: frozenset[str] = frozenset()
        self._tasks: set[asyncio.Task[None]] = set()
        for method in _TAKEN_OVER:
            self.server.protocol.fm.builtin_features.pop(method)
        handlers: dict[str, Callable[[Any], Any]] = {
            types.INITIALIZE: self._initialize,
            types.INITIALIZED: self._initialized,
            types.SHUTDOWN: self._shut_down,
            types.TEXT_DOCUMENT_DID_OPEN: self._opened,
            types.TEXT_DOCUMENT_DID_CHANGE: self._changed,
            types.TEXT_DOCUMENT_DID_SAVE: self._looked_again,
            types.TEXT_DOCUMENT_DID_CLOSE: self._closed,
            types.NOTEBOOK_DOCUMENT_DID_OPEN: self._notebook_opened,
            types.NOTEBOOK_DOCUMENT_DID_CHANGE: self._notebook_changed,
            types.NOTEBOOK_DOCUMENT_DID_SAVE: self._looked_again,
            types.NOTEBOOK_DOCUMENT_DID_CLOSE: self._notebook_closed,
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: self._looked_again,
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: self._configured,
            types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: self._folders_changed,
            types.TEXT_DOCUMENT_HOVER: self._hover,
            types.CODE_ACTION_RESOLVE: self._resolve,
        }
        for method, handler in handlers.items():
            self._answer(method, handler)
        self._answer(types.TEXT_DOCUMENT_CODE_ACTION, self._actions, _ACTIONS)

        @self.server.command(OPEN_PAGE)
        async def open_page(code: str) -> None:
            await self._open_page(code)

    def _answer(self, method: str, handler: Callable[[Any], Any], options: Any = None) -> None:
        # A method of an object takes no attributes, which pygls wants to set.
        self.server.feature(method, options)(functools.partial(handler))

    def _supports(self, capability: str) -> bool:
        return bool(get_capability(self.server.client_capabilities, capability))

    # Beginning and end

    def _initialize(self, params: types.InitializeParams) -> None:
        pulls = all(
            map(self._supports, ("text_document.diagnostic", "workspace.diagnostics.refresh_support"))
        )
        if pulls:
            self._answer(types.TEXT_DOCUMENT_DIAGNOSTIC, self._diagnostic, _PULLED)
        resolvable = get_capability(
            self.server.client_capabilities, "text_document.code_action.resolve_support.properties"
        )
        client = Client(
            takes_versions=self._supports("workspace.workspace_edit.document_changes"),
            resolves_edits="edit" in (resolvable or ()),
        )
        self._documents = Documents(Encoding(self.server.workspace.position_encoding))
        self._workspace = Workspace(self._registry, _folders(params))
        self._workspace.configure(settings_in(params.initialization_options))
        self._publisher = Publisher(self.server, self._pages, pulls=pulls)
        self._scheduler = Scheduler(
            lambda: self._workspace.work(tuple(self._documents)), self._linted, self._failed
        )
        self._requests = Requests(
            self._documents, self._scheduler, lambda: self._results, self._pages, client
        )
        if params.process_id is not None:
            self._begin(watch_parent(params.process_id))

    async def _initialized(self, _: types.InitializedParams) -> None:
        for problem in self._registry.problems:
            self._show(str(problem), types.MessageType.Warning)
        wanted = []
        if self._supports("workspace.did_change_watched_files.dynamic_registration"):
            options = types.DidChangeWatchedFilesRegistrationOptions(WATCHED)
            wanted.append(types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
        if self._supports("workspace.did_change_configuration.dynamic_registration"):
            section = types.DidChangeConfigurationRegistrationOptions(SECTION)
            wanted.append(types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
        if wanted:
            await self.server.client_register_capability_async(types.RegistrationParams(wanted))
        await self._ask_for_settings()

    def _shut_down(self, _: None) -> None:
        self.was_shut_down = True

    def _begin(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Documents

    def _opened(self, params: types.DidOpenTextDocumentParams) -> None:
        self._documents.open(params.text_document)
        self._looked_again()

    def _changed(self, params: types.DidChangeTextDocumentParams) -> None:
        self._documents.change(params.text_document, params.content_changes)
        self._scheduler.change()

    def _looked_again(self, _: object = None) -> None:
        self._workspace.refresh()
        self._scheduler.change(_NO_WAIT)

    def _closed(self, params: types.DidCloseTextDocumentParams) -> None:
        self._let_go(self._documents.close(params.text_document.uri))

    def _notebook_opened(self, params: types.DidOpenNotebookDocumentParams) -> None:
        self._documents.open_notebook(params.notebook_document, params.cell_text_documents)
        self._looked_again()

    def _notebook_changed(self, params: types.DidChangeNotebookDocumentParams) -> None:
        for cell in self._documents.change_notebook(params.notebook_document.uri, params.change.cells):
            self._publisher.forget(cell)
        self._scheduler.change()

    def _notebook_closed(self, params: types.DidCloseNotebookDocumentParams) -> None:
        self._let_go(self._documents.close(params.notebook_document.uri))

    def _let_go(self, document: Document | None) -> None:
        for piece in document.pieces if document is not None else ():
            self._publisher.forget(piece.uri)
        self._looked_again()

    # Settings and folders

    async def _configured(self, params: types.DidChangeConfigurationParams) -> None:
        if self._supports("workspace.configuration"):
            await self._ask_for_settings()
        else:
            self._workspace.configure(settings_in(params.settings))
            self._scheduler.change(_NO_WAIT)

    async def _ask_for_settings(self) -> None:
        """Ask for the settings of each folder, where the client can be asked."""
        if not self._supports("workspace.configuration"):
            return
        folders = list(self._workspace.folders.items())
        items = [types.ConfigurationItem(scope_uri=uri, section=SECTION) for uri, _ in folders]
        sent = await self.server.workspace_configuration_async(
            types.ConfigurationParams([*items, types.ConfigurationItem(section=SECTION)])
        )
        *own, common = map(settings_in, sent)
        if common:
            self._workspace.configure(common)
        for (_, path), settings in zip(folders, own, strict=True):
            if settings:
                self._workspace.configure(settings, path)
        self._scheduler.change(_NO_WAIT)

    async def _folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        self._workspace.remove(folder.uri for folder in params.event.removed)
        self._workspace.add(folder.uri for folder in params.event.added)
        self._looked_again()
        await self._ask_for_settings()

    # Results

    def _linted(self, results: Results) -> None:
        self._results = results
        problems = frozenset(results.problems.values())
        for problem in sorted(problems - self._problems):
            self._show(f"{problem}; the settings from before stay in force", types.MessageType.Error)
        self._problems = problems
        self._publisher.publish(results, self._documents)

    def _failed(self, error: Exception) -> None:
        traceback.print_exception(error)
        self._show(
            f"keraslint {VERSION} failed: {type(error).__name__}: {error}; please report this line",
            types.MessageType.Error,
        )

    def _show(self, message: str, kind: types.MessageType) -> None:
        self.server.window_show_message(types.ShowMessageParams(kind, message))

    # Requests

    async def _diagnostic(self, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        await self._scheduler.settled()
        return self._publisher.report(params.text_document.uri, params.previous_result_id)

    async def _hover(self, params: types.HoverParams) -> types.Hover | None:
        return await self._requests.hover(params.text_document.uri, params.position)

    async def _actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        only = params.context.only
        kinds = None if only is None else [str(getattr(kind, "value", kind)) for kind in only]
        return await self._requests.actions(params.text_document.uri, params.range, kinds)

    async def _resolve(self, action: types.CodeAction) -> types.CodeAction:
        return await self._requests.resolve(action)

    async def _open_page(self, code: str) -> None:
        page = self._pages.file(code)
        if page is None:
            return
        if self._supports("window.show_document.support"):
            await self.server.window_show_document_async(
                types.ShowDocumentParams(page.as_uri(), take_focus=True)
            )
        else:
            self._show(f"The page of {code}: {page}", types.MessageType.Info)


def _folders(params: types.InitializeParams) -> Iterable[str]:
    if params.workspace_folders:
        return [folder.uri for folder in params.workspace_folders]
    return [params.root_uri] if params.root_uri else []
