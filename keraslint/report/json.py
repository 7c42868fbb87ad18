"""The format for machines: one array of findings, as ``schema/findings-1.schema.json`` describes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Edit
from keraslint.diagnostic import Evidence
from keraslint.diagnostic import Location
from keraslint.diagnostic import ResolvedFix


def report(diagnostics: Sequence[Diagnostic]) -> str:
    """All findings as one JSON array."""
    return json.dumps([as_object(diagnostic) for diagnostic in diagnostics], indent=2)


def as_object(diagnostic: Diagnostic) -> dict[str, Any]:
    """A finding as the schema has it."""
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "confidence": diagnostic.confidence.value,
        "message": diagnostic.message,
        "filename": diagnostic.filename,
        "cell": diagnostic.cell,
        "location": _location(diagnostic.location),
        "end_location": _location(diagnostic.end_location),
        "related": [
            {
                "filename": related.filename,
                "location": _location(related.location),
                "message": related.message,
            }
            for related in diagnostic.related
        ],
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix, diagnostic.filename),
        "evidence": None if diagnostic.evidence is None else _evidence(diagnostic.evidence),
        "url": diagnostic.url,
    }


def _location(location: Location) -> dict[str, int]:
    return {"row": location.row, "column": location.column}


def _fix(fix: ResolvedFix, filename: str) -> dict[str, Any]:
    reason = {} if fix.reason is None else {"reason": fix.reason}
    return {
        "applicability": fix.applicability.value,
        "message": fix.message,
        **reason,
        "edits": [_edit(edit, filename) for edit in fix.edits],
    }


def _edit(edit: Edit, filename: str) -> dict[str, Any]:
    elsewhere = {} if edit.filename == filename else {"filename": edit.filename}
    return {
        **elsewhere,
        "content": edit.content,
        "location": _location(edit.location),
        "end_location": _location(edit.end_location),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "speedup": evidence.speedup,
        "interval": list(evidence.interval),
        "hardware": evidence.hardware,
        "verdict": evidence.verdict,
    }
