"""One pair of programs becomes a measurement."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from itertools import islice
from pathlib import Path

from keraslint.report.words import count
from keraslint.verify.failing import FailedRunError
from keraslint.verify.failing import measured
from keraslint.verify.measurement import Equality
from keraslint.verify.measurement import Measurement
from keraslint.verify.measurement import Verdict
from keraslint.verify.run import Data
from keraslint.verify.run import End
from keraslint.verify.run import Program
from keraslint.verify.run import Request
from keraslint.verify.run import Run
from keraslint.verify.schedule import Arm
from keraslint.verify.schedule import block_of
from keraslint.verify.schedule import blocks
from keraslint.verify.statistics import is_narrow
from keraslint.verify.statistics import verdict_on
from keraslint.verify.store import State
from keraslint.verify.summary import QUANTITIES
from keraslint.verify.summary import pairs_of
from keraslint.verify.summary import pairs_of_one
from keraslint.verify.summary import ratio
from keraslint.verify.summary import side

Executor = Callable[[Request], Run]
Comparer = Callable[[Path, Path], Equality]

# How often the training on data in memory is repeated, for either program.
_IN_MEMORY_RUNS = 2
# What an indication may take, and where it cuts the training of a program, in seconds: a run takes at
# most half of it, and a second more to end.
_QUICK_SECONDS = 42.0
_QUICK_TRAINING = 10.0
_QUICK_WALL = _QUICK_SECONDS / 2 - 1.0
# A module that is gone from a package that is there, which is what a rule may claim.
_PART_MISSING = re.compile(r"No module named '\w+\.")
# Where something is installed, and where it lies in memory: nothing that another machine shows too.
_OF_THIS_MACHINE = re.compile(r" \((?:/|[A-Za-z]:\\)[^()]*\)| at 0x[0-9a-fA-F]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two programs to be compared, and what is claimed of them.

    ``measure`` is what the verdict is made on: ``time``, ``memory`` or ``wall``. ``changes`` says what the
    better program changes in the results on purpose.
    """

    code: str
    name: str
    claim: str
    measure: str
    bad: Program
    good: Program
    changes: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a measurement may cost: seconds and runs in all, and seconds for one run.

    ``steps`` and ``seconds`` of training, and ``wall`` seconds in all, are where each run is cut.
    """

    budget: float = 600.0
    max_runs: int | None = None
    timeout: float = 300.0
    steps: int | None = None
    seconds: float | None = None
    wall: float | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """What a measurement works with; ``save`` is given what was measured so far, ``tell`` what comes next."""

    execute: Executor
    compare: Comparer
    save: Callable[[State], None] = lambda state: None
    tell: Callable[[str], None] = lambda words: None


class InterruptedMeasurementError(Exception):
    """Somebody stopped the run; ``measurement`` is what was measured till then."""

    def __init__(self, measurement: Measurement) -> None:
        super().__init__("interrupted")
        self.measurement = measurement


def measure(pair: Pair, tools: Tools, limits: Limits, state: State) -> Measurement:
    """Measure a pair until its interval is narrow enough or the limits are reached; ``state`` grows."""
    session = _Session(pair, tools, limits, state)
    return session.result(session.run_everything)


def measure_ratio(pair: Pair, tools: Tools, limits: Limits, state: State) -> Measurement:
    """The ratio alone: neither are the results compared nor the time that is spent waiting told."""
    session = _Session(pair, tools, limits, state)
    return session.result(session.run_blocks)


def indicate(pair: Pair, tools: Tools) -> Measurement:
    """A first impression from one or two pairs of runs, in about three quarters of a minute."""
    limits = Limits(_QUICK_SECONDS, timeout=_QUICK_SECONDS, seconds=_QUICK_TRAINING, wall=_QUICK_WALL)
    session = _Session(pair, tools, limits, State(), is_quick=True)
    return session.result(session.run_quickly)


@dataclass
class _Session:
    pair: Pair
    tools: Tools
    limits: Limits
    state: State
    is_quick: bool = False
    quick_pairs: list[tuple[Run, Run]] = field(default_factory=list)

    def result(self, work: Callable[[], None]) -> Measurement:
        """What came of the work, or of what takes its place where nothing is timed."""
        untimed = {"breaks": self._whether_it_breaks, "results": self._what_differs}
        try:
            if self.pair.claim in untimed:
                return untimed[self.pair.claim]()
            work()
        except FailedRunError as failure:
            return replace(self._measurement(), failure=str(failure), error=failure.error)
        except KeyboardInterrupt:
            raise InterruptedMeasurementError(replace(self._measurement(), failure="stopped")) from None
        return self._measurement()

    # What is run

    def run_everything(self) -> None:
        """Compare the results, time the pairs, and time both programs on data in memory."""
        if self.state.equality is None:
            self.state.equality = self._compared()
            self.tools.save(self.state)
        while self._time_a_block():
            if self.pair.measure != "memory" and len(self.state.in_memory_good) < _IN_MEMORY_RUNS:
                self._run_in_memory()

    def run_blocks(self) -> None:
        """Time the pairs."""
        while self._time_a_block():
            continue

    def run_quickly(self) -> None:
        """Time a pair, and another one if there is time, in the opposite order."""
        for order in ((Arm.BAD, Arm.GOOD), (Arm.GOOD, Arm.BAD)):
            if 2 * self.state.spent > self.limits.budget:
                return
            runs = {}
            for arm in order:
                left = self.limits.budget - self.state.spent
                self.limits = replace(self.limits, timeout=left)
                runs[arm] = self._timed(arm)
            self.quick_pairs.append((runs[Arm.BAD], runs[Arm.GOOD]))

    def _time_a_block(self) -> bool:
        """Run the next block of the schedule, unless enough is known or spent."""
        state = self.state
        arms = next(islice(blocks(state.seed), len(state.blocks), None))
        if self._is_known() or self._is_spent(len(arms)):
            return False
        runs = []
        for arm in arms:
            self.tools.tell(f"{count(2 * len(state.blocks), 'pair')} so far")
            runs.append((arm, self._timed(arm)))
        state.blocks.append(block_of(runs))
        self.tools.save(state)
        return True

    def _is_known(self) -> bool:
        if not self.state.blocks:
            return False
        found = self._measurement()
        return found.ratio is None or (found.verdict is not Verdict.INCONCLUSIVE and is_narrow(found.ratio))

    def _is_spent(self, runs: int) -> bool:
        state, limits = self.state, self.limits
        if limits.max_runs is not None and state.runs + runs > limits.max_runs:
            return True
        # The next runs will take about as long as those before, except that nothing may be known at all.
        expected = runs * state.spent / state.runs if state.blocks else 0.0
        return state.spent + expected >= limits.budget

    def _run_in_memory(self) -> None:
        if self._is_spent(2):
            return
        for program, kept in (
            (self.pair.bad, self.state.in_memory_bad),
            (self.pair.good, self.state.in_memory_good),
        ):
            self.tools.tell("the same on data in memory")
            kept.append(self._run(program, data=Data.IN_MEMORY))
        self.tools.save(self.state)

    def _timed(self, arm: Arm) -> Run:
        program = self.pair.bad if arm is Arm.BAD else self.pair.good
        return measured(program, self._run(program))

    def _run(self, program: Program, *, data: Data = Data.OWN, capture: Path | None = None) -> Run:
        limits = self.limits
        run = self.tools.execute(
            Request(
                program,
                data,
                limits.steps,
                limits.seconds,
                limits.timeout,
                capture,
                untrained=True,
                wall=limits.wall,
            )
        )
        self.state.spent += run.wall
        self.state.runs += 1
        return run

    # What is claimed of results

    def _compared(self) -> Equality:
        """What both programs trained on and what came of it, compared."""
        with tempfile.TemporaryDirectory(prefix="keraslint-", ignore_cleanup_errors=True) as scratch:
            folders = []
            for name, program in (("bad", self.pair.bad), ("good", self.pair.good)):
                self.tools.tell("comparing results")
                folder = Path(scratch, name)
                folder.mkdir()
                measured(program, self._run(program, capture=folder))
                folders.append(folder)
            found = self.tools.compare(*folders)
        # A claim about results is that they differ.
        on_purpose = self.pair.changes if self.pair.claim != "results" else None
        if found.verdict == "different" and on_purpose is not None:
            return Equality("not comparable", on_purpose)
        return found

    def _what_differs(self) -> Measurement:
        found = self._compared()
        if found.warning:
            detail = f"{found.detail} Only `{self.pair.bad.script.name}` is warned: {found.warning}"
            found = replace(found, detail=detail)
        self.state.equality = found
        seen = found.verdict == "different" or found.warning
        return replace(self._measurement(), verdict=Verdict.CONFIRMED if seen else Verdict.INCONCLUSIVE)

    def _whether_it_breaks(self) -> Measurement:
        bad = self._run(self.pair.bad)
        if bad.end.is_measured:
            script = self.pair.bad.script.name
            return replace(
                self._measurement(),
                verdict=Verdict.REFUTED,
                failure=f"`{script}` runs to its end: nothing breaks",
            )
        told = FailedRunError(self.pair.bad, bad)
        if bad.end is not End.RAISED and not _PART_MISSING.search(told.error):
            raise told
        good = self._run(self.pair.good)
        if good.end not in (End.FINISHED, End.CUT, End.TRAINED_NOTHING):
            raise FailedRunError(self.pair.good, good)
        # The lines before name files, and files may name people.
        error = _OF_THIS_MACHINE.sub("", told.error.rpartition("\n")[2])
        return replace(self._measurement(), verdict=Verdict.BREAKS, error=error)

    # What is said of it

    def _measurement(self) -> Measurement:
        pair, state = self.pair, self.state
        found = Measurement(
            pair.code,
            pair.name,
            pair.claim,
            pair.measure,
            Verdict.INCONCLUSIVE,
            equality=state.equality,
            quick=self.is_quick,
        )
        pairs = self.quick_pairs or pairs_of(state.blocks)
        if not pairs:
            timed = pair.claim in ("time", "memory")
            return replace(found, failure="the budget was spent before a pair was timed" if timed else "")
        quantity = QUANTITIES[pair.measure]
        main = ratio(pairs, quantity)
        noise = ratio(pairs_of_one(state.blocks), quantity)
        slow, better = ([each[index] for each in pairs] for index in (0, 1))
        return replace(
            found,
            verdict=Verdict.INCONCLUSIVE if main is None else verdict_on(main, noise, len(pairs)),
            pairs=len(pairs),
            ratio=main,
            wall_ratio=ratio(pairs, QUANTITIES["wall"]),
            memory_ratio=ratio(pairs, QUANTITIES["memory"]),
            noise=noise,
            bad=side(slow, state.in_memory_bad),
            good=side(better, state.in_memory_good),
            failure="" if main is not None else _nothing_steady(pair, pairs),
        )


def _nothing_steady(pair: Pair, pairs: list[tuple[Run, Run]]) -> str:
    if any(run.end is End.CUT for both in pairs for run in both) and pairs[0][0].kind != pairs[0][1].kind:
        return "a program had to be cut short, and the steps of one are not those of the other"
    still = pair.bad if any(not slow.step_times for slow, _ in pairs) else pair.good
    return f"`{still.script.name}` makes a single step: there is no steady state to compare"
