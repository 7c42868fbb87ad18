"""What files will run on, as their project and their code say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from keraslint.config import Settings
from keraslint.linter import LoweredFile
from keraslint.semantics.facts import Target
from keraslint.source.project import ROOT_MARKS
from keraslint.source.project import project_root
from keraslint.targets import DetectedTarget
from keraslint.targets import TargetFinder


@dataclass
class Targets:
    """Finds targets; the dependency files of each project are read once."""

    cwd: Path
    _finders: dict[Path, TargetFinder] = field(default_factory=dict, repr=False)

    def of(self, files: Sequence[LoweredFile]) -> Target:
        """What files that belong together will run on."""
        first = files[0]
        texts = {file.source.name: file.source.text for file in files}
        settings = first.plan.settings
        found = self.detect(first.source.path.parent, settings, texts)
        return Target(found.keras.value, found.tensorflow.value, found.backend.value, settings.devices)

    def detect(self, folder: Path, settings: Settings, texts: dict[str, str]) -> DetectedTarget:
        """The same with where each of it was found, for texts of a folder."""
        root = root_of(folder, settings)
        if root not in self._finders:
            self._finders[root] = TargetFinder(root, self.cwd)
        return self._finders[root].find(folder, settings, texts)


def root_of(folder: Path, settings: Settings) -> Path:
    """The folder that a project begins in; where nothing marks one, that of the settings."""
    root = project_root(folder / "file")
    if any((root / mark).exists() for mark in ROOT_MARKS) or not folder.is_relative_to(settings.root):
        return root
    return settings.root
