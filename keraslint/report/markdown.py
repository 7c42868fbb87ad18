"""A summary for the page of a job, in the Markdown that GitHub and GitLab show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Severity
from keraslint.measured import in_short
from keraslint.outcome import Outcome
from keraslint.report import summary
from keraslint.report.notes import in_plain_lines
from keraslint.report.plain import clean
from keraslint.report.ranking import Ranked
from keraslint.report.ranking import ranked

_SIGNS = {Severity.ERROR: "🔴 error", Severity.WARNING: "🟡 warning", Severity.INFO: "🔵 info"}
# What Markdown takes for markup; in a code span it is text already.
_MARKUP = re.compile(r"(`[^`]*`)|[<>&*_\[\]#~\\]")


def report(outcome: Outcome) -> str:
    """What was found, which rules to heed first, and each finding with what is known of it."""
    return "\n".join(_lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    yield "## keraslint"
    yield ""
    yield from (text.plain for text in summary.report(outcome))
    if not outcome.diagnostics:
        return
    yield from ("", "### What to change first", "")
    yield from ("| | rule | findings | measured |", "|---|---|--:|---|")
    yield from (_rule(row) for row in ranked(outcome))
    yield from ("", "### Where", "")
    for diagnostic in sorted(outcome.diagnostics, key=lambda each: -each.severity.rank):
        yield from _finding(diagnostic, outcome)


def _rule(row: Ranked) -> str:
    measured = "" if row.evidence is None else _text(in_short(row.evidence))
    return f"| {_SIGNS[row.severity]} | **{row.code}** {row.name} | {row.count} | {measured} |"


def _finding(diagnostic: Diagnostic, outcome: Outcome) -> Iterator[str]:
    place = outcome.place(diagnostic.filename, diagnostic.location)
    head = f"<b>{diagnostic.code}</b> <code>{_html(f'{diagnostic.filename}:{place}')}</code>"
    yield f"<details><summary>{_SIGNS[diagnostic.severity]} {head}</summary>"
    yield ""
    yield _text(diagnostic.message)
    yield ""
    yield from (f"- {_text(line)}" for line in in_plain_lines(diagnostic, outcome))
    yield ""
    yield "</details>"


def _text(text: str) -> str:
    return _MARKUP.sub(lambda found: found[1] or f"&#{ord(found[0])};", clean(text))


def _html(text: str) -> str:
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
