"""Measurements as evidence: the form of a record, and the files that hold them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from keraslint.verify.files import write_text
from keraslint.verify.measurement import Measurement
from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Side
from keraslint.verify.measurement import Verdict
from keraslint.verify.statistics import ENOUGH_PAIRS

SCHEMA = 1
# What makes two machines one: figures from both belong into one file.
_SAME_MACHINE = ("class", "cpu", "accelerator")
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Knob:
    """What a sweep turns, and in what it is told, as in ``work`` and ``ms a sample``."""

    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement, and what it was made of: the hashes of both programs, the day, the conditions.

    The hashes are empty where there are no programs.
    """

    measurement: Measurement
    bad_sha256: str
    good_sha256: str
    day: str
    conditions: Mapping[str, object]
    knob: Knob | None = None

    @property
    def is_evidence(self) -> bool:
        """Whether it says something of its rule; an indication and a program that failed do not."""
        found = self.measurement
        if found.quick or not self.bad_sha256 or (found.error and found.verdict is not Verdict.BREAKS):
            return False
        if found.claim in ("breaks", "results"):
            return found.verdict is not Verdict.INCONCLUSIVE or found.equality is not None
        return found.pairs >= ENOUGH_PAIRS and found.ratio is not None


def document(
    hardware: Mapping[str, object], software: Mapping[str, str], records: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """What an evidence file holds."""
    return {"schema": SCHEMA, "hardware": hardware, "software": software, "records": list(records)}


def record(measured: Measured) -> dict[str, object]:
    """The form of one measurement; what is not known is left out."""
    found = measured.measurement
    told: dict[str, object] = {
        "code": found.code,
        "name": found.name,
        "claim": found.claim,
        "measure": found.measure,
        "verdict": found.verdict.value,
        "ratio": None if found.ratio is None else _rounded(found.ratio.value),
        "interval": None if found.ratio is None else _interval(found.ratio),
        "pairs": found.pairs,
        "equal": None if found.equality is None else found.equality.verdict,
        "bad_sha256": measured.bad_sha256 or None,
        "good_sha256": measured.good_sha256 or None,
        "measured": measured.day,
        "equal_detail": "" if found.equality is None else found.equality.detail,
        "tolerance": None if found.equality is None else found.equality.tolerance,
        "noise": _ratio(found.noise),
        "wall_ratio": _ratio(found.wall_ratio),
        "memory_ratio": _ratio(found.memory_ratio),
        "bad": _side(found.bad),
        "good": _side(found.good),
        "conditions": dict(measured.conditions),
        "sweep": _sweep(found, measured.knob),
        "failure": found.failure,
        "error": found.error,
        "quick": found.quick,
    }
    required = list(told)[: list(told).index("measured") + 1]
    return {
        key: value for key, value in told.items() if key in required or value not in (None, "", {}, False)
    }


def write(
    folder: Path,
    hardware: Mapping[str, object],
    software: Mapping[str, str],
    measured: Sequence[Measured],
) -> Path:
    """Put records into the file of their machine and software, in the place of older ones of their rules."""
    folder.mkdir(parents=True, exist_ok=True)
    path, old = _file_for(folder, hardware, software)
    records = {str(each["code"]): each for each in old}
    records.update({each.measurement.code: record(each) for each in measured})
    ordered = [records[code] for code in sorted(records)]
    text = json.dumps(document(hardware, software, ordered), indent=1, ensure_ascii=False)
    write_text(path, text + "\n")
    return path


def _file_for(
    folder: Path, hardware: Mapping[str, object], software: Mapping[str, str]
) -> tuple[Path, list[dict[str, Any]]]:
    """The file of a machine and its records; another machine of the same class has another file."""
    stem = (
        f"{hardware['class']}-{software['backend']}-{software[software['backend']]}-keras-{software['keras']}"
    )
    for number in count(1):
        path = folder / (f"{stem}.json" if number == 1 else f"{stem}-{number}.json")
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            same = found["schema"] == SCHEMA and found["software"] == dict(software)
            if same and all(found["hardware"].get(key) == hardware.get(key) for key in _SAME_MACHINE):
                return path, list(found["records"])
        except FileNotFoundError:
            return path, []
        except (ValueError, KeyError, TypeError, AttributeError):
            # Somebody's own file, or a damaged one: it is left alone.
            continue
    raise AssertionError("numbers do not end")


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _interval(ratio: Ratio) -> list[float]:
    return [_rounded(ratio.low), _rounded(ratio.high)]


def _ratio(ratio: Ratio | None) -> dict[str, object] | None:
    return None if ratio is None else {"ratio": _rounded(ratio.value), "interval": _interval(ratio)}


def _side(side: Side | None) -> dict[str, object] | None:
    if side is None:
        return None
    told: dict[str, object] = {
        name: _rounded(getattr(side, name)) for name in ("steady", "wall", "startup", "first_step", "cpu")
    }
    told["peak_memory"] = side.peak_memory
    if side.waiting is not None:
        told["waiting"] = round(side.waiting, 3)
    return told


def _sweep(found: Measurement, knob: Knob | None) -> dict[str, object] | None:
    if knob is None or not found.sweep:
        return None
    points = [{"value": value, **(_ratio(ratio) or {})} for value, ratio in found.sweep.items()]
    return {"knob": knob.name, "unit": knob.unit, "points": points}
