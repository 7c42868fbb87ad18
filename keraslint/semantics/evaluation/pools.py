"""Functions that pools of threads or processes run."""

from __future__ import annotations

from collections.abc import Iterable

from keraslint.semantics.evaluation.records import Frame

_POOLS = ("Executor()", "Pool()", "Parallel()", "ThreadPool()")


def runs_in_pool(frames: Iterable[Frame]) -> bool:
    """Whether one of these functions is run by a pool."""
    return any(
        frame.call is not None and any(pool in frame.call.callee for pool in _POOLS) for frame in frames
    )
