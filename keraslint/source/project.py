"""The files of a project and how they import each other."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import NamedTuple

from keraslint.source.prefilter import Import

ROOT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", "keraslint.toml", ".keraslint.toml")

# Files without a framework that are read for what they give to those with one.
MOST_CONTEXT = 500

_INIT = "__init__.py"


def project_root(path: Path) -> Path:
    """The nearest folder above a file that a project begins in; without one, that of the outermost package."""
    for folder in path.parents:
        if any((folder / mark).exists() for mark in ROOT_MARKS):
            return folder
    folder = path.parent
    while (folder / _INIT).is_file() and folder != folder.parent:
        folder = folder.parent
    return folder


class Part(NamedTuple):
    """Files that belong together, by name and sorted.

    ``files`` name a framework or reach one that does through imports;
    ``context`` are those that they import besides.
    """

    files: tuple[str, ...]
    context: tuple[str, ...]


@dataclass
class Project:
    """Finds the file that an import means, as Python would find it.

    ``names`` are the files with the names that the run gives them;
    ``source_roots`` the folders of the setting ``src``; ``additions`` the
    folders that each file adds to ``sys.path``. Which script is started is not
    known: every folder from the importing file up to the project's root may be
    the first on the path, the nearest first.
    """

    root: Path
    names: Mapping[Path, str]
    source_roots: Sequence[Path] = ()
    additions: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    _files: dict[str, str] = field(init=False, repr=False)
    _paths: dict[str, Path] = field(init=False, repr=False)
    _known: set[str] = field(init=False, repr=False)
    _folder_of: dict[str, str] = field(init=False, repr=False)
    _search: dict[str, tuple[str, ...]] = field(init=False, repr=False, default_factory=dict)
    _found: dict[tuple[str, int, str], str | None] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._files = {path.as_posix(): name for path, name in self.names.items()}
        self._paths = {name: path for path, name in self.names.items()}
        self._folder_of = {name: path.parent.as_posix() for path, name in self.names.items()}
        self._known = {path.stem for path in self.names}
        for folder in {path.parent for path in self.names}:
            self._known.update(folder.parts)

    def resolve(self, importer: str, level: int, module: str) -> str | None:
        """The file of a module as a file would import it; None where the project has none."""
        if not level and module.partition(".")[0] not in self._known:
            return None
        key = (self._place(importer), level, module)
        if key not in self._found:
            self._found[key] = next(self._candidates(importer, level, module), None)
        return self._found[key]

    def imported(self, importer: str, statement: Import) -> set[str]:
        """The files that an import statement may mean: modules, and names that are submodules."""
        level, module, names = statement
        found = {self.resolve(importer, level, module)} if module or level else set()
        if not names:
            parts = module.split(".")
            found.update(self.resolve(importer, level, ".".join(parts[:end])) for end in range(1, len(parts)))
        for name in names:
            found.add(self.resolve(importer, level, f"{module}.{name}" if module else name))
        return {each for each in found if each is not None and each != importer}

    def restricted(self, names: Collection[str]) -> Project:
        """The same with some of the files alone: small enough to be sent to another process."""
        chosen = set(names)
        return Project(
            self.root,
            {path: name for path, name in self.names.items() if name in chosen},
            self.source_roots,
            {name: folders for name, folders in self.additions.items() if name in chosen},
        )

    def _candidates(self, importer: str, level: int, module: str) -> Iterator[str]:
        tail = module.replace(".", "/")
        folders: Iterable[str]
        if level:
            base = self._paths[importer].parent
            for _ in range(level - 1):
                base = base.parent
            folders = (base.as_posix(),)
        else:
            folders = self._search_path(importer)
        for folder in folders:
            stem = f"{folder}/{tail}" if tail else folder
            for candidate in (f"{stem}/{_INIT}", f"{stem}.py"):
                name = self._files.get(candidate)
                if name is not None and not (level == 0 and self._hides_library(importer, folder, module)):
                    yield name

    def _hides_library(self, importer: str, folder: str, module: str) -> bool:
        """A module beside a file of a package is no rival of the standard library's of that name."""
        beside = self._paths[importer].parent
        return (
            folder == beside.as_posix()
            and f"{folder}/{_INIT}" in self._files
            and module.partition(".")[0] in sys.stdlib_module_names
        )

    def _search_path(self, importer: str) -> tuple[str, ...]:
        place = self._place(importer)
        if place not in self._search:
            self._search[place] = tuple(dict.fromkeys(each.as_posix() for each in self._folders(importer)))
        return self._search[place]

    def _place(self, importer: str) -> str:
        """Files of one folder find the same, but for what they add to the path themselves."""
        return importer if self.additions.get(importer) else self._folder_of[importer]

    def _folders(self, importer: str) -> Iterator[Path]:
        path = self._paths[importer]
        beside = path.parent
        yield from self.additions.get(importer, ())
        above = [each for each in (beside, *beside.parents) if each == self.root or self.root in each.parents]
        packages = [each for each in above if f"{each.as_posix()}/{_INIT}" in self._files]
        yield from (each for each in above if each not in packages)
        yield from self.source_roots
        yield self.root
        yield self.root / "src"
        for _, folders in sorted(self.additions.items()):
            yield from folders
        # Inside a package a sibling is found only when the file is run as a script.
        yield from packages


def connected_parts(
    project: Project, imports: Mapping[str, Sequence[Import]], framework: Collection[str]
) -> list[Part]:
    """The parts of a project that can matter, each once, in the order of their first files.

    ``imports`` are those of every file, ``framework`` the files that name one.
    """
    edges = {
        name: sorted(set().union(*(project.imported(name, each) for each in statements)))
        for name, statements in imports.items()
    }
    importers: dict[str, list[str]] = {}
    for name, targets in sorted(edges.items()):
        for target in targets:
            importers.setdefault(target, []).append(name)
    relevant = _reached(sorted(framework), importers)
    both_ways = {
        name: [each for each in (*edges.get(name, ()), *importers.get(name, ())) if each in relevant]
        for name in relevant
    }
    parts = []
    taken: set[str] = set()
    for name in sorted(relevant):
        if name not in taken:
            files = _reached([name], both_ways)
            taken |= files
            around = _reached(sorted(files), edges, most=len(files) + MOST_CONTEXT)
            parts.append(Part(tuple(sorted(files)), tuple(sorted(around - files))))
    return parts


def _reached(starts: Iterable[str], edges: Mapping[str, Sequence[str]], most: int | None = None) -> set[str]:
    """All that can be reached, the nearest first if there are too many."""
    found = dict.fromkeys(starts)
    queue = deque(found)
    while queue:
        for each in edges.get(queue.popleft(), ()):
            if each not in found and (most is None or len(found) < most):
                found[each] = None
                queue.append(each)
    return set(found)
