"""What can be told of a file from its bytes alone, before anything is parsed."""

from __future__ import annotations

import codecs
import re
import sys
from typing import NamedTuple

_FRAMEWORKS = (b"keras", b"tensorflow")
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)

# Python source and the escaped lines of a notebook: in both an import begins at
# a line's start or after `;`, `:` or a JSON quote, and ends at `#`, `;` or, in
# JSON, an escape or a quote. Looking for the word first is ten times as fast as
# looking for the statement, and for its letters first, five times as fast as for the word.
_WORD = re.compile(rb"import(?<=\bimport)\b")
_HEAD = re.compile(rb"(?:^|[\r;:\"]|\\n)[ \t]*(?:from[ \t]*(\.[. \t]*)?([\w.]*)[ \t]*)?$")
_LISTED = re.compile(rb"[ \t]*\(([^)]{0,9999})\)")
_REST = re.compile(rb"[^\n\r#;\\\"]{0,999}")
_LONGEST_HEAD = 300
_JOIN = re.compile(rb"\\\r?\n")
_DYNAMIC = (b"import_module", b"__import__")
_DYNAMIC_IMPORT = re.compile(rb"(?:import_module|__import__)\(\s*[rbu]?\\?[\"']([\w.]+)\\?[\"']\s*[,)]")
_COMMENT = re.compile(rb"#[^\n]*")
_NAME = re.compile(rb"(\*|\w+)(?:\s+as\s+\w+)?")
_MODULE = re.compile(rb"([\w.]+)(?:\s+as\s+\w+)?")


class Import(NamedTuple):
    """An import: dots before the module, the dotted module, and the names taken from it."""

    level: int
    module: str
    names: tuple[str, ...]


def mentions_framework(data: bytes) -> bool:
    """Whether the name of a framework stands anywhere in a file; without it, no rule applies there."""
    if data.startswith(_WIDE_MARKS):
        data = data.replace(b"\0", b"")
    return any(framework in data for framework in _FRAMEWORKS)


def imported_modules(data: bytes) -> list[Import]:
    """Every import that may stand in a file; text in strings and comments may be taken for one."""
    found = []
    data = _JOIN.sub(b" ", data)
    for word in _WORD.finditer(data):
        if (head := _head(data, word.start())) is None:
            continue
        dots, module = head.groups()
        if module is None:
            found += [Import(0, _text(name), ()) for name in _MODULE.findall(_rest(data, word.end()))]
        elif dots or module:
            listed = _LISTED.match(data, word.end())
            names = _COMMENT.sub(b"", listed[1]) if listed else _rest(data, word.end())
            level = (dots or b"").count(b".")
            found.append(Import(level, _text(module), tuple(_text(name) for name in _NAME.findall(names))))
    if any(name in data for name in _DYNAMIC):
        found += [Import(0, _text(name), ()) for name in _DYNAMIC_IMPORT.findall(data)]
    return found


def _head(data: bytes, end: int) -> re.Match[bytes] | None:
    """What makes the word before ``end`` the beginning of an import: a line of endless length is not read."""
    near = max(end - _LONGEST_HEAD, 0)
    start = data.rfind(b"\n", near, end) + 1
    return _HEAD.search(data[start:end] if start or not near else b"x" + data[near:end])


def _rest(data: bytes, at: int) -> bytes:
    match = _REST.match(data, at)
    return match.group() if match else b""


def _text(name: bytes) -> str:
    # Most files of a project import the same: of a large one, the names would take more than all else that is kept.
    return sys.intern(name.decode("utf-8", "replace"))
