"""The format for people: each finding with its source, its related places and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from textwrap import wrap

from rich.text import Text

from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Severity
from keraslint.outcome import Outcome
from keraslint.report import advice
from keraslint.report.excerpt import Frame
from keraslint.report.excerpt import Mark
from keraslint.report.excerpt import excerpt
from keraslint.report.notes import notes
from keraslint.report.plain import clean
from keraslint.report.severities import STYLES
from keraslint.report.suggestion import suggestion
from keraslint.report.wrapping import hanging

# Bright: the plain blue of many terminals cannot be read on black.
_RELATED = "bold bright_blue"
# More findings than anyone reads from the top to the bottom.
_MANY = 50


def report(outcome: Outcome, width: int | None, *, verbose: bool = False) -> Iterator[Text]:
    """The lines of the report: errors and warnings in full, then what is only good to know.

    With ``verbose``, that is shown in full as well, and why a finding has no fix.
    """
    good_to_know = []
    for diagnostic in outcome.diagnostics:
        if diagnostic.severity is Severity.INFO and not verbose:
            good_to_know.append(diagnostic)
        else:
            yield from _finding(diagnostic, outcome, width, verbose)
            yield Text()
    if good_to_know:
        yield from advice.report(good_to_know, outcome, width)
        yield Text()
    if len(outcome.diagnostics) > _MANY:
        yield from hanging(Text("`--statistics` ranks these by what to change first.", "bold"), width, 0)


def _finding(diagnostic: Diagnostic, outcome: Outcome, width: int | None, verbose: bool) -> Iterator[Text]:
    style = STYLES[diagnostic.severity]
    yield from _headline(diagnostic, style, outcome.would_fix(diagnostic), width)
    primary = Mark(diagnostic.location, diagnostic.end_location, "^", style)
    places = [(diagnostic.filename, primary)]
    for related in diagnostic.related:
        mark = Mark(related.location, related.end_location, "-", _RELATED, related.message)
        places.append((related.filename, mark))
    frame = Frame(max(len(str(outcome.place(name, mark.location).row)) for name, mark in places), width)
    yield from _excerpts(places, outcome, frame)
    said = list(notes(diagnostic))
    if verbose:
        said += _left_alone(diagnostic, outcome)
    if said:
        yield frame.bar()
    for heading, body in said:
        yield from frame.note(heading, body)
    if diagnostic.fix is not None and diagnostic.fix.applicability is Applicability.DISPLAY:
        yield from suggestion(diagnostic.fix, diagnostic.filename, outcome, frame)


def _excerpts(places: Sequence[tuple[str, Mark]], outcome: Outcome, frame: Frame) -> Iterator[Text]:
    """The places in the file (or cell) of the first one, then those in others."""
    groups: dict[tuple[str, int | None], list[Mark]] = {}
    for filename, mark in places:
        cell = outcome.place(filename, mark.location).cell
        groups.setdefault((filename, cell), []).append(mark)
    for index, ((filename, _), marks) in enumerate(groups.items()):
        if index:
            yield frame.bar()
        place = f"{filename}:{outcome.place(filename, marks[0].location)}"
        yield frame.arrow(":::" if index else "-->", place)
        if filename in outcome.sources:
            yield from excerpt(outcome, filename, marks, frame)


def _headline(diagnostic: Diagnostic, style: str, fixable: bool, width: int | None) -> Iterator[Text]:
    head = f"{diagnostic.severity.value}[{diagnostic.code}]"
    mark = "[*] " if fixable else ""
    body = f"{head} {mark}{diagnostic.name}: {clean(diagnostic.message)}"
    first, *others = (
        [body] if width is None else wrap(body, width, subsequent_indent="  ", break_on_hyphens=False)
    )
    text = Text(first, "bold")
    text.stylize(style, 0, len(head))
    if fixable:
        text.stylize("bold cyan", len(head) + 1, len(head) + 4)
    yield text
    for other in others:
        yield Text(other, "bold")


def _left_alone(diagnostic: Diagnostic, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Why the finding has no fix, or why that is not applied."""
    if diagnostic.unfixed is not None:
        yield "no fix", diagnostic.unfixed
    elif diagnostic.fix is not None and diagnostic.fix.applicability is not Applicability.DISPLAY:
        reason = outcome.plans[diagnostic.filename].selection.why_unwanted(diagnostic)
        if reason is not None:
            yield "not applied", reason
