"""Runs become figures: what two runs have in common, ratios of pairs, medians of a side."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from statistics import median

from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Side
from keraslint.verify.run import End
from keraslint.verify.run import Run
from keraslint.verify.schedule import Block
from keraslint.verify.statistics import ratio_of

# Of two runs, what is compared of either.
Quantity = Callable[[Run, Run], tuple[float, float]]


def steady_times(slow: Run, better: Run) -> tuple[float, float]:
    """The steady state of two runs; where one was cut, that of the steps that both have made, if any."""
    if slow.end is better.end is End.FINISHED:
        return slow.steady, better.steady
    common = min(len(slow.step_times), len(better.step_times)) if slow.kind == better.kind else 0
    return sum(slow.step_times[:common]), sum(better.step_times[:common])


def wall_times(slow: Run, better: Run) -> tuple[float, float]:
    """The same with the first step, and so with tracing."""
    steady = steady_times(slow, better)
    if slow.kind != better.kind and steady == (0.0, 0.0):
        return steady
    return slow.first_step + steady[0], better.first_step + steady[1]


def peak_memories(slow: Run, better: Run) -> tuple[float, float]:
    """The most memory that either held."""
    return float(slow.peak_memory), float(better.peak_memory)


QUANTITIES: dict[str, Quantity] = {"time": steady_times, "wall": wall_times, "memory": peak_memories}


def ratio(pairs: Sequence[tuple[Run, Run]], quantity: Quantity) -> Ratio | None:
    """The ratio over pairs of runs; None where a run has nothing of the quantity."""
    found = [quantity(*pair) for pair in pairs]
    if not found or any(min(each) <= 0 for each in found):
        return None
    return ratio_of(found)


def pairs_of(blocks: Sequence[Block]) -> list[tuple[Run, Run]]:
    """The pairs of all blocks, in the order of time."""
    return [pair for block in blocks for pair in block.pairs]


def pairs_of_one(blocks: Sequence[Block]) -> list[tuple[Run, Run]]:
    """The better program against itself, by turns the earlier run over the later and the other way round."""
    return [(block.good[index % 2], block.again) for index, block in enumerate(blocks)]


def side(runs: Sequence[Run], in_memory: Sequence[Run]) -> Side:
    """One program over all its runs."""
    middle = sorted(runs, key=lambda run: run.steady)[len(runs) // 2]
    return Side(
        steady=median(run.steady for run in runs),
        wall=median(run.first_step + run.steady for run in runs),
        startup=median(run.startup for run in runs),
        first_step=median(run.first_step for run in runs),
        peak_memory=int(median(run.peak_memory for run in runs)),
        cpu=median(run.cpu for run in runs),
        waiting=_waiting(runs, in_memory),
        step_times=middle.step_times,
    )


def _waiting(runs: Sequence[Run], in_memory: Sequence[Run]) -> float | None:
    own, without = _pace(runs), _pace([run for run in in_memory if run.end.is_measured and run.kept])
    if own is None or without is None:
        return None
    # What is seen to be waited is no less than that, however fast or slow the other runs happened to be.
    seen = median(run.waited / run.steady for run in runs if run.steady > 0)
    return min(max(1 - without / own, seen), 1.0)


def _pace(runs: Sequence[Run]) -> float | None:
    """Seconds a step."""
    paces = [run.steady / len(run.step_times) for run in runs if run.step_times and run.steady > 0]
    return median(paces) if paces else None
