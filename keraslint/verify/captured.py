"""What a capture run wrote: elements, losses, weights, warnings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class CaptureError(Exception):
    """There is no capture to read, and why."""


@dataclass(frozen=True, slots=True)
class Typed:
    """An array, and its type in the program: that of the array itself may only stand for it."""

    array: Array
    dtype: str


@dataclass(frozen=True, slots=True)
class Captured:
    """One program's capture; an element is the list of its arrays.

    ``complete`` says whether the elements are all of the first epoch, not just its beginning.
    """

    kind: str
    elements: tuple[tuple[Typed, ...], ...]
    complete: bool
    losses: tuple[tuple[float, ...], ...]
    weights: tuple[Typed, ...]
    warnings: tuple[str, ...]


def read(folder: Path) -> Captured:
    """Read a capture folder."""
    try:
        record = json.loads((folder / "capture.json").read_text(encoding="utf-8"))
        elements = _groups(folder / "elements.npz", record["elements"])
        weights = _groups(folder / "weights.npz", [record["weights"]])
    except (OSError, ValueError, KeyError) as error:
        raise CaptureError(f"Nothing was captured in {folder.name}: {error}") from error
    return Captured(
        kind=record["kind"],
        elements=elements,
        complete=record["complete"],
        losses=tuple(tuple(values) for values in record["losses"]),
        weights=weights[0],
        warnings=tuple(record["warnings"]),
    )


def _groups(path: Path, types: list[list[str]]) -> tuple[tuple[Typed, ...], ...]:
    with np.load(path, allow_pickle=False) as file:
        return tuple(
            tuple(Typed(file[f"{number}_{place}"], dtype) for place, dtype in enumerate(group))
            for number, group in enumerate(types)
        )
