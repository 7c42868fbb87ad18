"""The files of a project that say what it needs, found by their names."""

from __future__ import annotations

import codecs
import fnmatch
import os
import re
from collections.abc import Iterator
from pathlib import Path

PATTERNS = (
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "*requirements*.txt",
    "requirements/*.txt",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "Pipfile.lock",
    "env*.y*ml",
    "conda*.y*ml",
    "Pipfile",
    # Where Binder looks for what the notebooks of a repository need.
    "binder/*requirements*.txt",
    "binder/env*.y*ml",
    ".binder/*requirements*.txt",
    ".binder/env*.y*ml",
)
ENVIRONMENT_FILES = (".env", "Dockerfile")

_INCLUDED = re.compile(r"^[ \t]*(?:-r|--requirement|-c|--constraint)[ =]*([^\s#]+)", re.MULTILINE)


def decoded(data: bytes) -> str:
    """The text of a file; ``pip freeze > file`` gives UTF-16 on Windows."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def included(text: str) -> list[str]:
    """The other files that a requirements file names."""
    return _INCLUDED.findall(text)


def dependency_files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Everything that can count in a folder, with its bytes: the files of the patterns and those that they name."""
    for path in (*_matching(folder), *(folder / name for name in ENVIRONMENT_FILES)):
        if (data := _bytes(path)) is None:
            continue
        yield path, data
        if path.suffix == ".txt":
            for name in included(decoded(data)):
                yield path.parent / name, _bytes(path.parent / name) or b""


def _matching(folder: Path) -> Iterator[Path]:
    entries = _listed(folder)
    for inside, names in _NAMES.items():
        if not inside or inside in entries:
            for name in entries if not inside else _listed(folder / inside):
                if names.fullmatch(name):
                    yield folder / inside / name


def _listed(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names are all that is needed, of every folder of a project
    except OSError:
        return []


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except (OSError, ValueError):
        return None


def _names() -> dict[str, re.Pattern[str]]:
    """The patterns as one expression for each folder that they speak of."""
    found: dict[str, list[str]] = {}
    for pattern in PATTERNS:
        inside, _, name = pattern.rpartition("/")
        found.setdefault(inside, []).append(fnmatch.translate(name))
    # Some file systems do not tell capitals from small letters.
    return {inside: re.compile("|".join(each), re.IGNORECASE) for inside, each in found.items()}


_NAMES = _names()
