"""What was measured in words: in short for messages, in sentences for pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from keraslint import figures
from keraslint.diagnostic import Evidence

if TYPE_CHECKING:
    from keraslint.evidence import Record

_MEASURES = {"time": "training time", "memory": "peak memory", "wall": "training time with tracing"}
_SHORT_MEASURES = {"memory": " the memory", "wall": " with tracing"}
_VERDICTS = {
    "confirmed": "confirmed",
    "no effect": "no effect",
    "refuted": "refuted, the change makes it worse",
    "inconclusive": "inconclusive, nothing is claimed",
}
_UNTIMED = {
    ("breaks", "breaks"): "confirmed, the example raises the error",
    ("breaks", "refuted"): "refuted, the example raises no error",
    ("results", "confirmed"): "confirmed, the results differ",
    ("results", "inconclusive"): "inconclusive, the results were the same",
}
_EQUAL = {
    "exact": "The results are the same to the bit",
    "close": "The results are the same within rounding",
    "different": "The results differ",
    "not comparable": "The results differ on purpose",
}


def in_short(evidence: Evidence) -> str:
    """``7.1x on a 2-core CPU, TF 2.21``."""
    return _told(evidence, "")


def in_full(evidence: Evidence) -> str:
    """The same with its interval."""
    return _told(evidence, f" {figures.interval(evidence.interval)}")


def _told(evidence: Evidence, interval: str) -> str:
    figure = f"{figures.ratio(evidence.speedup)}x{_SHORT_MEASURES.get(evidence.measure, '')}{interval}"
    if evidence.verdict != "confirmed":
        figure = f"{evidence.verdict} ({figure})"
    where = figures.machine(evidence.hardware, own=evidence.is_own)
    return ", ".join(filter(None, (f"{figure} on {where}", evidence.framework)))


def sentences(record: Record) -> str:
    """The verdict first, then what it was made on and what else was seen."""
    return " ".join(_sentences(record))


def _sentences(record: Record) -> Iterator[str]:
    told = _UNTIMED.get((record.claim, record.verdict)) or _VERDICTS.get(record.verdict, record.verdict)
    verdict, _, comment = told.partition(", ")
    where = figures.machine(record.hardware, own=record.is_own)
    software = _listed_software(record)
    said = ": ".join(filter(None, (f"**{verdict}** on {where}", _figure(record), comment)))
    yield f"{said}; {software}." if software else f"{said}."
    if record.equal is not None and record.claim == "time":
        yield f"{_EQUAL.get(record.equal, record.equal)}{_detail(record)}."
    if record.waiting is not None:
        before, after = (f"{100 * share:.0f} %" for share in record.waiting)
        yield f"The model waited for data {before} of the time before the change, {after} after it."
    if record.sweep is not None:
        yield figures.worth(record.sweep.curve, record.sweep.unit)
    pairs = f" in {record.pairs} pairs of runs" if record.pairs else ""
    if record.measured:
        yield f"Measured on {record.measured}{pairs}."
    if record.is_stale:
        yield "Stale: the two programs have changed since, so the figure no longer counts."


def _figure(record: Record) -> str:
    if record.ratio is None or record.interval is None:
        return ""
    figure = f"{figures.ratio(record.ratio)}x {figures.interval(record.interval)}"
    return f"{figure} in {_MEASURES.get(record.measure, record.measure)}"


def _detail(record: Record) -> str:
    # A comparison says whole sentences, a rule that changes something on purpose a part of one.
    return f": {record.equal_detail.removesuffix('.')}" if record.equal_detail else ""


def _listed_software(record: Record) -> str:
    versions = [(name, version) for name, version in record.software if name != "backend"]
    return ", ".join(f"{figures.software(name)} {version}" for name, version in versions)
