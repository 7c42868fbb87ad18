"""What a comparison of several forms of a script costs, and where its runs are cut to stay within a budget."""

from __future__ import annotations

import math

from keraslint.verify.run import Run
from keraslint.verify.statistics import ENOUGH_PAIRS

# How often the original and the last form are run on data in memory.
IN_MEMORY_RUNS = 1
# Some runs take longer than the first showed.
_MARGIN = 1.1
# A run that is cut shorter says too little of a steady state.
_LEAST_SECONDS = 2.0
_LEAST_STEPS = 4


def seconds_for(pairs: int, arms: int, run: float) -> float:
    """What so many pairs take, where a run takes so long: results are compared first."""
    return _MARGIN * run * (arms * (1 + pairs) + 2 * IN_MEMORY_RUNS)


def steps_within(first: Run, arms: int, budget: float) -> int | None:
    """The steps after which runs are cut so that enough pairs fit the budget; None where they need not be.

    ``first`` is the run that shows what a step takes, and what everything before the training does.
    """
    if not first.step_times:
        return None
    around = first.wall - first.steady
    share = (budget / seconds_for(ENOUGH_PAIRS, arms, 1.0) - around) / first.steady
    least = max(_LEAST_STEPS, math.ceil(_LEAST_SECONDS / first.steady * len(first.step_times)))
    steps = max(int(share * len(first.step_times)), least)
    return steps if steps < len(first.step_times) else None


def wall_of(first: Run, steps: int | None) -> float:
    """What a run takes that is cut there."""
    if steps is None or not first.step_times:
        return first.wall
    return first.wall - first.steady * (1 - steps / len(first.step_times))


def as_option(seconds: float) -> str:
    """A budget as ``--budget`` takes it, rounded up: ``45s``, ``12m``."""
    if seconds <= 60:
        return f"{math.ceil(seconds / 5) * 5}s"
    return f"{math.ceil(seconds / 60)}m"
