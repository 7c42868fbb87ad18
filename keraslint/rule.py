"""What a rule is: the names that an author of rules imports."""

from __future__ import annotations

from abc import ABC
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from typing import ClassVar

from keraslint.changes import AddDecorator
from keraslint.changes import AddParameter
from keraslint.changes import Change
from keraslint.changes import InsertStatement
from keraslint.changes import MoveStatement
from keraslint.changes import NameArgument
from keraslint.changes import RemoveArgument
from keraslint.changes import RemoveStatement
from keraslint.changes import RenameImport
from keraslint.changes import ReplaceExpression
from keraslint.changes import SetArgument
from keraslint.changes import SwapCalls
from keraslint.changes import Template
from keraslint.changes import UnwrapWith
from keraslint.changes import WrapInWith
from keraslint.changes import pass_keywords
from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Confidence
from keraslint.diagnostic import Severity
from keraslint.semantics.lowering.ir import Site

if TYPE_CHECKING:
    from keraslint.semantics import Facts

__all__ = [
    "AddDecorator",
    "AddParameter",
    "Applicability",
    "Change",
    "Claim",
    "Confidence",
    "Finding",
    "Fix",
    "InsertStatement",
    "MoveStatement",
    "NameArgument",
    "NoFix",
    "Related",
    "RemoveArgument",
    "RemoveStatement",
    "RenameImport",
    "ReplaceExpression",
    "Rule",
    "SetArgument",
    "Severity",
    "Site",
    "SwapCalls",
    "Template",
    "UnwrapWith",
    "WrapInWith",
    "pass_keywords",
]


class Claim(Enum):
    """What a rule says of the code it finds, and is held to."""

    TIME = "time"
    MEMORY = "memory"
    RESULTS = "results"
    BREAKS = "breaks"


@dataclass(frozen=True, slots=True)
class Related:
    """Another place of a finding and its label, as in "trains from this dataset"."""

    at: Site
    message: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A rewrite. ``message`` is an imperative; ``reason`` says what an unsafe fix changes.

    Of changes in several files, all or none are made; the file of the first change is written first.
    """

    message: str
    applicability: Applicability
    changes: tuple[Change, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class NoFix:
    """Why a finding of a rule that mends others has no fix: what stands in the way in this place, as a clause."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule yields; a ``severity`` of None means the rule's own."""

    at: Site
    message: str
    related: tuple[Related, ...] = ()
    confidence: Confidence = Confidence.HIGH
    severity: Severity | None = None
    fix: Fix | NoFix | None = None
    help: str | None = None


class Rule(ABC):
    """A rule. Its docstring is its page; its module's name is its name, its folder its group.

    ``tokens`` are literal texts without any of which in the files at hand the
    rule cannot fire: it is not asked then. ``targets`` are Keras generations,
    ``backends`` those it has something to say on. ``applicability`` is that of
    the best fix it can offer. A rule with ``default`` off runs only when selected.
    Warnings of a rule that ``heeds_reasons`` become info where a comment beside the line gives a reason; of a
    rule that is info itself, nothing is shown there.

    ``changes`` says what the better form changes in the results on purpose, for rules whose
    fixes do not say it. ``timed_with_tracing`` is for rules whose cost is tracing itself, or comes before the
    training: their time is measured from the first element or step on, not in the steady state alone.
    ``measured_as`` is the severity of what its two programs show, where that is another than the rule's own:
    the figure is told of findings that are at least as severe, for what is milder was not measured.
    """

    code: ClassVar[str]
    severity: ClassVar[Severity]
    tokens: ClassVar[tuple[str, ...]]
    claim: ClassVar[Claim] = Claim.TIME
    hardware: ClassVar[str] = "any"
    applicability: ClassVar[Applicability | None] = None
    targets: ClassVar[tuple[int, ...]] = (2, 3)
    backends: ClassVar[tuple[str, ...]] = ("tensorflow", "jax", "torch")
    default: ClassVar[bool] = True
    heeds_reasons: ClassVar[bool] = False
    changes: ClassVar[str | None] = None
    timed_with_tracing: ClassVar[bool] = False
    measured_as: ClassVar[Severity | None] = None

    @abstractmethod
    def check(self, facts: Facts) -> Iterator[Finding]:
        """Yield the findings of this rule; change nothing."""
