"""SARIF 2.1.0, which GitHub's code scanning and many editors read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Edit
from keraslint.diagnostic import Location
from keraslint.diagnostic import Severity
from keraslint.fingerprint import Fingerprint
from keraslint.fingerprint import fingerprints
from keraslint.fixer.edits import apply
from keraslint.measured import in_short
from keraslint.outcome import Outcome
from keraslint.pages import described_code
from keraslint.pages import described_rule
from keraslint.report.artifacts import Region
from keraslint.report.artifacts import region
from keraslint.report.artifacts import uri
from keraslint.report.json import evidence_as_object
from keraslint.report.notes import fix_in_words
from keraslint.reserved import RESERVED
from keraslint.source.ends import common_ends
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.source.text import encode
from keraslint.version import VERSION

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT = "%SRCROOT%"


def report(outcome: Outcome) -> str:
    """One log with one run."""
    rules = sorted({diagnostic.code for diagnostic in outcome.diagnostics})
    marks = fingerprints(outcome.diagnostics, outcome.sources)
    entries = _entries(outcome)
    run = {
        "tool": {
            "driver": {
                "name": "keraslint",
                "semanticVersion": VERSION,
                "rules": [_rule(entries[code]) for code in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            {**_result(diagnostic, outcome, mark), "ruleIndex": rules.index(diagnostic.code)}
            for diagnostic, mark in zip(outcome.diagnostics, marks, strict=True)
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


# Rules


def _entries(outcome: Outcome) -> dict[str, Mapping[str, Any]]:
    """What is known of each code that was found."""
    entries: dict[str, Mapping[str, Any]] = {item.code: described_code(item) for item in RESERVED}
    plans = {diagnostic.code: outcome.plans[diagnostic.filename] for diagnostic in outcome.diagnostics}
    for code, plan in plans.items():
        entries.update((code, described_rule(rule)) for rule in plan.selection.rules if rule.code == code)
    return entries


def _rule(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": entry["code"],
        "name": entry["name"],
        "shortDescription": {"text": entry["summary"]},
        "help": {"text": entry["page"], "markdown": entry["page"]},
        "defaultConfiguration": {"level": _LEVELS[Severity(entry["severity"])]},
        "properties": {"tags": ["performance", entry["group"]]},
    }


# Results


def _result(diagnostic: Diagnostic, outcome: Outcome, mark: Fingerprint) -> dict[str, Any]:
    place = outcome.place(diagnostic.filename, diagnostic.location)
    cell = {} if place.cell is None else {"cell": place.cell}
    evidence = {} if diagnostic.evidence is None else {"evidence": evidence_as_object(diagnostic.evidence)}
    where = "" if place.cell is None else f" (cell {place})"
    return {
        "ruleId": diagnostic.code,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": "\n".join((f"{diagnostic.message}{where}", *_told(diagnostic)))},
        "locations": [_location(outcome, diagnostic.filename, diagnostic.location, diagnostic.end_location)],
        "relatedLocations": [
            {
                "id": number,
                "message": {"text": related.message},
                **_location(outcome, related.filename, related.location, related.end_location),
            }
            for number, related in enumerate(diagnostic.related)
        ],
        # The first is the one that GitHub tells findings apart by.
        "partialFingerprints": {"primaryLocationLineHash": str(mark), "keraslint/v1": mark.content},
        "fixes": list(_fixes(diagnostic, outcome)),
        "properties": {"confidence": diagnostic.confidence.value, **cell, **evidence},
    }


def _told(diagnostic: Diagnostic) -> Iterator[str]:
    """What a reader of the message alone would miss."""
    if diagnostic.help:
        yield f"help: {diagnostic.help}"
    if diagnostic.evidence is not None:
        yield f"measured: {in_short(diagnostic.evidence)}"


def _location(outcome: Outcome, filename: str, start: Location, end: Location) -> dict[str, Any]:
    where = _region(region(outcome, filename, start, end))
    return {"physicalLocation": {"artifactLocation": _artifact(filename), "region": where}}


def _artifact(filename: str) -> dict[str, str]:
    address = uri(filename)
    return {"uri": address} if address.startswith("file:") else {"uri": address, "uriBaseId": _ROOT}


def _region(where: Region) -> dict[str, int]:
    columns = (
        {}
        if where.column is None or where.end_column is None
        else {"startColumn": where.column, "endColumn": where.end_column}
    )
    return {"startLine": where.row, "endLine": where.end_row, **columns}


# Fixes


def _fixes(diagnostic: Diagnostic, outcome: Outcome) -> Iterator[dict[str, Any]]:
    """The fix, unless it is one that is only shown, or reaches where nobody can write."""
    fix = diagnostic.fix
    if fix is None or fix.applicability is Applicability.DISPLAY:
        return
    by_file = groupby(sorted(fix.edits, key=lambda edit: edit.filename), key=lambda edit: edit.filename)
    try:
        changes = [
            {
                "artifactLocation": _artifact(filename),
                "replacements": _replacements(outcome.sources.get(filename), list(edits)),
            }
            for filename, edits in by_file
        ]
    except SourceError:
        return
    words = f"{fix.applicability.value} fix: {fix_in_words(fix)}"
    yield {"description": {"text": words}, "artifactChanges": changes}


def _replacements(source: SourceFile | None, edits: list[Edit]) -> list[dict[str, Any]]:
    if source is None or source.notebook is None:
        return [
            _replacement(Region(*_corner(edit.location), *_corner(edit.end_location)), edit.content)
            for edit in edits
        ]
    # A notebook is changed as the text that it is: one stretch, from the first difference to the last.
    old = source.data.decode("utf-8-sig")
    new = encode(source, apply(source.text, edits)).decode("utf-8-sig")
    before, after = common_ends(old, new)
    start, end = _at(old, before), _at(old, len(old) - after)
    return [_replacement(Region(*start, *end), new[before : len(new) - after])]


def _corner(location: Location) -> tuple[int, int]:
    return location.row, location.column


def _at(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def _replacement(where: Region, content: str) -> dict[str, Any]:
    return {"deletedRegion": _region(where), "insertedContent": {"text": content}}
