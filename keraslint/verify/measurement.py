"""What the harness says of a pair of programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from enum import Enum


class Verdict(Enum):
    """What a ratio and its interval mean."""

    CONFIRMED = "confirmed"
    NO_EFFECT = "no effect"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    BREAKS = "breaks"


@dataclass(frozen=True, slots=True)
class Ratio:
    """The slow program over the better one, with a 95 % interval; above 1 the better one wins."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Equality:
    """Whether both programs computed the same.

    ``verdict`` is ``exact``, ``close`` (within ``tolerance``), ``different``, or ``not comparable``
    (the better program changes results on purpose); ``detail`` says what differs, or what changes.
    ``warning`` is what only the first program warns its user of.
    """

    verdict: str
    detail: str = ""
    tolerance: float | None = None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One program of a pair over all its runs: medians, in seconds, bytes and cores.

    ``wall`` lasts from the beginning of the first step to the end of the last, tracing included, and counts
    what Python waited for elements of datasets before; ``startup`` (imports, data, building) is the rest of
    the time before. ``step_times`` are those of the run in the
    middle. ``waiting`` is the share of its steady time in which the model waited for data, from 0 to 1:
    what the same training on data in memory does not take, and no less than what Python was seen to wait.
    """

    steady: float
    wall: float
    startup: float
    first_step: float
    peak_memory: int
    cpu: float
    waiting: float | None
    step_times: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Measurement:
    """A pair of programs, measured.

    ``measure`` names what the verdict is made on: ``time`` (the steady state), ``memory`` (the
    peak) or ``wall`` (with tracing). ``noise`` is the ratio of a program against itself in the
    same session. ``ratio`` is that of ``measure``. ``pairs`` counts the pairs of runs.
    ``failure`` says in one line why there is no figure where there should be one; ``error`` are the last
    lines of a program that failed, or the last one of a program that breaks as its rule says. A ``quick`` measurement is an indication and no evidence, whatever its figures.
    """

    code: str
    name: str
    claim: str
    measure: str
    verdict: Verdict
    pairs: int = 0
    ratio: Ratio | None = None
    wall_ratio: Ratio | None = None
    memory_ratio: Ratio | None = None
    noise: Ratio | None = None
    equality: Equality | None = None
    bad: Side | None = None
    good: Side | None = None
    failure: str = ""
    error: str = ""
    quick: bool = False
    # Where the effect depends on a cost: the knob's value, and the ratio there.
    sweep: Mapping[float, Ratio] = field(default_factory=dict)
