"""GitLab's code quality report, which its merge requests show."""

from __future__ import annotations

import json
from typing import Any

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Severity
from keraslint.fingerprint import Fingerprint
from keraslint.fingerprint import fingerprints
from keraslint.outcome import Outcome
from keraslint.report.artifacts import path_in_repository
from keraslint.report.artifacts import region
from keraslint.report.notes import in_plain_lines

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def report(outcome: Outcome) -> str:
    """One JSON array."""
    marks = fingerprints(outcome.diagnostics, outcome.sources)
    return json.dumps(
        [
            _issue(diagnostic, mark, outcome)
            for diagnostic, mark in zip(outcome.diagnostics, marks, strict=True)
        ],
        indent=2,
    )


def _issue(diagnostic: Diagnostic, mark: Fingerprint, outcome: Outcome) -> dict[str, Any]:
    cell = outcome.place(diagnostic.filename, diagnostic.location).cell
    where = "" if cell is None else f" (cell {cell})"
    return {
        "type": "issue",
        "check_name": diagnostic.code,
        "description": f"{diagnostic.name}: {diagnostic.message}{where}",
        "categories": ["Performance"],
        "severity": _SEVERITIES[diagnostic.severity],
        "fingerprint": str(mark),
        "location": _location(outcome, diagnostic.filename, diagnostic),
        "other_locations": [_location(outcome, related.filename, related) for related in diagnostic.related],
        "content": {"body": "\n".join(f"- {line}" for line in in_plain_lines(diagnostic, outcome))},
    }


def _location(outcome: Outcome, filename: str, place: Any) -> dict[str, Any]:
    where = region(outcome, filename, place.location, place.end_location)
    return {
        "path": path_in_repository(filename),
        "lines": {"begin": where.row, "end": where.end_row},
    }
