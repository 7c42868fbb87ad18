"""What can be told of a file from its bytes alone, before anything is parsed."""

from __future__ import annotations

import re
from typing import NamedTuple

_FRAMEWORKS = (b"keras", b"tensorflow")

# Python source and the escaped lines of a notebook: both begin an import after
# a line's start, a `;`, a `:` or a JSON quote, and both end it at a `#`, a `;`
# or, in JSON, an escape or a quote.
_REST = rb"((?:[^\n\r#;\\\"]|\\\r?\n)*)"
_IMPORT = re.compile(
    rb"(?:^|[\r;:\"]|\\n)[ \t]*"
    rb"(?:from[ \t]*(\.*)[ \t]*((?:[\w.]|(?<=\.)[ \t])*)[ \t]+import\b[ \t]*(?:\(([^)]*)\)|" + _REST + rb")"
    rb"|import[ \t]+" + _REST + rb")",
    re.MULTILINE,
)
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
    return any(framework in data for framework in _FRAMEWORKS)


def imported_modules(data: bytes) -> list[Import]:
    """Every import that may stand in a file; text in strings and comments may be taken for one."""
    found = []
    for match in _IMPORT.finditer(data):
        dots, module, listed, rest, plain = match.groups()
        if plain is not None:
            found += [Import(0, _text(name), ()) for name in _MODULE.findall(plain)]
        elif dots or module:
            names = _COMMENT.sub(b"", listed if listed is not None else rest)
            found.append(Import(len(dots), _text(module), tuple(_text(n) for n in _NAME.findall(names))))
    found += [Import(0, _text(name), ()) for name in _DYNAMIC_IMPORT.findall(data)]
    return found


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace").replace(" ", "").replace("\t", "")
