"""Text becomes a LibCST tree, or one clear line that says why it does not."""

from __future__ import annotations

import ast
import gc
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import libcst as cst

from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile

_PYTHON_2 = (
    (re.compile(r"^\s*print\s+[^\s=(.,:)\]]|^\s*print\s*>>|[:;]\s*print\s+[\"'\w]"), "a print statement"),
    (re.compile(r"^\s*exec\s+[\"'\w(].*"), "an exec statement"),
    (re.compile(r"^\s*except\b[^:]*,\s*\w+\s*:"), "`except X, e`"),
    (re.compile(r"^\s*raise\s+[\w.]+\s*,"), "`raise X, message`"),
    (re.compile(r"<>"), "`<>`"),
    (re.compile(r"`[^`]+`"), "backticks"),
    (re.compile(r"(?<![\w.])0[0-7]+L?(?![\w.])"), "an octal number without `0o`"),
    (re.compile(r"(?<![\w.])\d+[lL]\b"), "a long integer"),
    (re.compile(r"(?<!\w)[uU][rR][\"']"), "a `ur` string"),
    (re.compile(r"^\s*def\s+\w+\s*\(.*\([^)]*\)\s*[,)].*:"), "a tuple as a parameter"),
)
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


def parse(source: SourceFile) -> cst.Module:
    """The tree of a program.

    Deep programs need a deep stack: call this inside
    :func:`keraslint.source.stack.run_with_deep_stack`.
    """
    with collector_paused():
        try:
            return cst.parse_module(source.text)
        except cst.ParserSyntaxError as error:
            raise _explained(source, error) from None


def _explained(source: SourceFile, error: cst.ParserSyntaxError) -> SourceError:
    """Python's own message and position where it has one; LibCST's are made for machines."""
    message, row, column = _python_says(source.text) or _libcst_says(error)
    for suspect in {row, error.raw_line}:
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


def _libcst_says(error: cst.ParserSyntaxError) -> tuple[str, int, int]:
    detail = re.sub(r"^(?:parser|tokenizer) error: (?:error at \d+:\d+: )?", "", error.message)
    message = "syntax that keraslint does not know" if detail.startswith("expected one of") else detail
    return message, error.editor_line, error.editor_column


def _python_2_sign(source: SourceFile, row: int) -> str | None:
    if not 1 <= row <= len(source.lines):
        return None
    line = source.lines[row - 1]
    return next((sign for pattern, sign in _PYTHON_2 if pattern.search(line)), None)
