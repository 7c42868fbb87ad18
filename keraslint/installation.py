"""What is installed, told from names, times and sizes: as the import system itself tells new code from old."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path

from keraslint.store import digest_of
from keraslint.version import VERSION

_DISTRIBUTIONS = (".dist-info", ".egg-info", ".egg-link", ".pth")
_COMPILED = "__pycache__"
# No file system counts time in larger steps.
_STEP_SECONDS = 2


def distributions() -> str:
    """A digest that changes with every package that comes, goes or is installed anew."""
    lines = [VERSION, sys.version, sys.platform]
    for folder in sys.path:
        lines.append(folder)
        for entry in _entries(folder or "."):
            if entry.name.endswith(_DISTRIBUTIONS):
                lines.append(_stamp(entry.path))
                if entry.name.endswith(_DISTRIBUTIONS[0]):
                    lines.append(_stamp(f"{entry.path}/entry_points.txt"))
    return digest_of(*(line.encode("utf-8", "surrogateescape") for line in lines))


class Footprint:
    """Files on which the behaviour of installed code rests: all of some folders, and single ones."""

    def __init__(self, folders: Iterable[str], files: Iterable[str]) -> None:
        self.folders = sorted(set(folders))
        inside = tuple(f"{folder}{os.sep}" for folder in self.folders)
        self.files = sorted(file for file in set(files) if not file.startswith(inside))

    def state(self) -> str | None:
        """A digest that changes with every one of the files; None while one is too new to tell it from its next change."""
        newest = time.time() - _STEP_SECONDS
        stamps = []
        for path in (*self.files, *(file for folder in self.folders for file in _walked(folder))):
            try:
                found = os.stat(path)  # noqa: PTH116 - of hundreds of files at every start
            except OSError:
                stamps.append(f"{path} -")
                continue
            if found.st_mtime > newest:
                return None
            stamps.append(f"{path} {found.st_mtime_ns} {found.st_size} {found.st_ino}")
        return digest_of(*(stamp.encode("utf-8", "surrogateescape") for stamp in stamps))


def imported_files() -> Iterator[str]:
    """The files of all modules that are imported, but for those of Python itself."""
    own = f"{os.path.dirname(os.__file__)}{os.sep}"  # noqa: PTH120
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and (not file.startswith(own) or "site-packages" in file):
            yield file


def _walked(folder: str) -> Iterator[str]:
    """Every file of a folder and below it, in a fixed order; what Python compiled is made from the others."""
    for entry in sorted(_entries(folder), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            if entry.name != _COMPILED:
                yield from _walked(entry.path)
        else:
            yield entry.path


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as scan:
            return list(scan)
    except OSError:
        return []


def _stamp(path: str) -> str:
    try:
        found = os.stat(path)  # noqa: PTH116 - of hundreds of files at every start
    except OSError:
        return f"{path} -"
    return f"{path} {found.st_mtime_ns} {found.st_size} {found.st_ino}"


def folders_of(package: str) -> Iterator[str]:
    """Where the code of an imported package lies, and that of the package that holds it."""
    for name in {package, package.partition(".")[0]}:
        for folder in getattr(sys.modules.get(name), "__path__", ()):
            yield str(Path(folder))
