"""Notebooks, cell by cell and as the one text that some clients make of them."""

import json
import subprocess
import sys

from editor import NOTEBOOKS
from editor import PLAIN
from editor import applied
from lsprotocol import types

HEAD = "import tensorflow as tf"
STALE = "tuned = tf.data.experimental.AUTOTUNE"
CELL = "vscode-notebook-cell:/tune.ipynb#{}"


class Notebook:
    """A notebook in an editor."""

    def __init__(self, editor, uri, *sources):
        self.editor, self.uri = editor, uri
        self.version = 1
        names = [CELL.format(number) for number, _ in enumerate(sources)]
        cells = [types.NotebookCell(types.NotebookCellKind.Code, name) for name in names]
        texts = [
            types.TextDocumentItem(name, "python", 1, text) for name, text in zip(names, sources, strict=True)
        ]
        notebook = types.NotebookDocument(uri, "jupyter-notebook", 1, cells)
        editor.tell(
            editor.client.notebook_document_did_open, types.DidOpenNotebookDocumentParams(notebook, texts)
        )

    def change(self, **cells):
        self.version += 1
        params = types.DidChangeNotebookDocumentParams(
            types.VersionedNotebookDocumentIdentifier(self.version, self.uri),
            types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(**cells)),
        )
        self.editor.tell(self.editor.client.notebook_document_did_change, params)

    def array(self, start, count, *names, opened=(), closed=()):
        cells = [types.NotebookCell(types.NotebookCellKind.Code, CELL.format(name)) for name in names]
        self.change(
            structure=types.NotebookDocumentCellChangeStructure(
                types.NotebookCellArrayChange(start, count, cells),
                [types.TextDocumentItem(CELL.format(name), "python", 1, text) for name, text in opened],
                [types.TextDocumentIdentifier(CELL.format(name)) for name in closed],
            )
        )

    def type(self, name, version, text):
        content = types.NotebookDocumentCellContentChanges(
            types.VersionedTextDocumentIdentifier(version, CELL.format(name)),
            [types.TextDocumentContentChangeWholeDocument(text)],
        )
        self.change(text_content=[content])

    def lines(self, name):
        found = self.editor.diagnostics.get(CELL.format(name))
        return None if found is None else [each.range.start.line for each in found.diagnostics]

    def has(self, **lines):
        self.editor.until(lambda: all(self.lines(name[1:]) == each for name, each in lines.items()))


def test_a_finding_stands_in_its_cell(project, edit):
    editor = edit(capabilities=NOTEBOOKS)
    assert editor.greeting.capabilities.notebook_document_sync is not None
    notebook = Notebook(editor, (project / "tune.ipynb").as_uri(), HEAD, f"%matplotlib inline\n{STALE}")
    notebook.has(_0=[], _1=[1])
    notebook.type("1", 2, f"\n\n{STALE}")
    notebook.has(_1=[2])


def test_cells_are_reordered_renamed_and_deleted(project, edit):
    editor = edit(capabilities=NOTEBOOKS)
    notebook = Notebook(editor, (project / "tune.ipynb").as_uri(), HEAD, STALE, "\n" + STALE)
    notebook.has(_0=[], _1=[0], _2=[1])
    notebook.array(0, 3, "0", "2", "1")
    notebook.type("1", 2, f"\n\n{STALE}")
    notebook.has(_0=[], _1=[2], _2=[1])
    notebook.array(0, 3, "0", "1", "2")
    notebook.type("2", 2, STALE)
    notebook.has(_0=[], _1=[2], _2=[0])
    notebook.array(1, 1, "new", opened=[("new", STALE)], closed=["1"])
    notebook.has(_1=[], _new=[0], _2=[0])
    notebook.array(2, 1, closed=["2"])
    notebook.has(_new=[0], _2=[])
    closed = types.DidCloseNotebookDocumentParams(types.NotebookDocumentIdentifier(notebook.uri), [])
    editor.tell(editor.client.notebook_document_did_close, closed)
    notebook.has(_new=[])


def test_a_broken_cell_leaves_the_others_their_findings(project, edit):
    editor = edit(capabilities=NOTEBOOKS)
    notebook = Notebook(editor, (project / "tune.ipynb").as_uri(), HEAD, STALE)
    notebook.has(_1=[0])
    notebook.type("0", 2, HEAD + "\ndef f(")
    editor.until(lambda: notebook.lines("0") == [1])
    assert notebook.lines("1") == [0]


def test_a_cell_is_mended(project, edit):
    editor = edit(capabilities=NOTEBOOKS)
    source = f"!pip list\n{STALE}"
    notebook = Notebook(editor, (project / "tune.ipynb").as_uri(), HEAD, source)
    notebook.has(_1=[1])
    cell = CELL.format(1)
    (finding,) = editor.diagnostics[cell].diagnostics
    (action, *_) = editor.actions(cell, finding.range)
    assert action["title"].startswith("Use `tf.data.AUTOTUNE` (safe")
    (changed,) = action["edit"]["changes"]
    assert changed == cell
    assert applied(source, action["edit"]["changes"][cell]) == source.replace("experimental.", "")


def test_a_notebook_that_comes_as_one_text(project, edit):
    editor = edit()
    text = f"{HEAD}\n\n\n%time\n{STALE}\n"
    uri = editor.open(project / "tune.ipynb", text)
    (finding,) = editor.found(uri)
    assert finding.range.start.line == 4
    action = editor.actions(uri, finding.range)[0]
    assert applied(text, action["edit"]["changes"][uri]) == text.replace("experimental.", "")
    assert "is deprecated" in editor.hover(uri, 4, finding.range.start.character)


def test_a_notebook_says_the_same_as_check(project, edit):
    cells = [
        {"cell_type": kind, "metadata": {}, "source": source, **({"outputs": []} if kind == "code" else {})}
        for kind, source in (("markdown", "# tune"), ("code", HEAD), ("code", f"%time\n{STALE}"))
    ]
    path = project / "tune.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    command = [sys.executable, "-m", "keraslint", "check", "--output-format", "json", path.name]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    (checked,) = json.loads(done.stdout)
    editor = edit(capabilities=NOTEBOOKS)
    notebook = Notebook(editor, path.as_uri(), HEAD, f"%time\n{STALE}")
    notebook.has(_0=[], _1=[1])
    (finding,) = editor.diagnostics[CELL.format(1)].diagnostics
    assert (finding.code, finding.message.splitlines()[0]) == (checked["code"], checked["message"])
    assert finding.range.start == types.Position(
        checked["location"]["row"] - 1, checked["location"]["column"] - 1
    )


def test_a_notebook_of_another_language_is_let_pass(project, edit):
    editor = edit()
    editor.open(project / "tune.ipynb", json.dumps({"cells": []}), language="json")
    uri = editor.open(project / "tune.py", PLAIN)
    assert editor.codes(uri) == ["KL504"]
    assert len(editor.history) == 1
