"""The fixes that a script can be measured with: those in the files that it really loads."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from keraslint.config import Configurations
from keraslint.config import Settings
from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import ResolvedFix
from keraslint.diagnostic import Severity
from keraslint.evidence import concerns
from keraslint.fixer.edits import apply
from keraslint.fixer.edits import select_compatible
from keraslint.inputs import Input
from keraslint.inputs import with_surroundings
from keraslint.outcome import Outcome
from keraslint.plan import Plan
from keraslint.plan import plan_for
from keraslint.registry import Registry
from keraslint.runner import Options
from keraslint.runner import run as lint
from keraslint.source.text import SourceFile
from keraslint.source.text import display_name
from keraslint.source.text import encode


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding that has a fix, and its place in words."""

    finding: Diagnostic
    fix: ResolvedFix

    @property
    def place(self) -> str:
        """As in ``data.py:14``."""
        return f"{self.finding.filename}:{self.finding.location.row}"

    @property
    def changes(self) -> str | None:
        """What the fix changes in the results on purpose."""
        if self.fix.applicability is Applicability.SAFE:
            return None
        return self.fix.reason or "the fix is not known to keep results"

    @property
    def mends_an_error(self) -> bool:
        """Whether the program does not run without it."""
        return self.finding.severity is Severity.ERROR


@dataclass(frozen=True, slots=True)
class Candidates:
    """The fixes that a script can be measured with.

    ``unfixed`` counts findings of weight that have no fix here.
    """

    each: tuple[Candidate, ...]
    unfixed: int
    paths: Mapping[str, Path]
    sources: Mapping[str, SourceFile]

    def joined(self, chosen: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Those of the chosen that go together."""
        compatible, _ = select_compatible(each.fix for each in chosen)
        return tuple(each for each in chosen if each.fix in compatible)

    def files(self, chosen: Sequence[Candidate]) -> dict[Path, bytes]:
        """The bytes of the files that fixes change, by path; of the chosen those that go together."""
        edits = [edit for each in self.joined(chosen) for edit in each.fix.edits]
        changed = {}
        for name in sorted({edit.filename for edit in edits}):
            text = apply(self.sources[name].text, [edit for edit in edits if edit.filename == name])
            changed[self.paths[name]] = encode(self.sources[name], text)
        return changed


def find_candidates(
    loaded: Collection[Path], configurations: Configurations, registry: Registry, machine: str
) -> Candidates:
    """Lint the files that a script loads, with the rest of their project as context.

    What is about an accelerator is left out on a ``machine`` without any.
    """
    plans: dict[Settings, Plan] = {}

    def plan(settings: Settings) -> Plan:
        if settings not in plans:
            plans[settings] = plan_for(settings, registry)
        return plans[settings]

    asked = [
        Input(path, display_name(path, configurations.cwd), plan(configurations.for_folder(path.parent)))
        for path in sorted(loaded)
    ]
    outcome = lint(
        with_surroundings(asked, configurations, plan),
        Options(configurations.cwd, jobs=1),
        lambda done, total: None,
    )
    paths = {item.name: item.path for item in asked}
    elsewhere = {
        rule.code
        for rule in registry.rules
        if rule.rule.hardware == "accelerator" and not concerns(rule.rule.hardware, machine)
    }
    fixes = {
        finding: _fix_of(finding, outcome, paths)
        for finding in outcome.diagnostics
        if finding.code not in elsewhere
    }
    return Candidates(
        tuple(Candidate(finding, fix) for finding, fix in fixes.items() if fix is not None),
        sum(fix is None and finding.severity is not Severity.INFO for finding, fix in fixes.items()),
        paths,
        outcome.sources,
    )


def _fix_of(finding: Diagnostic, outcome: Outcome, paths: Mapping[str, Path]) -> ResolvedFix | None:
    """The fix that somebody may want applied; that of advice counts too, for here it is measured."""
    fix, plan = finding.fix, outcome.plans.get(finding.filename)
    if fix is None or plan is None or finding.code not in plan.selection.fixable:
        return None
    reachable = all(edit.filename in paths for edit in fix.edits)
    return fix if reachable and fix.applicability is not Applicability.DISPLAY else None
