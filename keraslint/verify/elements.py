"""Elements of two programs, compared one by one however they were batched."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass

from keraslint.verify.captured import Array
from keraslint.verify.captured import Captured
from keraslint.verify.captured import Typed
from keraslint.verify.deviation import deviations
from keraslint.verify.deviation import largest

Batch = tuple[Typed, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a comparison found: a difference, or how far values are apart, and what is the same."""

    difference: str = ""
    deviation: float = 0.0
    same: str = ""


def compare_elements(bad: Captured, good: Captured, tolerance: float) -> Finding:
    """Compare what both programs trained on, in order."""
    if not bad.elements and not good.elements:
        return Finding()
    if not bad.elements or not good.elements:
        return Finding(same="The elements of only one of the two can be seen.")
    problem = _other_kind(bad.elements[0], good.elements[0])
    if problem:
        return Finding(problem)
    scales = [
        largest(batch[place].array for batch in (*bad.elements, *good.elements) if place < len(batch))
        for place in range(len(bad.elements[0]))
    ]
    worst = 0.0
    for start, left, right in _aligned(bad.elements, good.elements):
        for one, other, scale in zip(left, right, scales, strict=False):
            apart = deviations(one, other, scale)
            if apart.max(initial=0.0) > tolerance:
                return Finding(_other_element(bad, good, start + int((apart > tolerance).argmax())))
            worst = max(worst, float(apart.max(initial=0.0)))
    before, after = _count(bad.elements), _count(good.elements)
    if before != after and bad.complete and good.complete:
        return Finding(_other_length(bad, good))
    same = f"The same {min(before, after)} elements in the same order"
    shared = min(len(bad.elements), len(good.elements)) - 1
    if [_length(batch) for batch in bad.elements[:shared]] != [
        _length(batch) for batch in good.elements[:shared]
    ]:
        same += ", in batches of other sizes"
    return Finding("", worst, same + ".")


def _other_kind(bad: Batch, good: Batch) -> str:
    if len(bad) != len(good):
        return f"An element has {len(good)} arrays, not {len(bad)}."
    for left, right in zip(bad, good, strict=True):
        if left.dtype != right.dtype:
            return f"Elements are of type {right.dtype}, not {left.dtype}."
        if left.array.shape[1:] != right.array.shape[1:]:
            return f"Elements have the shape {right.array.shape[1:]}, not {left.array.shape[1:]}."
    return ""


def _aligned(bad: Sequence[Batch], good: Sequence[Batch]) -> Iterator[tuple[int, list[Array], list[Array]]]:
    """Pieces of both that hold the same elements, if all is well, and where each piece begins."""
    place = bad_batch = bad_row = good_batch = good_row = 0
    while bad_batch < len(bad) and good_batch < len(good):
        left, right = bad[bad_batch], good[good_batch]
        rows = min(_length(left) - bad_row, _length(right) - good_row)
        yield place, _cut(left, bad_row, rows), _cut(right, good_row, rows)
        place += rows
        bad_row += rows
        good_row += rows
        if bad_row == _length(left):
            bad_batch, bad_row = bad_batch + 1, 0
        if good_row == _length(right):
            good_batch, good_row = good_batch + 1, 0


def _cut(batch: Batch, start: int, rows: int) -> list[Array]:
    if start == 0 and rows == _length(batch):
        return [part.array for part in batch]
    # The parts of a ragged tensor have lengths of their own; only a whole batch can be compared there.
    return [part.array[start : start + rows] for part in batch if len(part.array) == _length(batch)]


def _length(batch: Batch) -> int:
    return len(batch[0].array)


def _count(batches: Sequence[Batch]) -> int:
    return sum(_length(batch) for batch in batches)


def _other_element(bad: Captured, good: Captured, place: int) -> str:
    if _contents(bad.elements) == _contents(good.elements):
        return f"The same elements come in another order, from element {place + 1} on."
    if bad.complete and good.complete:
        return f"Element {place + 1} is another one."
    return f"Element {place + 1} is another one, or comes in another place."


def _contents(batches: Sequence[Batch]) -> list[tuple[bytes, ...]]:
    rows: list[tuple[bytes, ...]] = []
    for batch in batches:
        arrays = [part.array for part in batch if len(part.array) == _length(batch)]
        rows += [tuple(array[row].tobytes() for array in arrays) for row in range(_length(batch))]
    return sorted(rows)


def _other_length(bad: Captured, good: Captured) -> str:
    before, after = _count(bad.elements), _count(good.elements)
    if after < before and len(good.elements) == len(bad.elements) - 1:
        return f"The last batch is dropped: an epoch has {after} elements, not {before}."
    return f"An epoch has {after} elements, not {before}."
