"""The rules that found something, what to change first at the top."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Evidence
from keraslint.diagnostic import Severity
from keraslint.outcome import Outcome

_GAIN = "confirmed"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A rule with the number of its findings, how many ``--fix`` would mend, and what was measured for it."""

    code: str
    name: str
    severity: Severity
    count: int
    fixable: int
    evidence: Evidence | None

    @property
    def gain(self) -> float:
        """By how much the change is known to pay; 1 where nobody has seen that it does."""
        evidence = self.evidence
        # A smaller peak of memory is a gain, and not one of time.
        confirmed = evidence is not None and evidence.verdict == _GAIN and evidence.measure != "memory"
        return evidence.speedup if evidence is not None and confirmed else 1.0


def ranked(outcome: Outcome) -> list[Ranked]:
    """What breaks comes first, then what was measured to gain most, then what is found most often."""
    counts = Counter(diagnostic.code for diagnostic in outcome.diagnostics)
    fixable = Counter(diagnostic.code for diagnostic in outcome.diagnostics if outcome.would_fix(diagnostic))
    gravest: dict[str, Diagnostic] = {}
    for each in outcome.diagnostics:
        if each.code not in gravest or each.severity.rank > gravest[each.code].severity.rank:
            gravest[each.code] = each
    rows = [
        Ranked(code, first.name, first.severity, counts[code], fixable[code], first.evidence)
        for code, first in gravest.items()
    ]
    return sorted(rows, key=lambda row: (-row.severity.rank, -row.gain, -row.count, row.code))
