"""The format for machines: one array of findings, as ``schema/findings-1.schema.json`` describes it."""

from __future__ import annotations

import json
from typing import Any

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Edit
from keraslint.diagnostic import Evidence
from keraslint.diagnostic import Location
from keraslint.diagnostic import ResolvedFix
from keraslint.outcome import Outcome
from keraslint.outcome import Place


def report(outcome: Outcome) -> str:
    """All findings as one JSON array."""
    return json.dumps([as_object(diagnostic, outcome) for diagnostic in outcome.diagnostics], indent=2)


def as_object(diagnostic: Diagnostic, outcome: Outcome) -> dict[str, Any]:
    """One finding, as the schema has it."""
    filename = diagnostic.filename
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "confidence": diagnostic.confidence.value,
        "message": diagnostic.message,
        "filename": filename,
        "cell": outcome.place(filename, diagnostic.location).cell,
        **_range(outcome, filename, diagnostic.location, diagnostic.end_location),
        "related": [
            {
                "filename": related.filename,
                "location": _location(outcome.place(related.filename, related.location)),
                "message": related.message,
            }
            for related in diagnostic.related
        ],
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix, filename, outcome),
        "evidence": None if diagnostic.evidence is None else evidence_as_object(diagnostic.evidence),
        "url": diagnostic.url,
    }


def _location(place: Place) -> dict[str, int]:
    return {"row": place.row, "column": place.column}


def _range(outcome: Outcome, filename: str, start: Location, end: Location) -> dict[str, Any]:
    return {
        "location": _location(outcome.place(filename, start)),
        "end_location": _location(outcome.place(filename, end)),
    }


def _fix(fix: ResolvedFix, filename: str, outcome: Outcome) -> dict[str, Any]:
    reason = {} if fix.reason is None else {"reason": fix.reason}
    return {
        "applicability": fix.applicability.value,
        "message": fix.message,
        **reason,
        "edits": [_edit(edit, filename, outcome) for edit in fix.edits],
    }


def _edit(edit: Edit, filename: str, outcome: Outcome) -> dict[str, Any]:
    elsewhere = {} if edit.filename == filename else {"filename": edit.filename}
    cell = outcome.place(edit.filename, edit.location).cell
    return {
        **elsewhere,
        **({} if cell is None else {"cell": cell}),
        "content": edit.content,
        **_range(outcome, edit.filename, edit.location, edit.end_location),
    }


def evidence_as_object(evidence: Evidence) -> dict[str, Any]:
    """What was measured, as the schema has it."""
    return {
        "speedup": evidence.speedup,
        "interval": list(evidence.interval),
        "hardware": evidence.hardware,
        "verdict": evidence.verdict,
        "measure": evidence.measure,
        "framework": evidence.framework,
        "own": evidence.is_own,
    }
