"""Paths become files: folders are walked as git and the settings say, in one fixed order."""

from __future__ import annotations

import glob
import math
import os
import re
import stat
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from functools import lru_cache
from pathlib import Path

from keraslint.config import Configurations
from keraslint.config import Settings
from keraslint.source.gitignore import GitIgnore
from keraslint.source.globs import matches
from keraslint.source.text import display_name

STDIN = "-"

_PLAIN_NAME = re.compile(r"[\w. -]+")


@dataclass(frozen=True)
class Discovered:
    """What the paths of a call lead to.

    ``missing`` are paths that lead nowhere, as they were written; ``warnings``
    are lines for people; ``folders`` are all that were walked.
    """

    files: tuple[Path, ...]
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    stdin: bool = False
    folders: frozenset[Path] = frozenset()


class TooLargeError(Exception):
    """A folder holds more than may be listed."""


@dataclass
class _Walk:
    """What paths lead to; ``left`` entries may still be listed, ``barred`` names keep it out of folders."""

    configurations: Configurations
    cwd: Path
    left: float = math.inf
    barred: Collection[str] = ()
    found: dict[Path, None] = field(default_factory=dict)
    links: set[Path] = field(default_factory=set)
    folders: set[Path] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)

    def add(self, path: Path) -> None:
        """Take a path that was named in the call."""
        settings = self.configurations.for_folder(path if path.is_dir() else path.parent)
        if settings.force_exclude and excluded_with_parents(path, settings):
            return
        if path.is_dir():
            ignore = GitIgnore.above(path) if settings.respect_gitignore else None
            self._walk(path, ignore)
        else:
            self._take(path, path.is_symlink())

    def _take(self, path: Path, is_link: bool) -> None:
        self.found[path] = None
        if is_link:
            self.links.add(path)

    def without_links_to_others(self) -> Iterator[Path]:
        """What was found without links to files that are there under their own name."""
        for path in self.found:
            if path not in self.links or Path(os.path.realpath(path)) not in self.found:
                yield path

    def _walk(self, folder: Path, ignore: GitIgnore | None) -> None:
        settings = self.configurations.for_folder(folder)
        if ignore is not None:
            ignore = ignore.inside(folder)
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            name = display_name(folder, self.cwd)
            self.warnings.append(f"cannot list the folder `{name}`: {error.strerror or error}")
            return
        if self.folders and any(entry.name in self.barred for entry in entries):
            return
        self.folders.add(folder)
        self.left -= len(entries)
        if self.left < 0:
            raise TooLargeError
        for entry in entries:
            path = Path(entry.path)
            # A linked folder is not entered, as git does not: its files have
            # another name elsewhere, and loops end here.
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and not _wanted(path, settings):
                continue
            if excluded(path, settings) or (ignore is not None and ignore.ignores(path, is_folder)):
                continue
            if is_folder:
                self._walk(path, ignore)
            elif _is_file(entry):
                self._take(path, entry.is_symlink())


def discover(paths: Sequence[str], configurations: Configurations, cwd: Path) -> Discovered:
    """The files that the paths of a call name: files, folders, globs, and ``-`` for standard input.

    A file that is named is taken whatever the settings say, unless
    ``force-exclude`` is set. The result is sorted and holds each file once.
    """
    walk = _Walk(configurations, cwd)
    missing = []
    for text in paths:
        if text == STDIN:
            continue
        named = _expanded(text, cwd)
        if not named:
            missing.append(text)
        for path in named:
            walk.add(path)
    files = tuple(sorted(walk.without_links_to_others(), key=lambda path: path.parts))
    return Discovered(files, tuple(missing), tuple(walk.warnings), STDIN in paths, frozenset(walk.folders))


def discover_project(
    folder: Path, configurations: Configurations, marks: Collection[str], most: int
) -> list[Path]:
    """The files that a folder gives, without those of the projects inside it that ``marks`` tell apart.

    Raises :class:`TooLargeError` where that takes listing more than ``most`` entries.
    """
    walk = _Walk(configurations, configurations.cwd, most, marks)
    walk.add(folder)
    return list(walk.without_links_to_others())


def excluded(path: Path, settings: Settings) -> bool:
    """Whether the settings exclude this very file or folder; its parents are not asked."""
    names, patterns = _divided((*settings.exclude, *settings.extend_exclude))
    return path.name in names or any(matches(pattern, path, settings.root) for pattern in patterns)


@lru_cache(maxsize=16)
def _divided(patterns: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The patterns that are plain names, as most are, and the others."""
    names = frozenset(pattern for pattern in patterns if _PLAIN_NAME.fullmatch(pattern))
    return names, tuple(pattern for pattern in patterns if pattern not in names)


def excluded_with_parents(path: Path, settings: Settings) -> bool:
    """Whether the settings exclude a file or folder, or one that it lies in."""
    return any(excluded(each, settings) for each in (path, *path.parents) if each != settings.root)


def _wanted(path: Path, settings: Settings) -> bool:
    return any(matches(pattern, path, settings.root) for pattern in settings.include)


def _is_file(entry: os.DirEntry[str]) -> bool:
    """A file, or a link that leads to one or nowhere: the reader says what is wrong with that."""
    try:
        return stat.S_ISREG(entry.stat().st_mode)
    except OSError:
        return entry.is_symlink()


def _expanded(text: str, cwd: Path) -> list[Path]:
    """The absolute paths that an argument means; shells that expand no globs leave that to us."""
    path = _absolute(text, cwd)
    if os.path.lexists(path):
        return [path]
    if not glob.has_magic(text):
        return []
    named = glob.glob(text, root_dir=cwd, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
    return [_absolute(each, cwd) for each in sorted(named)]


def _absolute(text: str, cwd: Path) -> Path:
    return Path(os.path.normpath(cwd / text))
