"""What the figures of a script mean for whoever wrote it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

from keraslint import figures
from keraslint.report.words import count
from keraslint.report.words import listed
from keraslint.verify.measurement import Measurement
from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Side
from keraslint.verify.measurement import Verdict
from keraslint.verify.own.candidates import Candidate
from keraslint.verify.own.cost import as_option
from keraslint.verify.statistics import CONFIRMED_ABOVE
from keraslint.verify.statistics import ENOUGH_PAIRS

# Below this share of its time, waiting for data is nobody's problem.
_WORTHWHILE = 0.05


def advice(
    alone: Mapping[Candidate, Measurement], together: Measurement | None, seconds_needed: float | None = None
) -> Iterator[str]:
    """What to apply and what to leave, and the command that applies just that.

    ``seconds_needed`` is the budget that would have been enough for a verdict on each, where it was not.
    """
    worth = [each for each, found in alone.items() if found.verdict is Verdict.CONFIRMED]
    needed = [each for each in alone if each.mends_an_error]
    taken = [each for each in alone if each in worth or each in needed]
    left = {each: found for each, found in alone.items() if each not in taken}
    undecided = [each for each, found in left.items() if _is_undecided(found)]
    if not taken and not undecided:
        none = "the fix does not make" if len(alone) == 1 else f"none of the {len(alone)} fixes makes"
        yield f"Nothing here is worth changing: {none} the script faster."
        return
    for each in needed:
        yield f"Without {_named(each)} the script does not run."
    yield from _gains(alone, worth, together)
    for each, found in sorted(left.items(), key=lambda item: list(_LEFT).index(item[1].verdict)):
        yield f"{_named(each)} {_LEFT[found.verdict](found)}."
    if any(not alone[each].failure for each in undecided):
        yield _longer(seconds_needed)
    if taken:
        yield f"Apply it: {_command(taken)}"
        along = [_named(each) for each in left if _goes_with(each, taken)]
        if along:
            yield f"That applies {listed(along)} as well: it is the same rule in the same file."


def _is_undecided(found: Measurement) -> bool:
    """Whether the fix may still bring something: what cannot, need not be known any better."""
    if found.verdict is not Verdict.INCONCLUSIVE:
        return False
    return found.ratio is None or found.pairs < ENOUGH_PAIRS or found.ratio.high > CONFIRMED_ABOVE


def _undecided(found: Measurement) -> str:
    if not _is_undecided(found):
        return _LEFT[Verdict.NO_EFFECT](found)
    if found.failure:
        return "could not be measured"
    if found.ratio is None:
        return "is undecided: no pair of runs fitted the budget"
    return f"is undecided: {_figure(found.ratio)} in {count(found.pairs, 'pair')} of runs"


def profile(found: Side, waits: Sequence[float] = ()) -> Iterator[str]:
    """How much of a step is spent waiting for data, and what no wait at all would bring.

    ``waits`` are the shares of the time that single pairs of runs showed.
    """
    steps = sorted(found.step_times)
    if not steps:
        yield "The script makes a single step: there is no steady state to look at."
        return
    median, slowest = steps[len(steps) // 2], steps[min(int(len(steps) * 0.95), len(steps) - 1)]
    yield (
        f"A step takes {figures.duration(median)}, one in twenty {figures.duration(slowest)} or more; "
        f"the first, with tracing, {figures.duration(found.first_step)}; before it, {figures.duration(found.startup)}."
    )
    if found.waiting is None:
        yield "How long the model waits for its data cannot be told: its data could not be kept in memory."
        return
    spread = (
        f" ({min(waits):.0%} to {max(waits):.0%} in {count(len(waits), 'pair')} of runs)" if waits else ""
    )
    waiting = f"The model waits for its data {found.waiting:.0%} of the time{spread}"
    if found.waiting < _WORTHWHILE:
        yield f"{waiting}: the input pipeline is not the problem."
    else:
        gain = 1 / max(1 - found.waiting, 0.01)
        yield f"{waiting}: a pipeline without any wait would bring {gain:.1f}x at most."


def _longer(seconds_needed: float | None) -> str:
    if seconds_needed is None:
        return "A larger `--budget` may decide it."
    return (
        f"A verdict takes {ENOUGH_PAIRS} pairs, for which `--budget {as_option(seconds_needed)}` is enough."
    )


def _gains(
    alone: Mapping[Candidate, Measurement], worth: Sequence[Candidate], together: Measurement | None
) -> Iterator[str]:
    if len(worth) == 1:
        yield f"{_named(worth[0])} brings {_figure(alone[worth[0]].ratio)}."
    elif worth:
        for each in worth:
            yield f"{_named(each)} brings {_figure(alone[each].ratio)}."
        if together is not None and together.ratio is not None:
            yield f"All fixes together bring {_figure(together.ratio)}."
    unsafe = [each for each in worth if each.changes]
    yield from (f"{_named(each)} changes results: {each.changes}." for each in unsafe)


def _figure(ratio: Ratio | None) -> str:
    if ratio is None:
        return "no figure"
    return f"{figures.ratio(ratio.value)}x {figures.interval((ratio.low, ratio.high))}"


def _goes_with(candidate: Candidate, taken: Sequence[Candidate]) -> bool:
    """Whether the command for those that are taken applies it too."""
    finding = candidate.finding
    if candidate.changes and not any(each.changes for each in taken):
        return False
    codes, files = ({getattr(each.finding, name) for each in taken} for name in ("code", "filename"))
    return finding.code in codes and finding.filename in files


def _named(candidate: Candidate) -> str:
    return f"{candidate.finding.code} ({candidate.place})"


def _command(taken: Sequence[Candidate]) -> str:
    codes = ",".join(sorted({each.finding.code for each in taken}))
    files = sorted({each.finding.filename for each in taken})
    unsafe = ["--unsafe-fixes"] if any(each.changes for each in taken) else []
    return shlex.join(["keraslint", "check", "--select", codes, "--fix", *unsafe, *files])


# What is said of a fix that is not to be applied.
_LEFT: Mapping[Verdict, Callable[[Measurement], str]] = {
    Verdict.NO_EFFECT: lambda found: "brings nothing here: leave it",
    Verdict.REFUTED: lambda found: "makes it slower here: leave it",
    Verdict.INCONCLUSIVE: _undecided,
}
