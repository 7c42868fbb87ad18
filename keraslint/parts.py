"""Which of many files matter, and which of them belong together, told from their bytes alone."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from keraslint.config import Settings
from keraslint.detection import root_of
from keraslint.source.paths import path_additions
from keraslint.source.prefilter import imported_modules
from keraslint.source.prefilter import mentions_framework
from keraslint.source.project import Part
from keraslint.source.project import Project
from keraslint.source.project import connected_parts


class RawFile(NamedTuple):
    """A file that could be read."""

    path: Path
    data: bytes
    settings: Settings


@dataclass(frozen=True, slots=True)
class ProjectPart:
    """A connected part, and the project that tells what its imports mean."""

    part: Part
    project: Project


def find_parts(files: Mapping[str, RawFile]) -> list[ProjectPart]:
    """The parts that can have findings, in the order of their names; ``files`` are given by name."""
    framework = {name for name, file in files.items() if mentions_framework(file.data)}
    if not framework:
        return []
    folders: dict[Path, Path] = {}
    members: dict[Path, list[str]] = {}
    for name, file in files.items():
        folder = file.path.parent
        if folder not in folders:
            folders[folder] = root_of(folder, file.settings)
        members.setdefault(folders[folder], []).append(name)
    parts = [
        found
        for root, names in members.items()
        if not framework.isdisjoint(names)
        for found in _parts_of(root, {name: files[name] for name in names}, framework)
    ]
    return sorted(parts, key=lambda found: found.part.files)


def _parts_of(root: Path, files: Mapping[str, RawFile], framework: set[str]) -> Iterator[ProjectPart]:
    project = Project(
        root,
        {file.path: name for name, file in files.items()},
        _source_roots(list(files.values())),
        {name: path_additions(file.path, file.data, root) for name, file in files.items()},
    )
    imports = {name: imported_modules(file.data) for name, file in files.items()}
    for part in connected_parts(project, imports, framework & files.keys()):
        yield ProjectPart(part, project.restricted((*part.files, *part.context)))


def _source_roots(files: Sequence[RawFile]) -> tuple[Path, ...]:
    found = (
        settings.root / folder for settings in {file.settings for file in files} for folder in settings.src
    )
    return tuple(sorted(set(found)))
