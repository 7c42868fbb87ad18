"""What the buffer of a ``shuffle`` holds, and what fills it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass

from keraslint.semantics.data.pipelines import DatasetStep
from keraslint.semantics.data.pipelines import Pipeline
from keraslint.semantics.evaluation.elements import element_bytes
from keraslint.semantics.evaluation.elements import least_bytes
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Count
from keraslint.semantics.evaluation.values import is_same
from keraslint.semantics.evaluation.values import parts_of

# The steps that a shuffle can change places with, and that keep no elements themselves.
_BETWEEN = ("enumerate", "filter", "map", "prefetch", "with_options")
LARGER = 2


@dataclass(frozen=True, slots=True, eq=False)
class FinishedBuffer:
    """A ``shuffle`` whose buffer holds what a ``map`` before it has made larger.

    ``elements`` is how many it keeps, at most, and ``held`` what so many take, in bytes; both are None where it
    keeps all the files of a data set, as many as there are.
    """

    shuffle: DatasetStep
    enlarging: DatasetStep
    elements: int | None
    held: int | None


def finished_buffers(pipelines: Iterable[Pipeline]) -> Iterator[FinishedBuffer]:
    """The shuffles of consumed pipelines that could as well stand before a ``map``, where elements are smaller."""
    for pipeline in pipelines:
        for step in pipeline.steps:
            if step.name == "shuffle" and not step.is_nested and step.before is not None:
                enlarging = _first_enlarging(step)
                elements = buffered(step)
                if enlarging is not None and elements is not None:
                    held = elements * least_bytes(step.before.element)
                    yield FinishedBuffer(step, enlarging, elements, held)
                elif enlarging is not None and enlarging.reading and _keeps_all(step):
                    yield FinishedBuffer(step, enlarging, None, None)


def buffered(shuffle: DatasetStep) -> int | None:
    """How many elements a shuffle keeps: not more than there are."""
    size = shuffle.argument("buffer_size").number
    if size is None:
        return None
    return int(size) if shuffle.length is None else min(int(size), shuffle.length)


def _keeps_all(shuffle: DatasetStep) -> bool:
    """Whether the buffer is as long as what the dataset is made of."""
    size = shuffle.argument("buffer_size").value
    if not isinstance(size, Count) or size.of is UNKNOWN:
        return False
    given = shuffle.preceding[0].record.arguments.values()
    return any(is_same(size.of, part) for value in given for part in (value, *parts_of(value)))


def _first_enlarging(shuffle: DatasetStep) -> DatasetStep | None:
    """The earliest map that makes its elements larger, with nothing but maps from there to the shuffle."""
    assert shuffle.before is not None
    found = None
    for step in reversed(shuffle.preceding):
        if step.name not in _BETWEEN or (step.name == "map" and step.mapper.random):
            break
        if step.name == "map" and _is_smaller_before(step, shuffle):
            found = step
    return found


def _is_smaller_before(step: DatasetStep, shuffle: DatasetStep) -> bool:
    assert step.before is not None
    assert shuffle.before is not None
    if step.reading is not None:
        return True
    before = element_bytes(step.before.element)
    return before is not None and LARGER * before <= least_bytes(shuffle.before.element)
