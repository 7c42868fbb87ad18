"""What there is to say below a finding: what helps, what was measured, how sure it is."""

from __future__ import annotations

from collections.abc import Iterator

from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Confidence
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import ResolvedFix
from keraslint.measured import in_full
from keraslint.outcome import Outcome

_FIXES = {
    Applicability.SAFE: "fix",
    Applicability.UNSAFE: "unsafe fix",
    Applicability.DISPLAY: "suggestion",
}


def notes(diagnostic: Diagnostic) -> Iterator[tuple[str, str]]:
    """Each note as heading and body."""
    if diagnostic.help:
        yield "help", diagnostic.help
    if diagnostic.fix is not None:
        yield _FIXES[diagnostic.fix.applicability], fix_in_words(diagnostic.fix)
    if diagnostic.evidence is not None:
        yield "measured", in_full(diagnostic.evidence)
    if diagnostic.confidence is Confidence.MEDIUM:
        yield "confidence", "medium; it rests on one branch, or on something that cannot be seen from here"


def fix_in_words(fix: ResolvedFix) -> str:
    """What a fix does, and what it changes where it is unsafe."""
    return f"{fix.message} ({fix.reason})" if fix.reason else fix.message


def in_plain_lines(diagnostic: Diagnostic, outcome: Outcome) -> Iterator[str]:
    """Related places and notes, a line each, for formats that carry text alone."""
    for related in diagnostic.related:
        yield f"{related.filename}:{outcome.place(related.filename, related.location)}: {related.message}"
    for heading, body in notes(diagnostic):
        yield f"{heading}: {body}"
