"""Which of many files matter, and which of them belong together, told from their bytes alone."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from keraslint.config import Settings
from keraslint.source.paths import path_additions
from keraslint.source.prefilter import Import
from keraslint.source.prefilter import imported_modules
from keraslint.source.prefilter import mentions_framework
from keraslint.source.project import Part
from keraslint.source.project import Project
from keraslint.source.project import connected_parts
from keraslint.source.roots import ProjectRoots


class Scanned(NamedTuple):
    """What the bytes of a file say of its place in a project: all that is kept of most files."""

    path: Path
    settings: Settings
    root: Path
    size: int
    names_framework: bool
    imports: tuple[Import, ...]
    additions: tuple[Path, ...]

    def among(self, modules: Collection[str], shared: dict[Import, Import]) -> Scanned:
        """The same without the imports that begin with none of these names, and so lead to nothing there.

        Equal imports of many files are one object, kept in ``shared``.
        """
        kept = (each for each in self.imports if each.level or each.module.partition(".")[0] in modules)
        return self._replace(imports=tuple(shared.setdefault(each, each) for each in kept))


@dataclass(frozen=True, slots=True)
class ProjectPart:
    """A connected part, and the project that tells what its imports mean."""

    part: Part
    project: Project

    @property
    def names(self) -> tuple[str, ...]:
        """The files of the part and those that they import besides."""
        return (*self.part.files, *self.part.context)


def scan(path: Path, data: bytes, settings: Settings, roots: ProjectRoots) -> Scanned:
    """Look through the bytes of a file."""
    root = roots.of(path.parent, settings)
    return Scanned(
        path,
        settings,
        root,
        len(data),
        mentions_framework(data),
        tuple(imported_modules(data)),
        path_additions(path, data, root),
    )


def find_parts(files: Mapping[str, Scanned], asked: Collection[str]) -> list[ProjectPart]:
    """The parts that can have findings in the files asked for, in the order of their names.

    ``files`` are given by name, and with those asked for the files around them.
    """
    wanted = frozenset(asked)
    members: dict[Path, dict[str, Scanned]] = {}
    for name in sorted(files):
        members.setdefault(files[name].root, {})[name] = files[name]
    parts = [
        found
        for root, inside in members.items()
        if not wanted.isdisjoint(inside) and any(file.names_framework for file in inside.values())
        for found in _parts_of(root, inside, wanted)
    ]
    return sorted(parts, key=lambda found: found.part.files)


def _parts_of(root: Path, files: Mapping[str, Scanned], wanted: frozenset[str]) -> Iterator[ProjectPart]:
    project = Project(
        root,
        {file.path: name for name, file in files.items()},
        _source_roots(files),
        {name: file.additions for name, file in files.items() if file.additions},
    )
    imports = {name: file.imports for name, file in files.items()}
    framework = [name for name, file in files.items() if file.names_framework]
    for part in connected_parts(project, imports, framework):
        names = (*part.files, *part.context)
        if not wanted.isdisjoint(names):
            yield ProjectPart(part, project.restricted(names))


def _source_roots(files: Mapping[str, Scanned]) -> tuple[Path, ...]:
    # Most files share one object: to compare all of them would take longer than to read them.
    different = {id(file.settings): file.settings for file in files.values()}
    found = (settings.root / folder for settings in different.values() for folder in settings.src)
    return tuple(sorted(set(found)))
