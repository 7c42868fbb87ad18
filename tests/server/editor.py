"""A client that talks to the real server over its standard streams, as an editor does."""

import asyncio
import json
import sys
import threading
from collections.abc import Callable
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

LOADER = """\
import tensorflow as tf


def augment(image, label):
    return tf.image.random_flip_left_right(image), label


def samples(images, labels):
    data = tf.data.Dataset.from_tensor_slices((images, labels))
    return data.map(augment, num_parallel_calls=tf.data.experimental.AUTOTUNE)
"""
CALM_LOADER = LOADER.replace("data.map(augment,", "data.map(lambda image, label: (image, label),")
TRAIN = """\
import keras
import numpy as np

from loader import samples

model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3), keras.layers.Flatten()])
model.compile(optimizer="adam", loss="mse")
batches = samples(np.zeros((64, 8, 8, 3)), np.zeros((64, 144))).cache().batch(32)
model.fit(batches, epochs=3)
"""
PLAIN = """\
import tensorflow as tf

tuned = tf.data.experimental.AUTOTUNE
"""
PULLING = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities()),
    workspace=types.WorkspaceClientCapabilities(
        diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    ),
)
NOTEBOOKS = types.ClientCapabilities(
    notebook_document=types.NotebookDocumentClientCapabilities(
        synchronization=types.NotebookDocumentSyncClientCapabilities()
    )
)
_PATIENCE = 30


