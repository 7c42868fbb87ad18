"""What the disk says of a folder's programs: settings, the files around those that are open, what each begins with."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from keraslint.baseline import Baseline
from keraslint.baseline import BaselineError
from keraslint.baseline import read_baseline
from keraslint.config import ConfigError
from keraslint.config import Configurations
from keraslint.config import Settings
from keraslint.detection import Targets
from keraslint.inputs import Input
from keraslint.inputs import with_surroundings
from keraslint.parts import Scanned
from keraslint.parts import scan
from keraslint.plan import plan_for
from keraslint.registry import Registry
from keraslint.selection import FixedSelectorError
from keraslint.selection import UnknownSelectorError
from keraslint.source.discovery import excluded_with_parents
from keraslint.source.roots import ProjectRoots
from keraslint.source.text import SourceError
from keraslint.source.text import display_name
from keraslint.source.text import read_bytes


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A file as it lay there: ``stamp`` tells whether it is still the same."""

    stamp: tuple[int, int]
    scanned: Scanned


@dataclass(frozen=True, slots=True)
class Survey:
    """One look at the disk, for the files that are open at ``paths``; excluded ones are not ``opened``.

    ``baseline`` holds the findings that stay quiet. ``problem`` says what is wrong with the configuration or with
    the baseline, where an older one is in force.
    """

    paths: frozenset[Path]
    opened: Mapping[str, Input]
    around: Mapping[str, Input]
    on_disk: Mapping[str, OnDisk]
    targets: Targets
    baseline: Baseline | None = None
    problem: str | None = None


class Surveyor:
    """Looks at the disk for one folder; a configuration that cannot be used leaves the last good one in force."""

    def __init__(self, cwd: Path, registry: Registry, named: str) -> None:
        self._cwd = cwd
        self._registry = registry
        self._named = named
        self._last_good: Configurations | None = None
        self._baseline: Baseline | None = None
        self._on_disk: dict[Path, OnDisk] = {}

    def look(self, opened: Sequence[Path], overrides: Mapping[str, object]) -> Survey:
        """What there is, with ``overrides`` over what configuration files say."""
        problem = None
        for configurations in self._candidates(overrides):
            try:
                survey = self._survey(configurations, opened, problem)
            except (ConfigError, UnknownSelectorError, FixedSelectorError) as error:
                problem = problem or str(error)
                continue
            if problem is None:
                self._last_good = configurations
            return survey
        raise AssertionError("without configuration there is nothing to be wrong with it")

    def _candidates(self, overrides: Mapping[str, object]) -> Iterator[Configurations]:
        yield Configurations(self._cwd, overrides, named=self._named)
        if self._last_good is not None:
            yield self._last_good
        yield Configurations(self._cwd, isolated=True)

    def _survey(self, configurations: Configurations, opened: Sequence[Path], problem: str | None) -> Survey:
        plan = lru_cache(lambda settings: plan_for(settings, self._registry))
        roots = ProjectRoots()
        # What is wrong in the folder itself is said even if nothing in it is open.
        home = plan(configurations.for_folder(self._cwd)).settings
        try:
            self._baseline = None if home.baseline is None else read_baseline(home.root / home.baseline)
        except BaselineError as error:
            problem = problem or str(error)
        asked = [
            Input(path, display_name(path, self._cwd), plan(settings))
            for path in opened
            if not _is_left_out(path, settings := configurations.for_folder(path.parent))
        ]
        inputs = with_surroundings(asked, configurations, plan)
        around = {item.name: item for item in inputs if not item.asked}
        return Survey(
            frozenset(opened),
            {item.name: item for item in asked},
            around,
            dict(self._scanned(around.values(), roots)),
            Targets(self._cwd, roots),
            self._baseline,
            problem,
        )

    def _scanned(self, items: Iterable[Input], roots: ProjectRoots) -> Iterator[tuple[str, OnDisk]]:
        """The files that can be read; of those that lie there as they did, nothing is read again."""
        known, self._on_disk = self._on_disk, {}
        for item in items:
            settings = item.plan.settings
            try:
                status = item.path.stat()
                stamp = status.st_mtime_ns, status.st_size
                found = known.get(item.path)
                if found is None or (found.stamp, found.scanned.settings) != (stamp, settings):
                    found = OnDisk(stamp, scan(item.path, read_bytes(item.path), settings, roots))
            except (OSError, SourceError):
                continue
            self._on_disk[item.path] = found
            yield item.name, found


def _is_left_out(path: Path, settings: Settings) -> bool:
    return settings.force_exclude and excluded_with_parents(path, settings)
