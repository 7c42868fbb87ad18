"""Copies of a project to run in: whatever a script writes, it writes into one of these."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path

# Beyond this many bytes, the largest files of a project are linked: the script may read them.
MOST_COPIED = 2 * 1024**3
# What is shared by the copies of a run, in bytes; smaller files are copied for each.
_SHARED_FROM = 1024**2
_LEFT_OUT = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".keraslint_cache",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        "__pycache__",
        "node_modules",
    }
)


class Trees:
    """A project copied once, and from that a fresh copy for every run.

    ``place`` is where the copies come to stand; ``linked`` are the files that were too many bytes to
    copy: the script sees the user's own there.
    """

    def __init__(self, root: Path, scratch: Path, most: int = MOST_COPIED) -> None:
        self._pristine = scratch / "project"
        # Always the same place: what a script says of its folder is then the same on every run.
        self.place = scratch / "run" / root.name
        files = dict(_files(root))
        self.linked = frozenset(_beyond(files, most))
        for relative in files:
            self._take(root / relative, self._pristine / relative, relative in self.linked)

    @contextmanager
    def fresh(self, changed: Mapping[Path, bytes]) -> Iterator[Path]:
        """A copy in which some files, told by their place in the project, hold other bytes."""
        tree = self.place
        try:
            for file in _walked(self._pristine):
                target = tree / file.relative_to(self._pristine)
                target.parent.mkdir(parents=True, exist_ok=True)
                if file.is_symlink() or file.stat().st_size >= _SHARED_FROM:
                    # A program that writes through this changes the copy, and the copy alone.
                    target.symlink_to(file)
                else:
                    shutil.copy2(file, target)
            for relative, data in changed.items():
                target = tree / relative
                target.unlink()
                target.write_bytes(data)
            yield tree
        finally:
            shutil.rmtree(tree, ignore_errors=True)

    def _take(self, source: Path, target: Path, is_linked: bool) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if is_linked:
            target.symlink_to(source.resolve())
        else:
            shutil.copy2(source, target)


def _files(root: Path) -> Iterator[tuple[Path, int]]:
    """The files of a project by their place in it, with their sizes; what cannot be read is not there."""
    for file in _walked(root):
        with suppress(OSError):
            if file.is_file():
                yield file.relative_to(root), file.stat().st_size


def _walked(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(
            name for name in folders if name not in _LEFT_OUT and not _is_environment(here / name)
        )
        # A link to a folder, whose content os.walk leaves alone, may be the data.
        for name in [each for each in folders if (here / each).is_symlink()]:
            yield from _walked_link(here / name)
        yield from (here / name for name in sorted(names))


def _walked_link(link: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(link):
        yield from (Path(folder, name) for name in sorted(names))


def _is_environment(folder: Path) -> bool:
    return (folder / "pyvenv.cfg").is_file()


def _beyond(files: Mapping[Path, int], most: int) -> Iterator[Path]:
    """The largest files, without which the rest is at most so many bytes."""
    total = sum(files.values())
    for relative in sorted(files, key=lambda each: (-files[each], each)):
        if total <= most:
            return
        total -= files[relative]
        yield relative
