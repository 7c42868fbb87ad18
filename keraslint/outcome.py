"""What a run came to: its findings, what it hid and what it mended. Every report is made from this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Severity
from keraslint.selection import Selection


@dataclass(frozen=True, slots=True)
class Hidden:
    """How many findings were not shown, by what hid them."""

    suppressed: int = 0
    per_file: int = 0
    below_minimum: int = 0

    def __add__(self, other: Hidden) -> Hidden:
        return Hidden(
            self.suppressed + other.suppressed,
            self.per_file + other.per_file,
            self.below_minimum + other.below_minimum,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings in order, the texts that they point into, and the counts that a summary gives.

    ``unsafe_fixes`` says whether the run may apply unsafe fixes, ``fixed`` how
    many findings of each code were mended.
    """

    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]
    files: int
    hidden: Hidden
    selection: Selection
    unsafe_fixes: bool = False
    fixed: Counter[str] = field(default_factory=Counter)

    @property
    def fails(self) -> bool:
        """Whether the run found what makes it fail: an error or a warning."""
        return any(diagnostic.severity is not Severity.INFO for diagnostic in self.diagnostics)

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)

    def fixable(self, applicability: Applicability) -> int:
        """How many findings have a fix of this kind that ``--fix`` may apply."""
        return sum(self._applicability(diagnostic) is applicability for diagnostic in self.diagnostics)

    def would_fix(self, diagnostic: Diagnostic) -> bool:
        """Whether ``--fix``, with the other options of this run, mends this finding."""
        applicability = self._applicability(diagnostic)
        return applicability is Applicability.SAFE or (
            self.unsafe_fixes and applicability is Applicability.UNSAFE
        )

    def _applicability(self, diagnostic: Diagnostic) -> Applicability | None:
        if diagnostic.fix is None or not self.selection.wants_fix(diagnostic):
            return None
        return diagnostic.fix.applicability
