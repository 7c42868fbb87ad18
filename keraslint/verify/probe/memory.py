"""Training data replaced by its first batches, kept in memory."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any

_BATCHES = 8


class Memory:
    """Keeps the first batches of data, and serves them as often as there were batches."""

    def __init__(self, steps: int | None, seconds: float | None) -> None:
        self.kept = 0
        self._steps = steps
        self._seconds = seconds
        self._by_place: dict[Any, Any] = {}

    def keep(self, dataset: Any, size: int | None, endless: bool) -> Any:
        """A dataset of the same number of elements as the given one, or without an end."""
        if not hasattr(dataset, "cardinality"):
            return dataset
        if size is None and not endless:
            cardinality = int(dataset.cardinality())
            size = cardinality if cardinality >= 0 else None
            # What tf.data calls infinite; any other negative number is unknown.
            endless = cardinality == -1
        held, size = self._hold(iter(dataset), size, endless)
        if not held:
            return dataset
        first = dataset.from_generator(lambda: iter(held), output_signature=dataset.element_spec).cache()
        for _ in first:
            pass
        self.kept += 1
        again = first.repeat()
        return (again if size is None else again.take(size)).prefetch(-1)

    def keep_for(self, place: Any, dataset: Any) -> Any:
        """The same for a dataset that the script iterates over at a place in its code."""
        key = (place, repr(dataset.element_spec), int(dataset.cardinality()))
        if key not in self._by_place:
            self._by_place[key] = self.keep(dataset, None, False)
        return self._by_place[key]

    def serve(self, held: list[Any], size: int | None) -> Iterator[Any]:
        """Held batches over and over, as many as an epoch has."""
        return itertools.islice(itertools.cycle(held), size)

    def hold(self, batches: Iterable[Any], size: int | None, endless: bool) -> tuple[list[Any], int | None]:
        """The first batches of a Python iterable, and how many it has."""
        held, size = self._hold(iter(batches), size, endless)
        self.kept += bool(held)
        return held, size

    def _hold(self, batches: Iterator[Any], size: int | None, endless: bool) -> tuple[list[Any], int | None]:
        held = list(itertools.islice(batches, _BATCHES))
        if endless or size is not None or len(held) < _BATCHES:
            return held, size if size is not None or endless else len(held)
        # How long an epoch is only its data tells; nobody asks beyond where the script is cut.
        deadline = None if self._seconds is None else time.perf_counter() + self._seconds
        count = len(held)
        for _ in batches:
            count += 1
            if self._steps is not None and count > self._steps + 1:
                return held, None
            if deadline is not None and time.perf_counter() > deadline:
                return held, None
        return held, count
