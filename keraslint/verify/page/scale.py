"""Axes: where a value stands, in percent of the width, and which values are written beside the axis."""

from __future__ import annotations

import math
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_MOST_TICKS = 7
_LEAST_DISTANCE = 9.0
_FINE = tuple(round(0.1 * step, 1) for step in range(1, 31))
_EVEN = tuple(round(0.2 * step, 1) for step in range(1, 21))
_MIDDLE = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0, 7.0, 10.0)
_COARSE = tuple(base * 10.0**power for power in range(-3, 5) for base in (1, 2, 5))
_DECADES = tuple(10.0**power for power in range(-6, 10))


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from ``low`` to ``high``, linear or logarithmic."""

    low: float
    high: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Where a value stands, from 0 to 100; what lies outside stands at the edge."""
        value = min(max(value, self.low), self.high)
        if self.logarithmic:
            return 100 * math.log(value / self.low) / math.log(self.high / self.low)
        return 100 * (value - self.low) / (self.high - self.low)

    def ticks(self) -> tuple[float, ...]:
        """Round values that leave room for each other."""
        candidates = (_FINE, _EVEN, _MIDDLE, _COARSE, _DECADES) if self.logarithmic else self._even()
        within = [tuple(tick for tick in some if self.low <= tick <= self.high) for some in candidates]
        return next((some for some in within if self._has_room(some)), within[-1])

    def _has_room(self, ticks: Sequence[float]) -> bool:
        places = [self.at(tick) for tick in ticks]
        near = any(after - before < _LEAST_DISTANCE for before, after in pairwise(places))
        return len(ticks) <= _MOST_TICKS and not near

    def _even(self) -> tuple[tuple[float, ...], ...]:
        start = math.floor(math.log10(self.high - self.low)) - 1
        steps = [base * 10.0**power for power in (start, start + 1) for base in (1, 2, 5)]
        return tuple(
            tuple(step * index for index in range(math.ceil(self.low / step), int(self.high / step) + 1))
            for step in steps
        )


def ratio_scale(values: Iterable[float]) -> Scale:
    """The axis on which all ratios of a report stand, with 1 on it and some air at its ends."""
    found = [value for value in values if value > 0 and math.isfinite(value)]
    low, high = min([0.85, *found]), max([1.25, *found])
    air = (high / low) ** 0.06
    return Scale(low / air, high * air, logarithmic=True)


def cost_scale(costs: Sequence[float]) -> Scale:
    """The axis of what a sweep varied: logarithmic where the costs span much."""
    low, high = min(costs), max(costs)
    if low == high:
        return Scale(low - 1, high + 1)
    if low > 0 and high / low >= 8:
        return Scale(low, high, logarithmic=True)
    return Scale(low, high)
