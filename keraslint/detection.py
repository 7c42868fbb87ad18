"""What files will run on, as their project and their code say."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from pathlib import Path

from keraslint.config import Settings
from keraslint.linter import LoweredFile
from keraslint.semantics.lowering.generations import Trace
from keraslint.semantics.lowering.generations import Traces
from keraslint.semantics.lowering.generations import find_traces
from keraslint.semantics.lowering.lower import lower
from keraslint.semantics.lowering.spans import Spans
from keraslint.semantics.lowering.usage import collect
from keraslint.semantics.target import Target
from keraslint.source.parse import parse
from keraslint.source.roots import ProjectRoots
from keraslint.source.stack import run_with_deep_stack
from keraslint.source.text import SourceFile
from keraslint.targets import CodeEvidence
from keraslint.targets import DetectedTarget
from keraslint.targets import TargetFinder


@dataclass
class Targets:
    """Finds targets; the dependency files of each project are read once."""

    cwd: Path
    roots: ProjectRoots = field(default_factory=ProjectRoots)
    _finders: dict[Path, TargetFinder] = field(default_factory=dict, repr=False)

    def of(self, files: Sequence[LoweredFile]) -> Target:
        """What files that belong together will run on."""
        folder, settings = files[0].source.path.parent, files[0].plan.settings
        texts = {file.source.name: file.source.text for file in files}
        traces = {file.source.name: file.traces for file in files}
        evidence = _evidence(traces, lambda name, trace: f"{name} ({trace.shown})")
        found = self._finder(folder, settings).find(folder, settings, texts, evidence)
        return Target(
            found.keras.value,
            found.tensorflow.value,
            found.backend.value,
            settings.devices,
            found.keras_release,
            found.keras_is_apart,
        )

    def of_folder(self, folder: Path, settings: Settings) -> DetectedTarget:
        """What the files of a folder will run on, as far as they do not say it themselves, and where it stands."""
        return self._finder(folder, settings).find(folder, settings)

    def of_sources(self, sources: Sequence[SourceFile], settings: Settings) -> DetectedTarget:
        """What files that belong together will run on, and where it stands."""
        folder = sources[0].path.parent
        texts = {source.name: source.text for source in sources}
        evidence = run_with_deep_stack(_evidence_with_rows, sources)
        return self._finder(folder, settings).find(folder, settings, texts, evidence)

    def _finder(self, folder: Path, settings: Settings) -> TargetFinder:
        root = self.roots.of(folder, settings)
        if root not in self._finders:
            self._finders[root] = TargetFinder(root, self.cwd)
        return self._finders[root]


def _evidence(traces: Mapping[str, Traces], where: Callable[[str, Trace], str]) -> CodeEvidence:
    """What the code uses of one generation alone: the first of each kind in each file."""
    return CodeEvidence(
        keras_2=tuple(where(name, each.keras_2[0]) for name, each in traces.items() if each.keras_2),
        keras_3=tuple(where(name, each.keras_3[0]) for name, each in traces.items() if each.keras_3),
        tensorflow_1=tuple(
            where(name, each.tensorflow_1[0]) for name, each in traces.items() if each.tensorflow_1
        ),
        tensorflow_2=tuple(
            where(name, each.tensorflow_2[0]) for name, each in traces.items() if each.tensorflow_2
        ),
    )


def _evidence_with_rows(sources: Sequence[SourceFile]) -> CodeEvidence:
    texts: dict[str, str] = {}
    traces: dict[str, Traces] = {}
    for source in sources:
        # That it cannot be read is for `check` to say.
        with suppress(Exception):
            parsed = parse(source)
            traces[source.name] = find_traces(collect(lower(parsed.tree)))
            texts[source.name] = parsed.source.text

    @cache
    def spans(name: str) -> Spans:
        return Spans(texts[name])

    return _evidence(traces, lambda name, trace: f"{name}:{spans(name).span(trace.place)[0]} ({trace.shown})")
