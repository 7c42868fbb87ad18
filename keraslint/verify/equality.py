"""Whether two programs computed the same: their elements, then their losses, then their weights."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from keraslint.verify.captured import Array
from keraslint.verify.captured import Captured
from keraslint.verify.captured import CaptureError
from keraslint.verify.captured import Typed
from keraslint.verify.captured import read
from keraslint.verify.measurement import Equality

# Of the largest value of an array: what other orders of summation leave after some hundred steps.
TOLERANCE = 1e-3


def compare(bad: Path, good: Path, tolerance: float = TOLERANCE) -> Equality:
    """Compare two capture folders.

    ``close`` means that no value differs by more than ``tolerance`` times the largest of its array.
    """
    try:
        return _compare(read(bad), read(good), tolerance)
    except CaptureError as error:
        return Equality("not comparable", str(error))


def _compare(bad: Captured, good: Captured, tolerance: float) -> Equality:
    if not (bad.elements or bad.losses or bad.weights):
        return Equality("not comparable", "Nothing was captured of what the program computes.")
    deviation = 0.0
    said = []
    for difference, largest, same in (
        _elements(bad, good, tolerance),
        _losses(bad.losses, good.losses, tolerance),
        _weights(bad.weights, good.weights, tolerance),
    ):
        if difference:
            return Equality("different", " ".join([*said, difference]), tolerance)
        deviation = max(deviation, largest)
        if same:
            said.append(same)
    if deviation:
        said.append(f"The largest deviation is {deviation:.1g} of the largest value.")
        return Equality("close", " ".join(said), tolerance)
    return Equality("exact", " ".join(said))


Finding = tuple[str, float, str]


def _elements(bad: Captured, good: Captured, tolerance: float) -> Finding:
    if not bad.elements and not good.elements:
        return "", 0.0, ""
    if not bad.elements or not good.elements:
        return "", 0.0, "The elements of only one of the two could be seen."
    problem = _other_kind(bad.elements[0], good.elements[0])
    if problem:
        return problem, 0.0, ""
    left, right = _rows(bad.elements), _rows(good.elements)
    shared = min(len(left), len(right))
    deviation, first = _deviation_of_rows(left, right, shared)
    if deviation > tolerance:
        if _is_reordered(left, right):
            return f"The same elements come in another order, from element {first + 1} on.", 0.0, ""
        return f"Element {first + 1} is another one.", 0.0, ""
    if len(left) != len(right) and bad.complete and good.complete:
        return _other_length(bad, good), 0.0, ""
    same = f"The same {shared} elements in the same order"
    if [_length(element) for element in bad.elements[:-1]] != [
        _length(element) for element in good.elements[: len(bad.elements) - 1]
    ]:
        same += ", in batches of other sizes"
    return "", deviation, same + "."


def _other_kind(bad: Sequence[Typed], good: Sequence[Typed]) -> str:
    if len(bad) != len(good):
        return f"An element has {len(good)} arrays, not {len(bad)}."
    for left, right in zip(bad, good, strict=True):
        if left.dtype != right.dtype:
            return f"Elements are of type {right.dtype}, not {left.dtype}."
        if left.array.shape[1:] != right.array.shape[1:]:
            return f"Elements have the shape {right.array.shape[1:]}, not {left.array.shape[1:]}."
    return ""


def _length(element: Sequence[Typed]) -> int:
    return len(element[0].array)


class _Rows:
    """The elements of batches one by one, however they were batched."""

    def __init__(self, batches: Sequence[Sequence[Typed]]) -> None:
        self._rows = [tuple(part.array for part in batch) for batch in batches]
        self._places = [
            (batch, row) for batch, arrays in enumerate(self._rows) for row in range(len(arrays[0]))
        ]

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, place: int) -> tuple[Array, ...]:
        batch, row = self._places[place]
        return tuple(array[row] for array in self._rows[batch] if row < len(array))

    def __iter__(self) -> Iterator[tuple[Array, ...]]:
        return (self[place] for place in range(len(self)))


def _rows(batches: Sequence[Sequence[Typed]]) -> _Rows:
    return _Rows(batches)


def _deviation_of_rows(left: _Rows, right: _Rows, shared: int) -> tuple[float, int]:
    largest, first = 0.0, 0
    for place in range(shared):
        for one, other in zip(left[place], right[place], strict=False):
            deviation = _deviation(one, other)
            if deviation > largest:
                largest, first = deviation, place
    return largest, first


def _is_reordered(left: _Rows, right: _Rows) -> bool:
    def contents(rows: _Rows) -> list[tuple[bytes, ...]]:
        return sorted(tuple(array.tobytes() for array in row) for row in rows)

    return contents(left) == contents(right)


def _other_length(bad: Captured, good: Captured) -> str:
    before, after = len(_rows(bad.elements)), len(_rows(good.elements))
    if after < before and len(good.elements) == len(bad.elements) - 1:
        return f"The last batch is dropped: {after} elements an epoch, not {before}."
    return f"An epoch has {after} elements, not {before}."


def _losses(bad: Sequence[Sequence[float]], good: Sequence[Sequence[float]], tolerance: float) -> Finding:
    if not bad or not good:
        return "", 0.0, ""
    if len(bad) != len(good) or any(len(one) != len(other) for one, other in zip(bad, good, strict=True)):
        # One reports each step and the other each epoch: the weights decide.
        return "", 0.0, ""
    largest = 0.0
    for number, (one, other) in enumerate(zip(bad, good, strict=True), 1):
        deviation = _deviation(np.array(one), np.array(other))
        if deviation > tolerance:
            return (
                f"The loss is another one from epoch {number} on: {other[0]:.6g}, not {one[0]:.6g}.",
                0.0,
                "",
            )
        largest = max(largest, deviation)
    return "", largest, "The same losses." if not largest else ""


def _weights(bad: Sequence[Typed], good: Sequence[Typed], tolerance: float) -> Finding:
    if not bad or not good:
        return "", 0.0, ""
    if [part.array.shape for part in bad] != [part.array.shape for part in good]:
        return "The weights have other shapes.", 0.0, ""
    deviations = [_deviation(one.array, other.array) for one, other in zip(bad, good, strict=True)]
    worst = max(range(len(deviations)), key=lambda place: deviations[place])
    if deviations[worst] > tolerance:
        return f"The weights at the end differ, by {deviations[worst]:.1g} in array {worst + 1}.", 0.0, ""
    return "", deviations[worst], "The same weights." if not deviations[worst] else ""


def _deviation(one: Array, other: Array) -> float:
    """How far two arrays are apart, as a share of the largest value; infinite where that has no meaning."""
    if one.shape != other.shape:
        return float("inf")
    if np.array_equal(one, other, equal_nan=one.dtype.kind == "f"):
        return 0.0
    if one.dtype.kind not in "fiub" or other.dtype.kind not in "fiub":
        return float("inf")
    left, right = one.astype("float64"), other.astype("float64")
    if not (np.isfinite(left).all() and np.isfinite(right).all()):
        return float("inf")
    return float(np.abs(left - right).max() / max(np.abs(left).max(), np.abs(right).max()))
