"""A script of the user's own, from the first look at it to the figures of each fix."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path

from keraslint import figures
from keraslint.config import Configurations
from keraslint.registry import Registry
from keraslint.verify.measurement import Measurement
from keraslint.verify.measurement import Side
from keraslint.verify.measurement import Verdict
from keraslint.verify.measuring import Comparer
from keraslint.verify.own.arms import Arm
from keraslint.verify.own.arms import ScriptRunner
from keraslint.verify.own.candidates import Candidate
from keraslint.verify.own.candidates import Candidates
from keraslint.verify.own.candidates import find_candidates
from keraslint.verify.own.comparison import Comparison
from keraslint.verify.own.comparison import Limits
from keraslint.verify.own.cost import as_option
from keraslint.verify.own.cost import seconds_for
from keraslint.verify.own.cost import steps_within
from keraslint.verify.own.cost import wall_of
from keraslint.verify.run import Data
from keraslint.verify.run import End
from keraslint.verify.run import Run
from keraslint.verify.statistics import ENOUGH_PAIRS
from keraslint.verify.summary import side

_AS_IS = Arm("", "as it is")
_PROFILE_RUNS = 3
# What Python, TensorFlow and most readers of images say of a file that is not there.
_NO_FILE = re.compile(r"FileNotFoundError|NotFoundError|No such file")


class NothingToMeasureError(Exception):
    """Why a script cannot be measured, in a line, and the last lines of its error."""

    def __init__(self, message: str, error: str = "") -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True, slots=True)
class MeasuredScript:
    """What came of a script: each fix alone, all together, and how long the original waits for data.

    ``steps`` is where the runs were cut, None where the script ran to its end; ``needed`` are the seconds
    that a verdict on each fix takes, where the budget did not have them. ``waits`` are the shares of its time
    in which the original waited for data, by pairs of runs.
    """

    alone: Mapping[Candidate, Measurement]
    together: Measurement | None
    original: Side | None
    unfixed: int
    steps: int | None = None
    stopped: bool = False
    needed: float | None = None
    waits: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ScriptMeasuring:
    """What a script is measured with, and on what ``machine``."""

    runner: ScriptRunner
    compare: Comparer
    configurations: Configurations
    registry: Registry
    machine: str
    limits: Limits
    tell: Callable[[str], None]

    def profile(self) -> MeasuredScript:
        """How long the script waits for its data."""
        first = self._first_look(_AS_IS)
        runner = self._cut_at(self._steps_of(first))
        own, in_memory = [], []
        for _ in range(_PROFILE_RUNS):
            self.tell("as it is")
            own.append(_measured(runner(_AS_IS)))
            self.tell("the same on data in memory")
            in_memory.append(runner(_AS_IS, data=Data.IN_MEMORY))
        each = [side([one], [other]).waiting for one, other in zip(own, in_memory, strict=True)]
        waits = tuple(share for share in each if share is not None)
        return MeasuredScript({}, None, side(own, in_memory), 0, runner.steps, waits=waits)

    def measure(self) -> MeasuredScript:
        """Every fix alone and all together, against the script as it is."""
        self.tell("a first look")
        first = self.runner(_AS_IS)
        spent = first.wall
        found = self._candidates(first)
        if not found.each:
            _measured(first)
            raise NothingToMeasureError(_nothing_to_compare(found))
        needed: tuple[Candidate, ...] = ()
        base = _AS_IS
        if not first.end.is_measured:
            needed = tuple(each for each in found.each if each.mends_an_error)
            if not needed:
                _measured(first)
            base = Arm("", "made to run", self._files(found, needed))
            first = self._first_look(base)
            spent += first.wall
            # It came further now, and so loaded more.
            found = self._candidates(first)
        return self._compared(first, spent, base, found, needed)

    def _compared(
        self, first: Run, spent: float, base: Arm, found: Candidates, needed: tuple[Candidate, ...]
    ) -> MeasuredScript:
        arms = {
            each: Arm(each.finding.code, each.place, self._files(found, (*needed, each)), each.changes)
            for each in found.each
            if each not in needed
        }
        everything = self._all_fixes(found) if len(arms) > 1 else None
        variants = [*arms.values(), *([] if everything is None else [everything])]
        runner = self._within_budget(first, spent, 1 + len(variants))
        comparison = Comparison(
            base, variants, runner, self.compare, self.limits, self.tell, spent=spent, runs=1
        )
        stopped = False
        try:
            comparison.measure()
        except KeyboardInterrupt:
            stopped = True
        figures = comparison.measurements()
        alone = {each: figures[arms[each]] if each in arms else _mended(each) for each in found.each}
        return MeasuredScript(
            alone,
            None if everything is None else figures[everything],
            comparison.original_side(),
            found.unfixed,
            runner.steps,
            stopped,
            comparison.seconds_needed(),
        )

    def _all_fixes(self, found: Candidates) -> Arm:
        changes = next((each.changes for each in found.joined(found.each) if each.changes), None)
        return Arm("ALL", "all fixes", self._files(found, found.each), changes)

    def _files(self, found: Candidates, chosen: tuple[Candidate, ...]) -> dict[Path, bytes]:
        root = self.runner.script.root
        return {path.relative_to(root): data for path, data in found.files(chosen).items()}

    def _candidates(self, first: Run) -> Candidates:
        """The fixes in the script and in the files that it loads."""
        root, copy = self.runner.script.root, self.runner.trees.place
        loaded = {Path(each).relative_to(copy) for each in first.sources if Path(each).is_relative_to(copy)}
        files = {root / each for each in (*loaded, self.runner.script.script)}
        there = {path for path in files if path.is_file()}
        return find_candidates(there, self.configurations, self.registry, self.machine)

    def _first_look(self, base: Arm) -> Run:
        self.tell("a first look")
        return _measured(self.runner(base))

    def _within_budget(self, first: Run, spent: float, arms: int) -> ScriptRunner:
        """Runs so short that enough pairs fit what is left of the budget; an error where not even two do."""
        left = self.limits.budget - spent
        steps = self._steps_of(first)
        if self.runner.steps is None:
            steps = steps_within(first, arms, left) or steps
        run = wall_of(first, steps)
        if seconds_for(2, arms, run) > left:
            enough = as_option(spent + seconds_for(ENOUGH_PAIRS, arms, run))
            raise NothingToMeasureError(
                f"the budget is too short: a run takes {figures.duration(run)} here, and {arms} forms of the "
                f"script are compared; `--budget {enough}` is enough"
            )
        return self._cut_at(steps)

    def _steps_of(self, first: Run) -> int | None:
        """Every run makes the steps that the first one came to, so that all do the same work."""
        if first.end is End.CUT and self.runner.steps is None:
            return max(len(first.step_times), 1)
        return self.runner.steps

    def _cut_at(self, steps: int | None) -> ScriptRunner:
        return self.runner if steps is None else replace(self.runner, steps=steps, seconds=None)


def _measured(run: Run) -> Run:
    if not run.end.is_measured:
        lines = [line.strip() for line in run.error.splitlines() if line.strip()]
        last = f": {lines[-1]}" if lines else ""
        hint = ""
        if _NO_FILE.search(run.error):
            hint = (
                "; it runs in a copy of its project, and of what lies beside it that its Python files or its "
                "arguments name by a relative path"
            )
        raise NothingToMeasureError(
            f"the script as it is cannot be measured, {run.end.value}{last}{hint}", run.error
        )
    return run


def _nothing_to_compare(found: Candidates) -> str:
    if found.unfixed:
        return (
            "nothing to compare: what was found has no fix that could be applied (`keraslint check` shows it)"
        )
    return "nothing to compare: no finding in the script or in what it loads has a fix"


def _mended(candidate: Candidate) -> Measurement:
    return Measurement(
        candidate.finding.code,
        candidate.place,
        "breaks",
        "time",
        Verdict.BREAKS,
        error="the script does not run without it",
    )
