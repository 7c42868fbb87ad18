"""Text becomes a tree, or one clear line that says why it does not."""

from __future__ import annotations

import ast
import gc
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace

from keraslint.semantics.lowering.trees import Tree
from keraslint.semantics.lowering.trees import UnreadableError
from keraslint.semantics.lowering.trees import tree_of
from keraslint.source.depth import MOST_BRACKETS
from keraslint.source.depth import deep_statements
from keraslint.source.lexing import LINE_END
from keraslint.source.notebook import Notebook
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile

_PYTHON_2 = (
    (re.compile(r"^\s*print\s+[^\s=(.,:)\]]|[:;]\s*print\s+[\"'\w]"), "a print statement"),
    (re.compile(r"^\s*exec\s+[\"'\w(].*"), "an exec statement"),
    (re.compile(r"^\s*except\b[^:]*,\s*\w+\s*:"), "`except X, e`"),
    (re.compile(r"^\s*raise\s+[\w.]+\s*,"), "`raise X, message`"),
    (re.compile(r"<>"), "`<>`"),
    (re.compile(r"`[^`]+`"), "backticks"),
    (re.compile(r"(?<![\w.])0[0-7]+L?(?![\w.])"), "an octal number without `0o`"),
    (re.compile(r"(?<![\w.])\d+[lL]\b"), "a long integer"),
    (re.compile(r"(?<!\w)[uU][rR][\"']"), "a `ur` string"),
    (re.compile(r"^\s*def\s+\w+\s*\(.*\([^)]*\)\s*[,)].*:|\blambda\s*\("), "a tuple as a parameter"),
)
_HEADER = re.compile(r"\s*(?:async|class|def|elif|else|except|finally|for|if|match|case|try|while|with|@)\b")
_PYTHON_2_MEND = "convert it to Python 3 (2to3 does most of it) or exclude the file"

_pause_lock = threading.Lock()
_pauses = 0
_was_enabled = False


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep Python's garbage collector off: it costs two thirds again of parsing and finds nothing there."""
    global _pauses, _was_enabled
    with _pause_lock:
        if _pauses == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _pause_lock:
            _pauses -= 1
            if _pauses == 0 and _was_enabled:
                gc.enable()


@dataclass(frozen=True)
class Parsed:
    """What could be read of a file: a tree of it, the text of that tree, and what was left out."""

    source: SourceFile
    tree: Tree
    errors: tuple[SourceError, ...] = ()


def parse(source: SourceFile) -> Parsed:
    """The tree of a program; raises :class:`SourceError` where there is none.

    Of a notebook, cells that do not parse are blanked; so are statements that
    are too deep to be parsed in reasonable time. ``source`` of the result has
    the text that was parsed, with the rows of the file: for reading, not for
    writing. Deep programs need a
    deep stack: call this inside :func:`keraslint.source.stack.run_with_deep_stack`.
    """
    with collector_paused():
        shallow, errors = _without_deep_statements(source)
        try:
            return Parsed(shallow, _tree(shallow), errors)
        except SourceError as error:
            if source.notebook is None:
                raise
            return _readable_cells(shallow, source.notebook, (*errors, error))


def _tree(source: SourceFile) -> Tree:
    try:
        return tree_of(source.text)
    except UnreadableError as error:
        raise _explained(source, error) from None


def _without_deep_statements(source: SourceFile) -> tuple[SourceFile, tuple[SourceError, ...]]:
    """The source with ``pass`` in place of statements that would take the parser minutes."""
    text, errors = source.text, []
    for statement in reversed(list(deep_statements(source.text))):
        row = _row(source.text, statement.start)
        if statement.brackets > MOST_BRACKETS:
            message = f"{statement.brackets} brackets inside each other; Python takes {MOST_BRACKETS}"
            raise SourceError("invalid-syntax", message, row)
        old = text[statement.start : statement.end]
        message = f"a chain of {statement.links:,} calls is left out, it would take minutes; divide it"
        error = SourceError("invalid-syntax", message, row)
        if _HEADER.match(old):
            raise error
        errors.append(error)
        indent = old[: len(old) - len(old.lstrip(" \t\f"))]
        text = (
            text[: statement.start] + f"{indent}pass{''.join(LINE_END.findall(old))}" + text[statement.end :]
        )
    return (replace(source, text=text) if errors else source), tuple(reversed(errors))


def _readable_cells(source: SourceFile, notebook: Notebook, errors: tuple[SourceError, ...]) -> Parsed:
    """Read a notebook without the cells that do not parse on their own; the last error is the whole's."""
    *before, whole = errors
    bad: dict[int, SourceError] = {}
    for number, above, text in notebook.cell_texts():
        if (error := _error_of(replace(source, text=text, notebook=None))) is not None:
            bad[number] = SourceError(error.kind, error.message, error.row + above, error.column)
    if not bad:
        raise whole
    readable = notebook.without(bad)
    remaining = replace(source, text=readable.text, notebook=readable)
    return Parsed(remaining, _tree(remaining), (*before, *bad.values()))


def _error_of(source: SourceFile) -> SourceError | None:
    try:
        _tree(source)
    except SourceError as error:
        return error
    return None


def _row(text: str, offset: int) -> int:
    return len(LINE_END.findall(text, 0, offset)) + 1


def _explained(source: SourceFile, error: UnreadableError) -> SourceError:
    """Python's own message and position where it has one; LibCST's are made for machines."""
    message, row, column = _python_says(source.text) or _libcst_says(error)
    for suspect in {row, error.met_in_row}:
        if (sign := _python_2_sign(source, suspect)) is not None:
            return SourceError("invalid-syntax", f"this is Python 2 ({sign}); {_PYTHON_2_MEND}", row, column)
    return SourceError("invalid-syntax", message, row, column)


def _python_says(text: str) -> tuple[str, int, int] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except SyntaxError as error:
            return error.msg, error.lineno or 1, max(error.offset or 1, 1)
        except (ValueError, MemoryError, RecursionError):
            return None
    return None


def _libcst_says(error: UnreadableError) -> tuple[str, int, int]:
    detail = re.sub(r"^(?:parser|tokenizer) error: (?:error at \d+:\d+: )?", "", error.message)
    message = "syntax that keraslint does not know" if detail.startswith("expected one of") else detail
    return message, error.row, error.column


def _python_2_sign(source: SourceFile, row: int) -> str | None:
    if not 1 <= row <= len(source.lines):
        return None
    line = source.lines[row - 1][:500]
    return next((sign for pattern, sign in _PYTHON_2 if pattern.search(line)), None)
