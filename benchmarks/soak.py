"""Types into the language server for a long time: thousands of random edits, some of them broken or out of range.

At the end a server that has just been started must say the same of the same texts, and the
memory of the old one must not have grown. ``python benchmarks/soak.py --edits 10000``
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import libcst
from lsprotocol import types
from pygls.lsp.client import LanguageClient

_LOADER = """\
import tensorflow as tf


def decode(path, label):
    return tf.image.decode_jpeg(tf.io.read_file(path), channels=3), label


def augment(image, label):
    return tf.image.random_flip_left_right(image), label


def samples(paths, labels):
    data = tf.data.Dataset.from_tensor_slices((paths, labels))
    data = data.map(decode)
    return data.map(augment, num_parallel_calls=tf.data.experimental.AUTOTUNE)
"""
_TRAIN = """\
import keras

from loader import samples

model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3), keras.layers.Flatten()])
model.compile(optimizer="adam", loss="mse")
batches = samples(["a.jpg"], [1]).cache().batch(32)
model.fit(batches, epochs=3)
"""
_LINES = (
    "batches = batches.prefetch(1)\n",
    "model.fit(batches, epochs=30, workers=4)\n",
    "data = data.batch(8).map(augment)\n",
    "for epoch in range(10):\n    model.fit(batches)\n",
    "def helper(\n",
    "    return data\n",
    "x = '\U0001f600'  # \u00e9\n",
    "'''\n",
    "\n",
)
_SAMPLED_EVERY = 100
_GROWTH = 1.15


class Soak:
    """A client that types; ``texts`` are what it has typed, by address."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.folder = folder
        self.client = LanguageClient("soak", "1")
        self.said: dict[str, tuple[int | None, Sequence[types.Diagnostic]]] = {}
        self.texts: dict[str, str] = {}
        self.good: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.messages: list[str] = []

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            self.said[params.uri] = params.version, params.diagnostics

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def show(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)

    async def start(self) -> None:
        """Start a server, and open what there is to type in."""
        await self.client.start_io(sys.executable, "-m", "keraslint", "server")
        await self.client.initialize_async(
            types.InitializeParams(types.ClientCapabilities(), root_uri=self.folder.as_uri())
        )
        self.client.initialized(types.InitializedParams())

    def open(self, uri: str, text: str) -> None:
        """Open a file."""
        self.texts[uri], self.versions[uri] = text, self.versions.get(uri, 0) + 1
        item = types.TextDocumentItem(uri, "python", self.versions[uri], text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def edit(self) -> None:
        """One random change of one file."""
        uri = self.random.choice(list(self.texts))
        kind = self.random.random()
        if kind < 0.02:
            self.client.text_document_did_close(
                types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
            )
            self.open(uri, self.texts[uri])
        elif kind < 0.1:
            self.replace(uri, self.good[uri])
        else:
            lines = self.texts[uri].splitlines(keepends=True)
            row = self.random.randrange(len(lines) + 1)
            removed = self.random.choice((0, 0, 1)) if len(lines) > 3 else 0
            added = self.random.choice(("", *_LINES)) if len(lines) < 60 else ""
            end = min(row + removed, len(lines))
            beyond = 1000 if kind > 0.97 and end == len(lines) else 0
            self.change(uri, row, end, added, beyond)
            self.texts[uri] = "".join([*lines[:row], added, *lines[end:]])

    def change(self, uri: str, row: int, end: int, added: str, beyond: int) -> None:
        """Put text in the place of lines; ``beyond`` makes the range end after the end of the file."""
        self.versions[uri] += 1
        place = types.Range(types.Position(row, 0), types.Position(end + beyond, 0))
        self._send(uri, types.TextDocumentContentChangePartial(place, added))

    def replace(self, uri: str, text: str) -> None:
        """Put another text in the place of all there is."""
        self.texts[uri] = text
        self.versions[uri] += 1
        self._send(uri, types.TextDocumentContentChangeWholeDocument(text))

    def _send(self, uri: str, change: types.TextDocumentContentChangeEvent) -> None:
        identifier = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    async def ask(self) -> None:
        """What editors ask in between."""
        uri = self.random.choice(list(self.texts))
        place = types.Position(self.random.randrange(20), self.random.randrange(30))
        document = types.TextDocumentIdentifier(uri)
        await self.client.text_document_hover_async(types.HoverParams(document, place))
        context = types.CodeActionContext([])
        params = types.CodeActionParams(document, types.Range(place, place), context)
        await self.client.text_document_code_action_async(params)

    async def settle(self) -> dict[str, list[tuple[object, ...]]]:
        """What is said in the end."""
        while any(self.said.get(uri, (None,))[0] != version for uri, version in self.versions.items()):
            await asyncio.sleep(0.05)
        # Another file's change may have something to say once more.
        await self.ask()
        await asyncio.sleep(1)
        return {
            uri.rpartition("/")[2]: sorted(
                (str(each.range), str(each.code), each.message) for each in self.said[uri][1]
            )
            for uri in self.texts
        }

    def memory(self) -> float:
        """The resident memory of the server in MiB."""
        assert self.client._server is not None
        status = Path(f"/proc/{self.client._server.pid}/status").read_text(encoding="ascii")
        line = next(each for each in status.splitlines() if each.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    async def stop(self) -> int | None:
        """End the server as one should."""
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()
        assert self.client._server is not None
        return self.client._server.returncode


async def soak(folder: Path, edits: int, seed: int) -> list[str]:
    """What went wrong in so many edits."""
    (folder / "keraslint.toml").write_text("", encoding="utf-8")
    started = {"loader.py": _LOADER, "train.py": _TRAIN}
    for name, text in started.items():
        (folder / name).write_text(text, encoding="utf-8")
    typing = Soak(folder, seed)
    await typing.start()
    for name, text in started.items():
        uri = (folder / name).as_uri()
        typing.good[uri] = text
        typing.open(uri, text)
    memory: list[float] = []
    begin = time.monotonic()
    for number in range(edits):
        typing.edit()
        # Bursts that come faster than anything can be linted, and pauses.
        await asyncio.sleep(0 if typing.random.random() < 0.9 else 0.3)
        if number % 50 == 0:
            await typing.ask()
        if number % _SAMPLED_EVERY == 0:
            memory.append(typing.memory())
    for uri, text in typing.texts.items():
        if not _parses(text):
            typing.replace(uri, typing.good[uri])
    warm = await typing.settle()
    memory.append(typing.memory())
    sampled = ", ".join(f"{each:.0f}" for each in memory[:: max(len(memory) // 20, 1)])
    sys.stdout.write(
        f"{edits} edits in {time.monotonic() - begin:.0f} s, {sum(map(len, warm.values()))} findings\n"
        f"memory in MiB: {sampled}\n"
    )
    cold = Soak(folder, seed)
    await cold.start()
    for uri, text in typing.texts.items():
        cold.open(uri, text)
    problems = []
    if warm != await cold.settle():
        problems.append(f"another result than a cold run's: {warm} and {await cold.settle()}")
    half = len(memory) // 2
    if edits >= 1000 and max(memory[half:]) > _GROWTH * max(memory[: half + 1]):
        problems.append("the memory grows")
    problems += typing.messages
    if (codes := [await typing.stop(), await cold.stop()]) != [0, 0]:
        problems.append(f"exit codes {codes}")
    return problems


def _parses(text: str) -> bool:
    try:
        libcst.parse_module(text)
    except libcst.ParserSyntaxError:
        return False
    return True


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        problems = asyncio.run(soak(folder, arguments.edits, arguments.seed))
    finally:
        shutil.rmtree(folder)
    sys.stdout.write("\n".join(problems or ["all is well"]) + "\n")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
