"""Annotations in a pull request: the workflow commands that GitHub Actions reads from a job's output."""

from __future__ import annotations

from collections.abc import Iterator

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Severity
from keraslint.outcome import Outcome
from keraslint.report.artifacts import path_in_repository
from keraslint.report.artifacts import region
from keraslint.report.notes import in_plain_lines
from keraslint.report.plain import clean

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_IN_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_IN_PROPERTIES = (*_IN_DATA, (":", "%3A"), (",", "%2C"))


def report(outcome: Outcome) -> str:
    """A command for each finding."""
    return "\n".join(_command(diagnostic, outcome) for diagnostic in outcome.diagnostics)


def _command(diagnostic: Diagnostic, outcome: Outcome) -> str:
    properties = ",".join(
        f"{key}={_escaped(str(value), _IN_PROPERTIES)}" for key, value in _properties(diagnostic, outcome)
    )
    place = outcome.place(diagnostic.filename, diagnostic.location)
    first = f"{diagnostic.filename}:{place}: {diagnostic.code} {diagnostic.message}"
    lines = (clean(first), *(f"  {clean(line)}" for line in in_plain_lines(diagnostic, outcome)))
    return f"::{_COMMANDS[diagnostic.severity]} {properties}::{_escaped(chr(10).join(lines), _IN_DATA)}"


def _properties(diagnostic: Diagnostic, outcome: Outcome) -> Iterator[tuple[str, object]]:
    where = region(outcome, diagnostic.filename, diagnostic.location, diagnostic.end_location)
    yield "title", f"keraslint {diagnostic.code} ({diagnostic.name})"
    yield "file", path_in_repository(diagnostic.filename)
    yield "line", where.row
    yield "endLine", where.end_row
    # GitHub takes columns within one line alone.
    if where.row == where.end_row and where.column is not None:
        yield "col", where.column
        yield "endColumn", where.end_column


def _escaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for character, escape in escapes:
        text = text.replace(character, escape)
    return text
