"""A function over many items in several processes; what comes out never depends on how many."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from keraslint.source.stack import run_with_deep_stack

T = TypeVar("T")
R = TypeVar("R")

_CHUNKS_A_PROCESS = 8


def available_processors() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """Runs functions over items in order; with one job in this very process.

    Functions and items travel to fresh interpreters, so they must be picklable.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        if self._jobs > 1:
            self._pool = _pool(self._jobs)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def map(
        self,
        function: Callable[[T], R],
        items: Sequence[T],
        *,
        weight: Callable[[T], int],
        crashed: Callable[[T], R],
    ) -> Iterator[R]:
        """The results in the order of the items; ``crashed`` makes one up where a process died over an item."""
        if self._pool is None:
            for item in items:
                yield run_with_deep_stack(function, item)
            return
        chunks = list(_chunks(items, weight, self._jobs * _CHUNKS_A_PROCESS))
        try:
            futures = [self._pool.submit(_work, function, chunk) for chunk in chunks]
        except BrokenProcessPool:
            self._pool = _pool(self._jobs)
            futures = [self._pool.submit(_work, function, chunk) for chunk in chunks]
        for future, chunk in zip(futures, chunks, strict=True):
            if isinstance(future.exception(), BrokenProcessPool):
                # Whichever item it was: each gets a process of its own to die in.
                yield from (_alone(function, item, crashed) for item in chunk)
            else:
                yield from future.result()


def _work(function: Callable[[T], R], chunk: Sequence[T]) -> list[R]:
    return run_with_deep_stack(lambda: [function(item) for item in chunk])


def _alone(function: Callable[[T], R], item: T, crashed: Callable[[T], R]) -> R:
    with _pool(1) as pool:
        try:
            return pool.submit(_work, function, [item]).result()[0]
        except BrokenProcessPool:
            return crashed(item)


def _pool(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))


def _chunks(items: Sequence[T], weight: Callable[[T], int], number: int) -> Iterator[Sequence[T]]:
    """About ``number`` chunks of about equal weight, in order."""
    limit = sum(map(weight, items)) / number
    chunk: list[T] = []
    total = 0
    for item in items:
        chunk.append(item)
        total += weight(item)
        if total >= limit:
            yield chunk
            chunk, total = [], 0
    if chunk:
        yield chunk
