"""A script of the user's own, from the first look at it to the figures of each fix."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path

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
from keraslint.verify.run import Data
from keraslint.verify.run import End
from keraslint.verify.run import Run
from keraslint.verify.summary import side

_AS_IS = Arm("", "as it is")
_PROFILE_RUNS = 2


class NothingToMeasureError(Exception):
    """Why a script cannot be measured, in a line, and the last lines of its error."""

    def __init__(self, message: str, error: str = "") -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True, slots=True)
class MeasuredScript:
    """What came of a script: each fix alone, all together, and how long the original waits for data.

    ``steps`` is where the runs were cut, None where the script ran to its end.
    """

    alone: Mapping[Candidate, Measurement]
    together: Measurement | None
    original: Side | None
    unfixed: int
    steps: int | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class ScriptMeasuring:
    """What a script is measured with; ``seconds`` is how long the original trains before it is cut."""

    runner: ScriptRunner
    compare: Comparer
    configurations: Configurations
    registry: Registry
    limits: Limits
    tell: Callable[[str], None]

    def profile(self) -> MeasuredScript:
        """How long the script waits for its data."""
        first = self._first_look(_AS_IS)
        runner = self._cut_like(first)
        own, in_memory = [], []
        for _ in range(_PROFILE_RUNS):
            self.tell("as it is")
            own.append(_measured(runner(_AS_IS)))
            self.tell("the same on data in memory")
            in_memory.append(runner(_AS_IS, data=Data.IN_MEMORY))
        return MeasuredScript({}, None, side(own, in_memory), 0, runner.steps)

    def measure(self) -> MeasuredScript:
        """Every fix alone and all together, against the script as it is."""
        self.tell("a first look")
        first = self.runner(_AS_IS)
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
            # It came further now, and so loaded more.
            found = self._candidates(first)
        return self._compared(self._cut_like(first), base, found, needed)

    def _compared(
        self, runner: ScriptRunner, base: Arm, found: Candidates, needed: tuple[Candidate, ...]
    ) -> MeasuredScript:
        arms = {
            each: Arm(each.finding.code, each.place, self._files(found, (*needed, each)), each.changes)
            for each in found.each
            if each not in needed
        }
        everything = self._all_fixes(found) if len(arms) > 1 else None
        variants = [*arms.values(), *([] if everything is None else [everything])]
        comparison = Comparison(base, variants, runner, self.compare, self.limits, self.tell)
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
        return find_candidates({path for path in files if path.is_file()}, self.configurations, self.registry)

    def _first_look(self, base: Arm) -> Run:
        self.tell("a first look")
        return _measured(self.runner(base))

    def _cut_like(self, first: Run) -> ScriptRunner:
        """Every run makes the steps that the first one came to, so that all do the same work."""
        if first.end is End.CUT and self.runner.steps is None:
            return replace(self.runner, steps=max(len(first.step_times), 1), seconds=None)
        return self.runner


def _measured(run: Run) -> Run:
    if not run.end.is_measured:
        lines = [line.rstrip() for line in run.error.splitlines() if line.strip()]
        last = f": {lines[-1].strip()}" if lines else ""
        raise NothingToMeasureError(
            f"the script as it is cannot be measured, {run.end.value}{last}", run.error
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
