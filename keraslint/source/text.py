"""Bytes become text and go back: encodings, byte order marks and line ends are kept."""

from __future__ import annotations

import codecs
import io
import os
import re
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Literal
from typing import TypeAlias

if TYPE_CHECKING:
    from keraslint.source.notebook import Notebook

ErrorKind: TypeAlias = Literal["invalid-syntax", "io-error"]

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK_OR_COMMENT = re.compile(rb"^[ \t\f]*(?:#|$)")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class SourceError(Exception):
    """A file that cannot be read or understood: one line that says why and names the mend.

    ``kind`` is ``invalid-syntax`` where the text is no Python, ``io-error``
    where there is no text at all. Row and column are those of the program,
    from 1; a notebook's ``cell_location`` turns the row into a cell's.
    """

    def __init__(self, kind: ErrorKind, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(kind, message, row, column)
        self.kind: ErrorKind = kind
        self.message = message
        self.row = row
        self.column = column

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class SourceFile:
    """A program and where it comes from.

    ``name`` is what users see. ``text`` holds every character of the file but
    its byte order mark, line ends as they are; for a notebook it is the program
    that its cells make, and ``notebook`` leads back to them.
    """

    path: Path
    name: str
    data: bytes
    text: str
    encoding: str = "utf-8"
    bom: bool = False
    notebook: Notebook | None = None

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines with their ends, divided where Python divides them."""
        return tuple(io.StringIO(self.text, newline=""))


def display_name(path: Path, cwd: Path | None = None) -> str:
    """The name of a file for users: with slashes, and relative to the working folder where it lies below it."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow links
    try:
        return absolute.relative_to(cwd or Path.cwd()).as_posix()
    except ValueError:
        return absolute.as_posix()


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, or a :class:`SourceError` that says why there are none."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise SourceError("io-error", "this is a folder, not a file")
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise SourceError("io-error", "this is a device or a socket, not a file")
        return path.read_bytes()
    except FileNotFoundError:
        if path.is_symlink():
            target = os.readlink(path)  # noqa: PTH115 - the text of the link as it stands
            message = f"broken symbolic link to `{target}`; restore its target or remove the link"
        else:
            message = "the file is gone; it was removed or renamed while keraslint ran"
        raise SourceError("io-error", message) from None
    except PermissionError:
        raise SourceError(
            "io-error", "cannot be read: permission denied; give yourself read access"
        ) from None
    except OSError as error:
        raise SourceError("io-error", f"cannot be read: {error.strerror or error}") from None


def decode(path: Path, name: str, data: bytes) -> SourceFile:
    """The text of a Python file, as Python itself decodes it."""
    for mark, wide in _WIDE_MARKS:
        if data.startswith(mark):
            raise SourceError(
                "io-error", f"encoded as {wide}, which Python does not read; save the file as UTF-8"
            )
    if (nul := data.find(b"\0")) >= 0:
        row, column = _position(data, nul, "latin-1")
        raise SourceError(
            "io-error", "binary data (a NUL byte), not Python; exclude the file or restore it", row, column
        )
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if bom else data
    encoding, row = _declared_encoding(body)
    if bom and encoding != "utf-8":
        raise SourceError(
            "io-error", f"declared as `{encoding}` but saved with a UTF-8 mark; remove one of the two", row
        )
    return SourceFile(path, name, data, _decoded(body, encoding, row), encoding, bom)


def encode(source: SourceFile, text: str) -> bytes:
    """The bytes of a new text of this file, in its own encoding and with its mark."""
    if source.notebook is not None:
        return source.notebook.encode(text)
    try:
        data = text.encode(source.encoding)
    except UnicodeEncodeError as error:
        lost = text[error.start]
        row = text.count("\n", 0, error.start) + 1
        message = f"`{lost}` cannot be written in this file's encoding, {source.encoding}; save it as UTF-8"
        raise SourceError("io-error", message, row) from None
    return codecs.BOM_UTF8 + data if source.bom else data


def in_its_encoding(text: str) -> bytes:
    """The bytes that a text would have as a file; a character that its encoding lacks becomes `?`."""
    data = text.encode("utf-8", "replace")
    if data.startswith(codecs.BOM_UTF8):
        return data
    try:
        return text.encode(_declared_encoding(data)[0], "replace")
    except (LookupError, UnicodeError):
        # It is for whoever reads the file to say what is wrong with that.
        return data


def _declared_encoding(body: bytes) -> tuple[str, int]:
    """The encoding that a comment on the first two lines declares (PEP 263), and its row."""
    for row, line in enumerate(_LINE_END.split(body, maxsplit=2)[:2], start=1):
        if declared := _COOKIE.match(line):
            return _normalized(declared.group(1).decode("latin-1")), row
        if not _BLANK_OR_COMMENT.match(line):
            break
    return "utf-8", 1


def _normalized(encoding: str) -> str:
    """Python's own leniency: endings that editors add (``utf-8-unix``) mean nothing."""
    plain = encoding.lower().replace("_", "-")
    if plain in ("utf-8", "utf8") or plain.startswith("utf-8-"):
        return "utf-8"
    latin = ("latin-1", "iso-8859-1", "iso-latin-1")
    if plain in latin or plain.startswith(tuple(f"{name}-" for name in latin)):
        return "iso-8859-1"
    return encoding


def _decoded(body: bytes, encoding: str, row: int) -> str:
    try:
        return body.decode(encoding)
    except LookupError:
        message = f"unknown encoding `{encoding}`; declare one that Python knows, such as utf-8"
        raise SourceError("io-error", message, row) from None
    except UnicodeDecodeError as error:
        row, column = _position(body, error.start, encoding)
        what = f"byte 0x{body[error.start]:02x} is not {'UTF-8' if encoding == 'utf-8' else encoding}"
        mend = "declare the encoding (`# -*- coding: latin-1 -*-`) or save the file as UTF-8"
        raise SourceError("io-error", f"{what}; {mend}", row, column) from None
    except UnicodeError as error:
        # Some codecs (punycode, idna) refuse without saying where.
        message = f"not {encoding} as declared ({error}); save the file as UTF-8"
        raise SourceError("io-error", message, row) from None


def _position(data: bytes, offset: int, encoding: str) -> tuple[int, int]:
    """Row and column, both from 1, of a byte."""
    row, start = 1, 0
    for end in _LINE_END.finditer(data, 0, offset):
        row, start = row + 1, end.end()
    return row, len(data[start:offset].decode(encoding, "replace")) + 1
