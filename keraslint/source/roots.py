"""The folder that a project begins in, for the files of any folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from keraslint.config import Settings

ROOT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", "keraslint.toml", ".keraslint.toml")

_SOURCES = (".py", ".ipynb")


@dataclass
class ProjectRoots:
    """Finds where projects begin; every folder is looked at once."""

    _found: dict[tuple[Path, Path], Path] = field(default_factory=dict, repr=False)
    _marked: dict[Path, Path | None] = field(default_factory=dict, repr=False)

    def of(self, folder: Path, settings: Settings) -> Path:
        """The nearest folder that a mark stands in; where nothing marks one, that of the settings.

        A folder outside of that begins a project of its own, together with the
        folders above it as far as they hold Python files themselves.
        """
        key = (folder, settings.root)
        if key not in self._found:
            self._found[key] = self._nearest_mark(folder) or self._unmarked(folder, settings.root)
        return self._found[key]

    def _nearest_mark(self, folder: Path) -> Path | None:
        if folder not in self._marked:
            if any((folder / mark).exists() for mark in ROOT_MARKS):
                self._marked[folder] = folder
            else:
                above = folder.parent
                self._marked[folder] = None if above == folder else self._nearest_mark(above)
        return self._marked[folder]

    def _unmarked(self, folder: Path, home: Path) -> Path:
        if folder.is_relative_to(home) and not _is_everybodys(home):
            return home
        root = folder
        while (root / "__init__.py").is_file() and root != root.parent:
            root = root.parent
        while not _is_everybodys(root.parent) and _holds_sources(root.parent):
            root = root.parent
        return root


def _is_everybodys(folder: Path) -> bool:
    """Whether a folder holds the projects of a whole user or machine."""
    return folder == folder.parent or folder == Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home may raise


def _holds_sources(folder: Path) -> bool:
    try:
        with os.scandir(folder) as scan:
            return any(entry.name.endswith(_SOURCES) and entry.is_file() for entry in scan)
    except OSError:
        return False
