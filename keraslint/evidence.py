"""What the harness measured for a rule, read from the ``evidence`` folder of the rule's package."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from keraslint.diagnostic import Evidence
from keraslint.registry import RegisteredRule

_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Record:
    """One measurement of one rule's pair on one machine; a stale one is of other fixtures than today's."""

    verdict: str
    ratio: float | None
    interval: tuple[float, float] | None
    hardware: str
    software: tuple[tuple[str, str], ...]
    measured: str
    stale: bool

    def as_evidence(self) -> Evidence | None:
        """The figure that a diagnostic carries, if there is one that still holds."""
        if self.stale or self.ratio is None or self.interval is None:
            return None
        return Evidence(self.ratio, self.interval, self.hardware, self.verdict)


def records(rule: RegisteredRule) -> tuple[Record, ...]:
    """What was measured for a rule: the confirmed first, then the newest."""
    hashes = tuple(
        None if data is None else hashlib.sha256(data).hexdigest()
        for data in (rule.fixture("bad.py"), rule.fixture("good.py"))
    )
    found = [
        _record(document, item, hashes)
        for document in _documents(rule.package)
        for item in document.get("records", ())
        if item.get("code") == rule.code
    ]
    found.sort(key=lambda record: record.measured, reverse=True)
    found.sort(key=lambda record: (record.stale, record.verdict != "confirmed"))
    return tuple(found)


@cache
def evidence_of(rule: RegisteredRule) -> Evidence | None:
    """The figure to show beside a rule's findings."""
    return next(filter(None, (record.as_evidence() for record in records(rule))), None)


@cache
def _documents(package: str) -> tuple[dict[str, Any], ...]:
    folder = resources.files(package).joinpath("evidence")
    if not folder.is_dir():
        return ()
    files = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".json")), key=lambda item: item.name
    )
    documents = (json.loads(item.read_text(encoding="utf-8")) for item in files)
    return tuple(document for document in documents if document.get("schema") == _SCHEMA)


def _record(document: dict[str, Any], item: dict[str, Any], hashes: tuple[str | None, ...]) -> Record:
    interval = item.get("interval")
    return Record(
        verdict=item["verdict"],
        ratio=item.get("ratio"),
        interval=None if interval is None else (interval[0], interval[1]),
        hardware=document["hardware"]["class"],
        software=tuple((key, str(value)) for key, value in document.get("software", {}).items()),
        measured=item.get("measured", ""),
        stale=(item.get("bad_sha256"), item.get("good_sha256")) != hashes,
    )
