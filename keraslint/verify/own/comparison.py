"""One program against several changed forms of it, in blocks that give each the same chances."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from pathlib import Path

from keraslint.verify.measurement import Equality
from keraslint.verify.measurement import Measurement
from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Side
from keraslint.verify.measurement import Verdict
from keraslint.verify.measuring import Comparer
from keraslint.verify.own.arms import Arm
from keraslint.verify.own.arms import Runner
from keraslint.verify.own.cost import IN_MEMORY_RUNS
from keraslint.verify.own.cost import seconds_for
from keraslint.verify.run import Data
from keraslint.verify.run import Run
from keraslint.verify.statistics import ENOUGH_PAIRS
from keraslint.verify.statistics import is_narrow
from keraslint.verify.statistics import verdict_on
from keraslint.verify.summary import QUANTITIES
from keraslint.verify.summary import ratio
from keraslint.verify.summary import side

_DIFFERS_FROM_ITSELF = "two runs of the script as it is differ as well"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the comparison may cost: seconds in all, and runs."""

    budget: float
    max_runs: int | None = None


@dataclass
class Comparison:
    """Measures an original against its variants; what it found so far can be asked at any time.

    ``spent`` and ``runs`` begin with what the first look at the script took.
    """

    original: Arm
    variants: Sequence[Arm]
    run: Runner
    compare: Comparer
    limits: Limits
    tell: Callable[[str], None]
    seed: int = field(default_factory=lambda: random.SystemRandom().getrandbits(32))
    spent: float = 0.0
    runs: int = 0

    def __post_init__(self) -> None:
        self._timed: dict[Arm, list[Run]] = {arm: [] for arm in (self.original, *self.variants)}
        self._in_memory: dict[Arm, list[Run]] = {arm: [] for arm in (self.original, *self.variants)}
        self._equality: dict[Arm, Equality] = {}
        self._failed: dict[Arm, str] = {}
        # Whether two runs of the original give the same; found out where a variant gives something else.
        self._repeats: bool | None = None

    def measure(self) -> None:
        """Compare results, then time in blocks, until every interval is narrow or the budget is spent."""
        self._compare_results()
        for block in self._blocks():
            if self._is_known() or self._is_spent(len(block)):
                return
            done: dict[Arm, list[Run]] = {}
            for arm in block:
                run = self._one(arm)
                if run.end.is_measured:
                    done.setdefault(arm, []).append(run)
                else:
                    self._failed[arm] = run.error
            for arm, runs in done.items():
                # Pairs are made of runs of one block: half a block is none.
                if len(runs) == 2 and len(done.get(self.original, ())) == 2:
                    self._timed[arm] += runs
            if self.original in self._failed:
                return
            if len(self._in_memory[self.original]) < IN_MEMORY_RUNS:
                self._run_in_memory()

    def measurements(self) -> Mapping[Arm, Measurement]:
        """What is known of every variant."""
        return {arm: self._measurement(arm) for arm in self.variants}

    def seconds_needed(self) -> float | None:
        """What budget would have been enough for a verdict on every variant; None where this one was."""
        running = [arm for arm in self._timed if arm not in self._failed]
        if not self.runs or self.original in self._failed or self._pairs() >= ENOUGH_PAIRS:
            return None
        run = self.spent / self.runs
        return run + seconds_for(ENOUGH_PAIRS, len(running), run)

    def original_side(self) -> Side | None:
        """The original over all its runs, if there are any."""
        timed = self._timed[self.original]
        return side(timed, self._in_memory[self.original]) if timed else None

    # What is run

    def _blocks(self) -> Iterator[list[Arm]]:
        """Palindromes of all arms: whatever drifts over time falls on all alike."""
        chance = random.Random(self.seed)
        while True:
            arms = [arm for arm in self._timed if arm not in self._failed]
            chance.shuffle(arms)
            yield arms + arms[::-1]

    def _one(self, arm: Arm, *, data: Data = Data.OWN, capture: Path | None = None) -> Run:
        self.tell(f"{arm.name} ({self._pairs()} pairs so far)")
        run = self.run(arm, data=data, capture=capture)
        self.spent += run.wall
        self.runs += 1
        return run

    def _pairs(self) -> int:
        return min((len(runs) for arm, runs in self._timed.items() if arm not in self._failed), default=0)

    def _compare_results(self) -> None:
        with tempfile.TemporaryDirectory(prefix="keraslint-", ignore_cleanup_errors=True) as scratch:
            first = Path(scratch, "original")
            first.mkdir()
            if not self._one(self.original, capture=first).end.is_measured:
                return
            for number, arm in enumerate(self.variants):
                if self._is_spent(1):
                    return
                folder = Path(scratch, str(number))
                folder.mkdir()
                run = self._one(arm, capture=folder)
                if not run.end.is_measured:
                    self._failed[arm] = run.error
                    continue
                found = self.compare(first, folder)
                if found.verdict == "different":
                    found = self._explained(arm, found, first, Path(scratch))
                self._equality[arm] = found

    def _explained(self, arm: Arm, found: Equality, first: Path, scratch: Path) -> Equality:
        """The same where nothing but the fix may be the reason that results differ."""
        if arm.changes:
            return Equality("not comparable", arm.changes)
        if self._repeats is None:
            again = scratch / "again"
            again.mkdir()
            run = self._one(self.original, capture=again)
            self._repeats = run.end.is_measured and self.compare(first, again).verdict != "different"
        return found if self._repeats else Equality("not comparable", _DIFFERS_FROM_ITSELF)

    def _run_in_memory(self) -> None:
        # The last variant has all fixes: how long each of the others waits is not worth its runs.
        for arm in (self.original, self.variants[-1]):
            if arm not in self._failed:
                self._in_memory[arm].append(self._one(arm, data=Data.IN_MEMORY))

    def _is_known(self) -> bool:
        found = [self._measurement(arm) for arm in self.variants if arm not in self._failed]
        return all(
            each.ratio is not None and each.verdict is not Verdict.INCONCLUSIVE and is_narrow(each.ratio)
            for each in found
        )

    def _is_spent(self, runs: int) -> bool:
        if self.limits.max_runs is not None and self.runs + runs > self.limits.max_runs:
            return True
        expected = runs * self.spent / self.runs
        return self.spent + expected >= self.limits.budget

    # What is said of it

    def _measurement(self, arm: Arm) -> Measurement:
        found = Measurement(
            arm.code,
            arm.name,
            "time",
            "time",
            Verdict.INCONCLUSIVE,
            equality=self._equality.get(arm),
            failure=_last_line(self._failed.get(arm, "")),
            error=self._failed.get(arm, ""),
        )
        pairs = list(zip(self._timed[self.original], self._timed[arm], strict=False))
        if not pairs or arm in self._failed:
            return found
        main = ratio(pairs, QUANTITIES["time"])
        noise = self._noise()
        return replace(
            found,
            verdict=Verdict.INCONCLUSIVE if main is None else verdict_on(main, noise, len(pairs)),
            pairs=len(pairs),
            ratio=main,
            wall_ratio=ratio(pairs, QUANTITIES["wall"]),
            memory_ratio=ratio(pairs, QUANTITIES["memory"]),
            noise=noise,
            bad=side(self._timed[self.original], self._in_memory[self.original]),
            good=side(self._timed[arm], self._in_memory[arm]),
        )

    def _noise(self) -> Ratio | None:
        """The original against itself: the two runs of each block, by turns one over the other."""
        runs = self._timed[self.original]
        halves = list(zip(runs[::2], runs[1::2], strict=False))
        return ratio(
            [pair if index % 2 else pair[::-1] for index, pair in enumerate(halves)], QUANTITIES["time"]
        )


def _last_line(error: str) -> str:
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    return lines[-1] if lines else ""
