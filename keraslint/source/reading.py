"""From a path or bytes to a program, whatever kind of file it is."""

from __future__ import annotations

from pathlib import Path

from keraslint.source.notebook import SUFFIX
from keraslint.source.notebook import read_notebook
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.source.text import decode
from keraslint.source.text import display_name
from keraslint.source.text import read_bytes

# Nobody wrote as much; trees of it would fill the memory.
_MOST_CHARACTERS = 10_000_000


def read(path: Path, name: str | None = None) -> SourceFile:
    """The program in a file; raises :class:`~keraslint.source.text.SourceError`."""
    return interpret(path, name or display_name(path), read_bytes(path))


def interpret(path: Path, name: str, data: bytes) -> SourceFile:
    """The program in bytes that came from elsewhere, such as standard input or an editor."""
    source = read_notebook(path, name, data) if path.suffix == SUFFIX else decode(path, name, data)
    if len(source.text) > _MOST_CHARACTERS:
        size = f"{len(source.text) / 1e6:.0f} million characters"
        raise SourceError(
            "io-error", f"{size} of code, which is data rather; leave the file out with `exclude`"
        )
    return source
