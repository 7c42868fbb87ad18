"""Fixtures checked where nothing is around them: in a copy of their own, without any configuration."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from keraslint.config import Configurations
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Severity
from keraslint.inputs import Input
from keraslint.outcome import Outcome
from keraslint.plan import plan_for
from keraslint.registry import RegisteredRule
from keraslint.registry import Registry
from keraslint.runner import Options
from keraslint.runner import run
from keraslint.testing.failure import Failure


@dataclass(frozen=True, slots=True)
class Bench:
    """A rule with a copy of its fixtures, ``there``, made from those ``here``."""

    rule: RegisteredRule
    registry: Registry
    here: Path
    there: Path

    def check(self, asked: Collection[Path], around: Collection[Path] = ()) -> Outcome:
        """What all rules find in files, given by their paths below the fixtures of the rule."""
        return self._run(asked, around, {"extend-select": [self.rule.name]})

    def fix(self, *names: str) -> Outcome:
        """Files as the fixes of the rule make them."""
        return self._run([Path(name) for name in names], (), {"select": [self.rule.name]}, fix=True)

    def own(self, found: Outcome) -> list[Diagnostic]:
        """What the rule itself found."""
        return [each for each in found.diagnostics if each.code == self.rule.code]

    def others(self, found: Outcome) -> list[Diagnostic]:
        """What makes a run fail and is of another rule, or a mistake in one."""
        return [
            each
            for each in found.diagnostics
            if each.code != self.rule.code and each.severity is not Severity.INFO
        ]

    def failure(self, at: Diagnostic, found: Outcome, message: str) -> Failure:
        """A failure where a finding stands."""
        place = found.place(at.filename, at.location)
        return Failure(self.here / at.filename, place.row, message, place.cell)

    def _run(
        self,
        asked: Collection[Path],
        around: Collection[Path],
        settings: dict[str, object],
        fix: bool = False,
    ) -> Outcome:
        configured = Configurations(self.there, settings, None, isolated=True).for_folder(self.there)
        plan = plan_for(configured, self.registry)
        paths = [*asked, *(path for path in around if path not in asked)]
        return run(
            [Input(self.there / path, path.as_posix(), plan, asked=path in asked) for path in paths],
            Options(self.there, jobs=1, fix=fix, unsafe_fixes=True),
            lambda done, total: None,
        )


@contextmanager
def bench_of(rule: RegisteredRule, registry: Registry, folder: Path) -> Iterator[Bench]:
    """The bench of a rule, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="keraslint-", ignore_cleanup_errors=True) as scratch:
        copy = Path(scratch, rule.name)
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
        yield Bench(rule, registry, folder, copy)