class Editor:
    """An editor that speaks the protocol through pygls's client; it waits for what it asserts."""

    def __init__(self, *folders: Path, **initialize: Any) -> None:
        self.messages: list[str] = []
        self.diagnostics: dict[str, types.PublishDiagnosticsParams] = {}
        self.history: list[types.PublishDiagnosticsParams] = []
        self.documents_shown: list[str] = []
        self.refreshes = 0
        self.settings: dict[str, Any] = {}
        self._versions: dict[str, int] = {}
        self._news = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.client = LanguageClient("editor", "1")
        self._listen()
        self.wait(self.client.start_io(sys.executable, "-m", "keraslint", "server"))
        assert self.client._server is not None
        self.process = self.client._server
        capabilities = initialize.pop("capabilities", types.ClientCapabilities())
        self.greeting = self.wait(
            self.client.initialize_async(
                types.InitializeParams(
                    capabilities=capabilities,
                    workspace_folders=[types.WorkspaceFolder(each.as_uri(), each.name) for each in folders],
                    **initialize,
                )
            )
        )
        self.client.initialized(types.InitializedParams())

    def _listen(self) -> None:
        client = self.client

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            with self._news:
                self.diagnostics[params.uri] = params
                self.history.append(params)
                self._news.notify_all()

        @client.feature(types.WINDOW_SHOW_MESSAGE)
        def show(params: types.ShowMessageParams) -> None:
            with self._news:
                self.messages.append(params.message)
                self._news.notify_all()

        @client.feature(types.WINDOW_SHOW_DOCUMENT)
        def show_document(params: types.ShowDocumentParams) -> types.ShowDocumentResult:
            with self._news:
                self.documents_shown.append(params.uri)
                self._news.notify_all()
            return types.ShowDocumentResult(success=True)

        @client.feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)
        def refresh(_: None) -> None:
            with self._news:
                self.refreshes += 1
                self._news.notify_all()

        @client.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[Any]:
            return [self.settings.get(item.scope_uri or "") for item in params.items]

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(_: types.RegistrationParams) -> None:
            return None

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def tell(self, function: Callable[[Any], None], params: Any) -> None:
        async def call() -> None:
            function(params)

        self.wait(call())

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that the server's messages make true."""
        with self._news:
            assert self._news.wait_for(holds, _PATIENCE), (self.diagnostics, self.messages)

    # Documents

    def open(self, uri: str | Path, text: str, language: str = "python") -> str:
        address = uri if isinstance(uri, str) else uri.as_uri()
        self._versions[address] = 1
        item = types.TextDocumentItem(address, language, 1, text)
        self.tell(self.client.text_document_did_open, types.DidOpenTextDocumentParams(item))
        return address

    def change(self, uri: str, *changes: types.TextDocumentContentChangeEvent | str) -> int:
        self._versions[uri] += 1
        whole = (
            types.TextDocumentContentChangeWholeDocument(each) if isinstance(each, str) else each
            for each in changes
        )
        identifier = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        params = types.DidChangeTextDocumentParams(identifier, list(whole))
        self.tell(self.client.text_document_did_change, params)
        return self._versions[uri]

    def save(self, uri: str) -> None:
        params = types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri))
        self.tell(self.client.text_document_did_save, params)

    def close(self, uri: str) -> None:
        params = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        self.tell(self.client.text_document_did_close, params)

    def ask_for(self, code: str) -> None:
        """Select a rule by its code."""
        params = types.DidChangeConfigurationParams({"keraslint": {"extend-select": [code]}})
        self.tell(self.client.workspace_did_change_configuration, params)

    # What the server says

    def found(self, uri: str) -> list[types.Diagnostic]:
        """What is said of a text in its present version, once it is.

        Where a check was still under way when the text changed, that is first what the check carries
        over: ask before each change as well.
        """
        version = self._versions.get(uri)
        self.until(lambda: uri in self.diagnostics and self.diagnostics[uri].version == version)
        return list(self.diagnostics[uri].diagnostics)

    def codes(self, uri: str) -> list[str]:
        return [str(each.code) for each in self.found(uri)]

    def says(self, uri: str, *codes: str) -> None:
        """Wait until these are the codes that are found in a text."""
        self.until(lambda: uri in self.diagnostics and _codes(self.diagnostics[uri]) == sorted(codes))

    def pulled(self, uri: str, previous: str | None = None) -> Any:
        params = types.DocumentDiagnosticParams(
            types.TextDocumentIdentifier(uri), previous_result_id=previous
        )
        return self.wait(self.client.text_document_diagnostic_async(params))

    def actions(self, uri: str, place: types.Range, only: list[str] | None = None) -> list[dict[str, Any]]:
        """The actions at a place as they come over the wire."""
        context = types.CodeActionContext([], only=only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), place, context)
        actions: list[dict[str, Any]] = self.raw("textDocument/codeAction", params)
        return actions

    def resolved(self, action: dict[str, Any]) -> dict[str, Any]:
        resolved: dict[str, Any] = self.raw(
            "codeAction/resolve", types.CodeAction(action["title"], kind=action["kind"], data=action["data"])
        )
        return resolved

    def hover(self, uri: str, line: int, character: int) -> str:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        hover = self.wait(self.client.text_document_hover_async(params))
        return "" if hover is None else hover.contents.value

    def raw(self, method: str, params: Any) -> Any:
        """The result of a request as plain JSON."""
        protocol = self.client.protocol
        seen: list[Any] = []
        structure = protocol.structure_message

        def remember(data: dict[str, Any]) -> Any:
            if "jsonrpc" in data and data.get("id") == "raw":
                seen.append(json.loads(json.dumps(data)))
                # pygls's client takes an action with a command for a command.
                data = {**data, "result": None} if isinstance(data["result"], list) else data
            return structure(data)

        async def ask() -> None:
            protocol.structure_message = remember  # type: ignore[method-assign]
            future = protocol.send_request(method, params, msg_id="raw")
            await asyncio.wrap_future(future)

        try:
            self.wait(ask())
        finally:
            protocol.structure_message = structure  # type: ignore[method-assign]
        return seen[0]["result"]

    def leave(self) -> int:
        """Say goodbye as one should, and return how the server ended."""
        self.wait(self.client.shutdown_async(None))
        self.tell(self.client.exit, None)
        return self.ended()

    def ended(self) -> int:
        self.wait(self.process.wait())
        assert self.process.returncode is not None
        return self.process.returncode

    def dispose(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
            self.wait(self.process.wait())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)


def _codes(params: types.PublishDiagnosticsParams) -> list[str]:
    return sorted(str(each.code) for each in params.diagnostics)


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """A text with edits in it, columns in characters."""
    lines = text.splitlines(keepends=True)
    lines.append("")
    starts = [sum(map(len, lines[:row])) for row in range(len(lines))]

    def offset(position: dict[str, int]) -> int:
        return starts[position["line"]] + position["character"]

    for edit in sorted(edits, key=lambda each: offset(each["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text
