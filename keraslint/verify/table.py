"""Measurements as a table for a terminal, and what has to be said below it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from keraslint import figures
from keraslint.report.words import count
from keraslint.report.words import listed
from keraslint.verify.measurement import Measurement
from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Side
from keraslint.verify.measurement import Verdict

_STYLES = {
    Verdict.CONFIRMED: "green",
    Verdict.BREAKS: "green",
    Verdict.NO_EFFECT: "yellow",
    Verdict.REFUTED: "red",
    Verdict.INCONCLUSIVE: "dim",
}
_MEASURES = {"memory": "peak memory", "wall": "time with tracing"}
_COLUMNS = ("rule", "claim", "ratio", "verdict", "waiting", "equal", "pairs")


def table(measurements: Sequence[Measurement]) -> Table:
    """A row a rule."""
    made = Table(*_COLUMNS, box=None, pad_edge=False, header_style="bold", collapse_padding=True)
    for column in made.columns[1:5]:
        column.no_wrap = True
    made.columns[-1].justify = "right"
    for found in measurements:
        made.add_row(
            f"{found.code} {found.name}",
            _claim(found),
            "nothing timed" if found.claim in ("results", "breaks") else _ratio(found.ratio),
            _verdict(found),
            _waiting(found.bad, found.good),
            _equal(found),
            str(found.pairs) if found.pairs else "",
        )
    return made


def notes(measurements: Sequence[Measurement]) -> Iterator[Text]:
    """What the table has no room for: why there is no figure, what differs, what is only an indication."""
    for found in measurements:
        if found.verdict is Verdict.BREAKS:
            yield Text.assemble((found.code, "bold"), f": raises {found.error}")
        elif found.failure:
            yield Text.assemble((found.code, "bold"), f": {found.failure}")
            if found.error.count("\n"):
                yield Text("\n".join(f"    {line}" for line in found.error.splitlines()), "dim")
    for found in measurements:
        if found.equality is not None and (
            found.equality.verdict in ("different", "not comparable") or found.claim == "results"
        ):
            yield Text.assemble(
                (found.code, "bold"), f": results {found.equality.verdict}: {found.equality.detail}"
            )
    quick = [found for found in measurements if found.quick and found.pairs]
    if quick:
        pairs = listed(sorted({str(found.pairs) for found in quick}))
        noun = "pair" if pairs == "1" else "pairs"
        yield Text(f"An indication from {pairs} {noun} a rule, not evidence: nothing was written.")


def summary(measurements: Sequence[Measurement]) -> str:
    """How many rules came to which verdict, in a line."""
    measured = [found for found in measurements if not _is_unmeasured(found)]
    parts = [
        f"{number} {verdict.value}"
        for verdict in Verdict
        if (number := sum(found.verdict is verdict and not found.quick for found in measured))
    ]
    told = f": {', '.join(parts)}" if parts else ""
    return f"Measured {len(measured)} of {count(len(measurements), 'rule')}{told}."


def _claim(found: Measurement) -> str:
    return f"{found.claim} ({_MEASURES['wall']})" if found.measure == "wall" else found.claim


def _ratio(ratio: Ratio | None) -> str:
    if ratio is None:
        return ""
    return f"{figures.ratio(ratio.value)}x {figures.interval((ratio.low, ratio.high))}"


def _verdict(found: Measurement) -> Text:
    if found.quick and found.pairs:
        return Text("indication", "dim")
    if _is_unmeasured(found):
        return Text("not measured", "dim")
    return Text(found.verdict.value, _STYLES[found.verdict])


def _is_unmeasured(found: Measurement) -> bool:
    return bool(found.failure) and found.ratio is None and found.verdict is Verdict.INCONCLUSIVE


def _waiting(bad: Side | None, good: Side | None) -> str:
    if bad is None or good is None or bad.waiting is None or good.waiting is None:
        return ""
    return f"{bad.waiting:.0%} -> {good.waiting:.0%}"


def _equal(found: Measurement) -> Text:
    if found.equality is None:
        return Text("")
    unwanted = found.equality.verdict == "different" and found.claim != "results"
    return Text(found.equality.verdict, "red" if unwanted else "")
