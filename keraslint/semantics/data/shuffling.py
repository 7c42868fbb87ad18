"""What the buffer of a ``shuffle`` holds, and what fills it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass

from keraslint.semantics.data.pipelines import DatasetStep
from keraslint.semantics.data.pipelines import Pipeline
from keraslint.semantics.evaluation.elements import element_bytes
from keraslint.semantics.evaluation.elements import least_bytes

# The steps that a shuffle can change places with, and that keep no elements themselves.
_BETWEEN = ("enumerate", "map", "prefetch", "with_options")
_DECODING = ("decode_", "parse_", "read_file")
LARGER = 2


@dataclass(frozen=True, slots=True, eq=False)
class FinishedBuffer:
    """A ``shuffle`` whose buffer holds what a ``map`` before it has made larger.

    ``elements`` is how many it keeps, at most; ``held`` what so many take, in bytes.
    """

    shuffle: DatasetStep
    enlarging: DatasetStep
    elements: int
    held: int


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


def buffered(shuffle: DatasetStep) -> int | None:
    """How many elements a shuffle keeps: not more than there are."""
    size = shuffle.argument("buffer_size").number
    if size is None:
        return None
    return int(size) if shuffle.length is None else min(int(size), shuffle.length)


def _first_enlarging(shuffle: DatasetStep) -> DatasetStep | None:
    """The earliest map that makes its elements larger, with nothing but maps from there to the shuffle."""
    assert shuffle.before is not None
    found = None
    for step in reversed(shuffle.preceding):
        if step.name not in _BETWEEN or (step.name == "map" and step.mapper.is_stateful):
            break
        if step.name == "map" and _is_smaller_before(step, shuffle):
            found = step
    return found


def _is_smaller_before(step: DatasetStep, shuffle: DatasetStep) -> bool:
    assert step.before is not None
    assert shuffle.before is not None
    if any(_decodes(operation.call.callee) for operation in step.mapper.operations):
        return True
    before = element_bytes(step.before.element)
    return before is not None and LARGER * before <= least_bytes(shuffle.before.element)


def _decodes(callee: str) -> bool:
    return callee.startswith("tensorflow.") and callee.rpartition(".")[2].startswith(_DECODING)
