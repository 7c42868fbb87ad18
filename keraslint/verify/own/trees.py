"""Copies of a project, and of what is read beside it, to run in: a script writes into one of these."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
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
    """A project and what lies beside it, copied once, and from that a fresh copy for every run.

    ``place`` is where the copies of the project come to stand, below folders named as those above the
    project are, so that a relative path leads out of it to the same; ``originals`` are what is copied, and
    ``linked`` the files that were too many bytes to copy: the script sees the user's own there.
    """

    def __init__(
        self, root: Path, scratch: Path, beside: Collection[Path] = (), most: int = MOST_COPIED
    ) -> None:
        self.originals = (root, *beside)
        self._pristine = scratch / "project"
        # Always the same place: what a script says of its folder is then the same on every run.
        self._run = scratch / "run"
        self.place = self._run / _below(root)
        files = {path: size for original in self.originals for path, size in _files(original)}
        self.linked = frozenset(_beyond(files, most))
        for path in files:
            self._take(path, self._pristine / _below(path), path in self.linked)
        copied = (self._pristine / _below(original) for original in self.originals)
        self._copied = [copy for copy in copied if copy.exists()]

    @contextmanager
    def fresh(self, changed: Mapping[Path, bytes]) -> Iterator[Path]:
        """A copy in which some files, told by their place in the project, hold other bytes."""
        tree = self.place
        folders = [_below(original) for original in self.originals if original.is_dir()]
        try:
            # What a script writes into may be empty.
            for folder in folders:
                (self._run / folder).mkdir(parents=True, exist_ok=True)
            for file in (file for each in self._copied for file in _walked(each)):
                target = self._run / file.relative_to(self._pristine)
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
            shutil.rmtree(self._run, ignore_errors=True)

    def _take(self, source: Path, target: Path, is_linked: bool) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if is_linked:
            target.symlink_to(source.resolve())
        else:
            shutil.copy2(source, target)


def sources_in(root: Path) -> Iterator[Path]:
    """The Python files of a project."""
    return (path for path, _ in _files(root) if path.suffix == ".py")


def _below(path: Path) -> Path:
    """A path without what it begins with: the place that it has below any folder."""
    return path.relative_to(path.anchor)


def _files(root: Path) -> Iterator[tuple[Path, int]]:
    """The files in a folder, or the one that stands there, with their sizes; what cannot be read is not there."""
    for file in _walked(root):
        with suppress(OSError):
            if file.is_file():
                yield file, file.stat().st_size


def _walked(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
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
    for path in sorted(files, key=lambda each: (-files[each], each)):
        if total <= most:
            return
        total -= files[path]
        yield path
