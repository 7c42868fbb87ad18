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

# Files without a framework that are read for what they give to those with one.
MOST_CONTEXT = 500

_INIT = "__init__.py"

# The frameworks' own repositories: what others import from them is known better than their sources tell.
_FRAMEWORKS = frozenset({"keras", "tensorflow", "tf_keras"})
_INSIDE_FRAMEWORKS = ("layers/__init__.py", "src/layers/__init__.py", "python/__init__.py")


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
    folders that each file adds to ``sys.path``, for itself and for the files beside or
    below it, in those folders, and those that add its own folder. Which script is started is not
    known: every folder from the importing file up to the project's root may be
    the first on the path, the nearest first.
    """

    root: Path
    names: Mapping[Path, str]
    source_roots: Sequence[Path] = ()
    additions: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    _files: dict[str, str] = field(init=False, repr=False)
    _paths: dict[str, Path] = field(init=False, repr=False)
    _known: frozenset[str] = field(init=False, repr=False)
    _folder_of: dict[str, str] = field(init=False, repr=False)
    _added: dict[str, list[str]] = field(init=False, repr=False)
    _adders: dict[str, set[str]] = field(init=False, repr=False, default_factory=dict)
    _search: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(
        init=False, repr=False, default_factory=dict
    )
    _found: dict[tuple[str, int, str], str | None] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._files = {path.as_posix(): name for path, name in self.names.items()}
        self._paths = {name: path for path, name in self.names.items()}
        self._folder_of = {name: _folder(file) for file, name in self._files.items()}
        self._known = module_names(self.names)
        self._added = self._holders(folder for _, each in sorted(self.additions.items()) for folder in each)
        for name, folders in self.additions.items():
            for folder in folders:
                self._adders.setdefault(folder.as_posix(), set()).add(self._folder_of[name])

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
        if not level and module.partition(".")[0] not in self._known:
            return set()
        target = self.resolve(importer, level, module) if module or level else None
        found = {target}
        if not names:
            parts = module.split(".")
            found.update(self.resolve(importer, level, ".".join(parts[:end])) for end in range(1, len(parts)))
        for name in names:
            if target is None:
                found.add(self.resolve(importer, level, f"{module}.{name}" if module else name))
            elif self._paths[target].name == _INIT:
                found.add(self._submodule(target, name))
        return {each for each in found if each is not None and each != importer}

    def _submodule(self, package: str, name: str) -> str | None:
        stem = f"{self._folder_of[package]}/{name}"
        return self._files.get(f"{stem}/{_INIT}") or self._files.get(f"{stem}.py")

    def restricted(self, names: Collection[str]) -> Project:
        """The same with some of the files alone: small enough to be sent to another process."""
        chosen = sorted(set(names))
        return Project(
            self.root,
            {self._paths[name]: name for name in chosen},
            self.source_roots,
            {name: folders for name in chosen if (folders := self.additions.get(name))},
        )

    def _candidates(self, importer: str, level: int, module: str) -> Iterator[str]:
        tail = module.replace(".", "/")
        for folder in self._where(importer, level, module):
            if not level and self._holds_framework(importer, folder, module.partition(".")[0]):
                continue
            stem = f"{folder}/{tail}" if tail else folder
            for candidate in (f"{stem}/{_INIT}", f"{stem}.py"):
                name = self._files.get(candidate)
                if name is not None and not (level == 0 and self._hides_library(importer, folder, module)):
                    yield name

    def _holds_framework(self, importer: str, folder: str, package: str) -> bool:
        """Whether a folder holds the sources of a framework, seen from a file that is none of them."""
        inside = f"{folder}/{package}/"
        return (
            package in _FRAMEWORKS
            and any(f"{inside}{each}" in self._files for each in _INSIDE_FRAMEWORKS)
            and not self._paths[importer].as_posix().startswith(inside)
        )

    def _where(self, importer: str, level: int, module: str) -> Iterator[str]:
        """The folders that a module may lie in, in the order in which they are searched."""
        if level:
            base = self._paths[importer].parent
            for _ in range(level - 1):
                base = base.parent
            yield base.as_posix()
            return
        first, last = self._search_path(importer)
        yield from first
        package = module.partition(".")[0]
        # What others put in the place of a framework (for their docs, say) or of the standard library stays theirs.
        if package not in _FRAMEWORKS and package not in sys.stdlib_module_names:
            yield from (
                folder for folder in self._added.get(package, ()) if self._has_on_path(importer, folder)
            )
        yield from last

    def _has_on_path(self, importer: str, folder: str) -> bool:
        """Whether a folder that other files add may be on the path of a file: they have something to do with it."""
        beside = self._folder_of[importer]
        near = {folder, *self._adders[folder]}
        own = {each.as_posix() for each in self.additions.get(importer, ())}
        return not near.isdisjoint(own) or any(f"{beside}/".startswith(f"{each}/") for each in near)

    def _hides_library(self, importer: str, folder: str, module: str) -> bool:
        """A module beside a file of a package is no rival of the standard library's of that name."""
        beside = self._paths[importer].parent
        return (
            folder == beside.as_posix()
            and f"{folder}/{_INIT}" in self._files
            and module.partition(".")[0] in sys.stdlib_module_names
        )

    def _search_path(self, importer: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The folders that are searched before those that other files add, and after them."""
        place = self._place(importer)
        if place not in self._search:
            self._search[place] = self._folders(importer)
        return self._search[place]

    def _holders(self, folders: Iterable[Path]) -> dict[str, list[str]]:
        """By the names of modules and packages, which of some folders hold one: most hold few."""
        wanted = dict.fromkeys(folder.as_posix() for folder in folders)
        inside: dict[str, set[str]] = {}
        for file in self._files if wanted else ():
            rest = file
            while (parent := rest.rpartition("/")[0]) and parent != rest:
                if parent in wanted:
                    inside.setdefault(parent, set()).add(rest.rpartition("/")[2].removesuffix(".py"))
                rest = parent
        found: dict[str, list[str]] = {}
        for folder in wanted:
            for name in sorted(inside.get(folder, ())):
                found.setdefault(name, []).append(folder)
        return found

    def _place(self, importer: str) -> str:
        """Files of one folder find the same, but for what they add to the path themselves."""
        return importer if self.additions.get(importer) else self._folder_of[importer]

    def _folders(self, importer: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        beside = self._paths[importer].parent
        above = [each for each in (beside, *beside.parents) if each == self.root or self.root in each.parents]
        packages = [each for each in above if f"{each.as_posix()}/{_INIT}" in self._files]
        first = (
            *self.additions.get(importer, ()),
            *(each for each in above if each not in packages),
            *self.source_roots,
            self.root,
            self.root / "src",
        )
        # Inside a package a sibling is found only when the file is run as a script.
        return tuple(dict.fromkeys(each.as_posix() for each in first)), tuple(
            each.as_posix() for each in packages
        )


def module_names(paths: Iterable[Path]) -> frozenset[str]:
    """What the dotted names of files can begin with, wherever they are imported from."""
    stems = set()
    folders = set()
    for path in paths:
        stems.add(path.stem)
        folders.add(_folder(path.as_posix()))
    return frozenset(stems.union(*(folder.split("/") for folder in folders)))


def _folder(file: str) -> str:
    # One text for all files of a folder.
    return sys.intern(file.rpartition("/")[0])


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
