"""What a finding is once it has rows and columns: plain data that any process or report can carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much a finding matters; only warnings and errors make a run fail."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """2 for an error, 1 for a warning, 0 for info."""
        return {"error": 2, "warning": 1, "info": 0}[self.value]


class Confidence(Enum):
    """High: every alternative that reaches the call is bad. Medium: one branch, or an assumption."""

    HIGH = "high"
    MEDIUM = "medium"

    @property
    def rank(self) -> int:
        """1 for high, 0 for medium."""
        return {"high": 1, "medium": 0}[self.value]


class Applicability(Enum):
    """Safe: same results. Unsafe: says what changes. Display: shown, never applied."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A row and a column, both from 1; columns count characters."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace what stands from ``location`` up to ``end_location`` by ``content``."""

    filename: str
    content: str
    location: Location
    end_location: Location


@dataclass(frozen=True, slots=True)
class ResolvedFix:
    """A fix as text edits; ``reason`` says what an unsafe fix changes, in one sentence."""

    message: str
    applicability: Applicability
    edits: tuple[Edit, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RelatedPlace:
    """Another place that the finding is about, with what it has to do with it."""

    filename: str
    location: Location
    end_location: Location
    message: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the harness measured for the rule: the slow form over the fixed one, with its interval.

    ``measure`` is ``time``, ``memory`` or ``wall`` (with tracing); ``framework`` is what ran it, as in
    ``TF 2.21``. ``is_own`` says that the user measured it on hardware of their own.
    """

    speedup: float
    interval: tuple[float, float]
    hardware: str
    verdict: str
    measure: str = "time"
    framework: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding as users see it. ``cell`` is the notebook cell, from 1; ``unfixed`` says why it has no fix."""

    code: str
    name: str
    severity: Severity
    confidence: Confidence
    message: str
    filename: str
    location: Location
    end_location: Location
    cell: int | None = None
    related: tuple[RelatedPlace, ...] = ()
    help: str | None = None
    fix: ResolvedFix | None = None
    unfixed: str | None = None
    evidence: Evidence | None = None
    url: str | None = None
