"""The files around those that a call is about: what the rest of their projects says counts for them."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from keraslint.config import Configurations
from keraslint.source.discovery import TooLargeError
from keraslint.source.discovery import discover_project
from keraslint.source.roots import ROOT_MARKS
from keraslint.source.roots import ProjectRoots

# Files and folders that are listed in one folder and below it.
MOST_ENTRIES = 100_000


def surroundings(
    files: Sequence[Path], walked: Collection[Path], configurations: Configurations, roots: ProjectRoots
) -> list[Path]:
    """The other files of the projects that ``files`` belong to, as a call for the whole project finds them.

    ``walked`` are folders whose files are among them already. A project that
    would take listing too many entries, such as a whole disk, is left alone;
    the largest folder in it around a file that does not is taken for it.
    """
    around = _Surroundings(configurations, roots)
    given = set(files)
    found: dict[Path, None] = {}
    for folder in dict.fromkeys(file.parent for file in files):
        root = roots.of(folder, configurations.for_folder(folder))
        if root not in walked:
            found.update(dict.fromkeys(around.of(folder, root)))
    return [file for file in found if file not in given]


class _Surroundings:
    """Looks for the files of projects; every folder is walked once."""

    def __init__(self, configurations: Configurations, roots: ProjectRoots) -> None:
        self._configurations = configurations
        self._roots = roots
        self._known: dict[tuple[Path, Path], list[Path] | None] = {}

    def of(self, folder: Path, root: Path) -> Sequence[Path]:
        """The files of the largest folder around this one that is small enough."""
        for top in _way(root, folder):
            if (top, root) not in self._known:
                self._known[top, root] = self._files(top, root)
            if (files := self._known[top, root]) is not None:
                return files
        return ()

    def _files(self, top: Path, root: Path) -> list[Path] | None:
        with suppress(TooLargeError):
            found = discover_project(top, self._configurations, ROOT_MARKS, MOST_ENTRIES)
            return list(self._belonging(found, root))
        return None

    def _belonging(self, files: Iterable[Path], root: Path) -> Iterator[Path]:
        for file in files:
            settings = self._configurations.for_folder(file.parent)
            if self._roots.of(file.parent, settings) == root:
                yield file


def _way(root: Path, folder: Path) -> list[Path]:
    """The folders from a root down to one below it."""
    return [each for each in reversed((folder, *folder.parents)) if each == root or root in each.parents]
