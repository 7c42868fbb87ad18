"""The order in which the programs of a pair run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from keraslint.verify.run import Run


class Arm(Enum):
    """Which program runs: the slow one, the better one, or the better one against itself."""

    BAD = "bad"
    GOOD = "good"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Block:
    """The runs of a block: two pairs in the order of time, and one more run of the better program."""

    bad: tuple[Run, Run]
    good: tuple[Run, Run]
    again: Run

    @property
    def pairs(self) -> tuple[tuple[Run, Run], ...]:
        """Slow and better program, as they ran one after the other."""
        return tuple(zip(self.bad, self.good, strict=True))


def block_of(runs: Sequence[tuple[Arm, Run]]) -> Block:
    """A block of the runs that its arms said."""
    bad = [run for arm, run in runs if arm is Arm.BAD]
    good = [run for arm, run in runs if arm is Arm.GOOD]
    (again,) = (run for arm, run in runs if arm is Arm.AGAIN)
    return Block((bad[0], bad[1]), (good[0], good[1]), again)


def blocks(seed: int) -> Iterator[tuple[Arm, ...]]:
    """Endless blocks of five runs, that hold two pairs and one of a program against itself.

    Each is a palindrome (ABNBA or BANAB), so that whatever drifts over time, as a processor does that grows
    warm, falls on both programs alike. Chance says which begins.
    """
    chance = random.Random(seed)
    while True:
        outer, inner = chance.sample((Arm.BAD, Arm.GOOD), 2)
        yield (outer, inner, Arm.AGAIN, inner, outer)
