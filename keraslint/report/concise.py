"""One line for each finding."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from keraslint.diagnostic import Diagnostic
from keraslint.measured import in_short
from keraslint.outcome import Outcome
from keraslint.report.plain import clean
from keraslint.report.severities import STYLES


def report(outcome: Outcome) -> Iterator[Text]:
    """``path:row:column: CODE [*] message``, in order of place."""
    for diagnostic in outcome.diagnostics:
        yield line(diagnostic, outcome)


def line(diagnostic: Diagnostic, outcome: Outcome) -> Text:
    """One finding on one line."""
    return Text.assemble(headed(diagnostic, outcome), (": ", "cyan"), said(diagnostic, outcome))


def headed(diagnostic: Diagnostic, outcome: Outcome) -> Text:
    """``path:row:column``."""
    place = outcome.place(diagnostic.filename, diagnostic.location)
    return Text.assemble((clean(diagnostic.filename), "bold"), (f":{place}", "cyan"))


def said(diagnostic: Diagnostic, outcome: Outcome) -> Text:
    """``CODE [*] message``, and what was measured."""
    text = Text.assemble((diagnostic.code, STYLES[diagnostic.severity]))
    if outcome.would_fix(diagnostic):
        text.append(" [").append("*", "cyan").append("]")
    text.append(f" {clean(diagnostic.message)}")
    if diagnostic.evidence is not None:
        text.append(f" (measured {clean(in_short(diagnostic.evidence))})", "dim")
    return text
