"""What the harness measured for a rule: shipped with its package, or by users on hardware of their own.

Both lie in evidence files, one a machine and its software. A file or a record that
cannot be read is passed over, and costs nothing but itself.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING
from typing import Any

from keraslint import figures
from keraslint.diagnostic import Evidence
from keraslint.places import data_folder
from keraslint.registry import RegisteredRule

if TYPE_CHECKING:
    from importlib.abc import Traversable

_SCHEMA = 1
_FOLDER = "evidence"


@dataclass(frozen=True, slots=True)
class Point:
    """A ratio at a cost."""

    cost: float
    ratio: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Ratios against a cost: what was varied, in what it is told, and what was found."""

    knob: str
    unit: str
    points: tuple[Point, ...]

    @property
    def curve(self) -> list[tuple[float, float]]:
        """The points without their intervals."""
        return [(point.cost, point.ratio) for point in self.points]


@dataclass(frozen=True, slots=True)
class Record:
    """One measurement of one rule's pair on one machine; a stale one is of other fixtures than today's.

    ``waiting`` holds the shares of their time in which the slow and the better program waited for
    data. ``is_own`` says that the user measured it on hardware of their own.
    """

    claim: str
    measure: str
    verdict: str
    ratio: float | None
    interval: tuple[float, float] | None
    pairs: int
    equal: str | None
    equal_detail: str
    waiting: tuple[float, float] | None
    sweep: Sweep | None
    hardware: str
    software: tuple[tuple[str, str], ...]
    measured: str
    is_own: bool
    is_stale: bool

    def as_evidence(self) -> Evidence | None:
        """The figure that a diagnostic carries, if there is one that holds and decides something."""
        if self.is_stale or self.verdict == "inconclusive" or self.ratio is None or self.interval is None:
            return None
        return Evidence(
            self.ratio,
            self.interval,
            self.hardware,
            self.verdict,
            self.measure,
            figures.framework(dict(self.software)),
            self.is_own,
        )


def records(rule: RegisteredRule, *, shipped: bool = False) -> tuple[Record, ...]:
    """What was measured for a rule: the user's own first, then the confirmed, then the newest.

    Without the user's own where ``shipped`` asks for what comes with the rule alone.
    """
    programs = (rule.fixture("bad.py"), rule.fixture("good.py"))
    found = [
        *records_in(() if shipped else _own(), rule.code, programs, is_own=True),
        *records_in(_shipped(rule.package), rule.code, programs),
    ]
    return tuple(sorted(found, key=lambda record: (record.is_stale, not record.is_own)))


def records_in(
    documents: Iterable[Mapping[str, Any]],
    code: str,
    programs: Sequence[bytes | None],
    *,
    is_own: bool = False,
) -> list[Record]:
    """What documents hold of a pair of programs: first what is not stale, then the confirmed, then the newest."""
    hashes = tuple(None if data is None else hashlib.sha256(data).hexdigest() for data in programs)
    items = ((document, item) for document in documents for item in _items(document, code))
    found = filter(None, (_record(document, item, hashes, is_own) for document, item in items))
    newest = sorted(found, key=lambda record: record.measured, reverse=True)
    return sorted(newest, key=lambda record: (record.is_stale, record.verdict != "confirmed"))


def documents_in(folder: Traversable) -> tuple[dict[str, Any], ...]:
    """The evidence files of a folder that can be read."""
    return tuple(filter(None, map(document_of, files_in(folder))))


def files_in(folder: Traversable) -> list[Traversable]:
    """The evidence files of a folder, by name."""
    try:
        return sorted(
            (item for item in folder.iterdir() if item.name.endswith(".json")), key=lambda item: item.name
        )
    except OSError:
        return []


def document_of(file: Traversable) -> dict[str, Any] | None:
    """What an evidence file holds, None where that cannot be read."""
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found if found["schema"] == _SCHEMA and found["hardware"]["class"] else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def shipped_folder(package: str) -> Traversable | None:
    """Where the evidence lies that comes with a rule pack; a pack of one module brings none."""
    try:
        return resources.files(package).joinpath(_FOLDER)
    except (ImportError, TypeError):
        return None


def described(record: Record) -> dict[str, Any]:
    """The record as JSON has it."""
    return {**asdict(record), "software": dict(record.software)}


def concerns(wanted: str, machine: str) -> bool:
    """Whether a class of machine is of the hardware that a rule names."""
    return wanted == "any" or (wanted == "accelerator" and not machine.startswith("cpu-"))


@cache
def evidence_of(rule: RegisteredRule) -> Evidence | None:
    """The figure to show beside a rule's findings, from the hardware that the rule is about."""
    found = (each for each in records(rule) if concerns(rule.rule.hardware, each.hardware))
    return next(filter(None, (record.as_evidence() for record in found)), None)


@cache
def _shipped(package: str) -> tuple[dict[str, Any], ...]:
    folder = shipped_folder(package)
    return () if folder is None else documents_in(folder)


@cache
def _own() -> tuple[dict[str, Any], ...]:
    return documents_in(data_folder() / _FOLDER)


def _items(document: Mapping[str, Any], code: str) -> list[Mapping[str, Any]]:
    items = document.get("records")
    if not isinstance(items, list):
        return []
    return [item for item in items if isinstance(item, dict) and item.get("code") == code]


def _record(
    document: Mapping[str, Any], item: Mapping[str, Any], hashes: tuple[str | None, ...], is_own: bool
) -> Record | None:
    try:
        return _read(document, item, hashes, is_own)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError):
        return None


def _read(
    document: Mapping[str, Any], item: Mapping[str, Any], hashes: tuple[str | None, ...], is_own: bool
) -> Record:
    bounds = item.get("interval")
    shares = [item.get(side, {}).get("waiting") for side in ("bad", "good")]
    sweep = item.get("sweep")
    return Record(
        claim=str(item.get("claim", "time")),
        measure=str(item.get("measure", "time")),
        verdict=str(item["verdict"]),
        ratio=None if item.get("ratio") is None else _number(item["ratio"]),
        interval=None if bounds is None else (_number(bounds[0]), _number(bounds[1])),
        pairs=int(item.get("pairs", 0)),
        equal=item.get("equal"),
        equal_detail=str(item.get("equal_detail", "")),
        waiting=None if None in shares else (_number(shares[0]), _number(shares[1])),
        sweep=_sweep(sweep) if sweep else None,
        hardware=str(document["hardware"]["class"]),
        software=tuple((key, str(value)) for key, value in document.get("software", {}).items()),
        measured=str(item.get("measured", "")),
        is_own=is_own,
        is_stale=None in hashes or (item.get("bad_sha256"), item.get("good_sha256")) != hashes,
    )


def _sweep(item: Mapping[str, Any]) -> Sweep | None:
    points = sorted(map(_point, item["points"]), key=lambda point: point.cost)
    return Sweep(str(item["knob"]), str(item["unit"]), tuple(points)) if points else None


def _point(item: Mapping[str, Any]) -> Point:
    low, high = map(_number, item["interval"])
    return Point(_number(item["value"]), _number(item["ratio"]), (low, high))


def _number(value: Any) -> float:
    if not math.isfinite(value):
        raise ValueError("no figure")
    return float(value)
