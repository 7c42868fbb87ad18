"""What is to be done for the files of one configuration: which rules, which fixes, what to hide."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path

from keraslint.config import Settings
from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Confidence
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import ResolvedFix
from keraslint.diagnostic import Severity
from keraslint.registry import Registry
from keraslint.selection import Selection
from keraslint.selection import matching
from keraslint.selection import select
from keraslint.source.globs import matches

_TEST_FOLDERS = frozenset({"test", "tests"})


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings of a configuration, with every selector in them resolved to codes."""

    settings: Settings
    selection: Selection
    per_file_ignores: tuple[tuple[str, frozenset[str]], ...]
    made_safe: frozenset[str]
    made_unsafe: frozenset[str]

    def ignores(self, code: str, path: Path) -> bool:
        """Whether the settings ignore a rule in this file."""
        root = self.settings.root
        for pattern, codes in self.per_file_ignores:
            positive = pattern.removeprefix("!")
            if code in codes and matches(positive, path, root) == (positive == pattern):
                return True
        return False

    def shows(self, severity: Severity, confidence: Confidence) -> bool:
        """Whether a finding has the weight and the certainty that the settings ask for."""
        settings = self.settings
        return (
            severity.rank >= Severity(settings.min_severity).rank
            and confidence.rank >= Confidence(settings.min_confidence).rank
        )

    def with_own_applicability(self, fix: ResolvedFix, code: str) -> ResolvedFix:
        """The fix as the settings judge it: some may be taken for safe, others for unsafe."""
        if fix.applicability is Applicability.UNSAFE and code in self.made_safe:
            return replace(fix, applicability=Applicability.SAFE)
        if fix.applicability is Applicability.SAFE and code in self.made_unsafe:
            return replace(fix, applicability=Applicability.UNSAFE)
        return fix

    def may_apply(self, diagnostic: Diagnostic, *, unsafe: bool) -> bool:
        """Whether the fix of a finding may be applied."""
        if diagnostic.fix is None or not self.selection.wants_fix(diagnostic):
            return False
        applicability = diagnostic.fix.applicability
        return applicability is Applicability.SAFE or (unsafe and applicability is Applicability.UNSAFE)


def plan_for(settings: Settings, registry: Registry) -> Plan:
    """Resolve the selectors of a configuration; an unknown one raises."""

    def codes(selectors: Collection[str]) -> frozenset[str]:
        return frozenset().union(*(matching(registry, selector) for selector in selectors))

    return Plan(
        settings=settings,
        selection=select(
            registry,
            selectors=settings.select,
            extend=settings.extend_select,
            ignore=settings.ignore,
            fixable=settings.fixable,
            unfixable=settings.unfixable,
        ),
        per_file_ignores=tuple(
            (pattern, codes(selectors)) for pattern, selectors in settings.per_file_ignores
        ),
        made_safe=codes(settings.extend_safe_fixes),
        made_unsafe=codes(settings.extend_unsafe_fixes),
    )


def is_test(path: Path, root: Path) -> bool:
    """Whether a file holds tests; of folders, those inside the project count."""
    if path.name == "conftest.py" or path.match("test_*.py") or path.match("*_test.py"):
        return True
    folders: Sequence[str] = path.parent.relative_to(root).parts if path.is_relative_to(root) else ()
    return not _TEST_FOLDERS.isdisjoint(folders)
