"""What files will run on, as their project and their code say."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from keraslint.config import Settings
from keraslint.linter import LoweredFile
from keraslint.semantics import ir
from keraslint.semantics.generations import Trace
from keraslint.semantics.generations import find_traces
from keraslint.semantics.lower import lower
from keraslint.semantics.positions import Positions
from keraslint.semantics.target import Target
from keraslint.source.parse import collector_paused
from keraslint.source.parse import parse
from keraslint.source.project import ROOT_MARKS
from keraslint.source.project import project_root
from keraslint.source.text import SourceFile
from keraslint.targets import CodeEvidence
from keraslint.targets import DetectedTarget
from keraslint.targets import TargetFinder


@dataclass
class Targets:
    """Finds targets; the dependency files of each project are read once."""

    cwd: Path
    _finders: dict[Path, TargetFinder] = field(default_factory=dict, repr=False)

    def of(self, files: Sequence[LoweredFile]) -> Target:
        """What files that belong together will run on."""
        folder, settings = files[0].source.path.parent, files[0].plan.settings
        texts = {file.source.name: file.source.text for file in files}
        evidence = CodeEvidence()
        # Where settings say it all, nobody needs to look.
        if settings.target_keras is None or settings.target_tensorflow is None:
            modules = {file.source.name: file.module for file in files}
            evidence = _evidence(modules, lambda name, trace: f"{name} ({trace.shown})")
        found = self._finder(folder, settings).find(folder, settings, texts, evidence)
        return Target(found.keras.value, found.tensorflow.value, found.backend.value, settings.devices)

    def of_folder(self, folder: Path, settings: Settings) -> DetectedTarget:
        """What the files of a folder will run on, as far as they do not say it themselves, and where it stands."""
        return self._finder(folder, settings).find(folder, settings)

    def of_source(self, source: SourceFile, settings: Settings) -> DetectedTarget:
        """What one file by itself will run on, and where it stands."""
        folder = source.path.parent
        try:
            parsed = parse(source)
            modules = {source.name: lower(parsed.module)}
            positions = Positions(parsed.source.text)
        except Exception:
            # That it cannot be read is for `check` to say.
            modules = {}
        evidence = _evidence(
            modules, lambda name, trace: f"{name}:{positions.span(trace.place)[0]} ({trace.shown})"
        )
        return self._finder(folder, settings).find(folder, settings, {source.name: source.text}, evidence)

    def _finder(self, folder: Path, settings: Settings) -> TargetFinder:
        root = root_of(folder, settings)
        if root not in self._finders:
            self._finders[root] = TargetFinder(root, self.cwd)
        return self._finders[root]


def _evidence(modules: Mapping[str, ir.Module], where: Callable[[str, Trace], str]) -> CodeEvidence:
    """What the code uses of one generation alone: the first of each kind in each file."""
    found: dict[str, list[str]] = {"keras_2": [], "keras_3": [], "tensorflow_1": []}
    with collector_paused():
        for name, module in modules.items():
            traces = find_traces(module)
            for kind, places in found.items():
                places += [where(name, trace) for trace in getattr(traces, kind)[:1]]
    return CodeEvidence(**{kind: tuple(places) for kind, places in found.items()})


def root_of(folder: Path, settings: Settings) -> Path:
    """The folder that a project begins in; where nothing marks one, that of the settings."""
    root = project_root(folder / "file")
    if any((root / mark).exists() for mark in ROOT_MARKS) or not folder.is_relative_to(settings.root):
        return root
    return settings.root
