"""What a run came to: its findings, what it hid and what it mended. Every report is made from this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import NamedTuple

from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Location
from keraslint.diagnostic import Severity
from keraslint.plan import Plan
from keraslint.source.text import SourceFile


@dataclass(frozen=True, slots=True)
class Hidden:
    """How many findings were not shown, by what hid them.

    Those ``elsewhere`` stand in files that were not asked for, and concern one that was.
    """

    suppressed: int = 0
    per_file: int = 0
    below_minimum: int = 0
    elsewhere: int = 0
    in_baseline: int = 0

    def __add__(self, other: Hidden) -> Hidden:
        return Hidden(
            self.suppressed + other.suppressed,
            self.per_file + other.per_file,
            self.below_minimum + other.below_minimum,
            self.elsewhere + other.elsewhere,
            self.in_baseline + other.in_baseline,
        )


class Change(NamedTuple):
    """A file before and after fixing."""

    before: SourceFile
    after: SourceFile


@dataclass(frozen=True, slots=True)
class PartResult:
    """What one connected part of a project came to; ``found`` counts hidden findings too."""

    diagnostics: tuple[Diagnostic, ...] = ()
    hidden: Hidden = field(default_factory=Hidden)
    found: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class FixedPart:
    """A part after fixing: what is left to say of it, the files that changed, and the findings that went.

    Files stand ``together`` where a fix changed both.
    """

    result: PartResult
    changed: Mapping[str, Change] = field(default_factory=dict)
    fixed: Counter[tuple[str, str]] = field(default_factory=Counter)
    together: tuple[tuple[str, ...], ...] = ()


class Place(NamedTuple):
    """A place as users count it: in a notebook, rows are those of the cell."""

    cell: int | None
    row: int
    column: int

    def __str__(self) -> str:
        where = f"{self.row}:{self.column}"
        return where if self.cell is None else f"cell {self.cell}:{where}"


def place_in(source: SourceFile, location: Location) -> Place:
    """A place of a file's program as users count it."""
    if source.notebook is None:
        return Place(None, location.row, location.column)
    cell, row = source.notebook.cell_location(location.row)
    return Place(cell, row, location.column)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file, place and code."""
    return tuple(
        sorted(diagnostics, key=lambda item: (item.filename, item.location, item.code, item.message))
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings in order, the sources that they point into, and the counts that a summary gives.

    ``plans`` are those of all files that were checked. ``changed`` are files
    as fixes made them, which nobody has written yet; those that stand ``together``
    are written all or none. ``fixed`` counts what went by file and code.
    """

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceFile]
    plans: Mapping[str, Plan]
    hidden: Hidden = field(default_factory=Hidden)
    unsafe_fixes: bool = False
    changed: Mapping[str, Change] = field(default_factory=dict)
    fixed: Counter[tuple[str, str]] = field(default_factory=Counter)
    together: tuple[tuple[str, ...], ...] = ()

    @property
    def fails(self) -> bool:
        """Whether the run found what makes it fail: an error or a warning."""
        return any(diagnostic.severity is not Severity.INFO for diagnostic in self.diagnostics)

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)

    def fixable(self, applicability: Applicability) -> int:
        """How many findings have a fix of this kind that ``--fix`` may apply."""
        return sum(
            diagnostic.fix is not None
            and diagnostic.fix.applicability is applicability
            and self.plans[diagnostic.filename].may_apply(diagnostic, unsafe=True)
            for diagnostic in self.diagnostics
        )

    def would_fix(self, diagnostic: Diagnostic) -> bool:
        """Whether ``--fix``, with the other options of this run, mends this finding."""
        return self.plans[diagnostic.filename].may_apply(diagnostic, unsafe=self.unsafe_fixes)

    def place(self, filename: str, location: Location) -> Place:
        """A place of a file's program as users count it."""
        source = self.sources.get(filename)
        return Place(None, location.row, location.column) if source is None else place_in(source, location)
