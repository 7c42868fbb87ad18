"""How often each rule was broken, and what to change first."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rich.text import Text

from keraslint.diagnostic import Severity
from keraslint.measured import in_short
from keraslint.outcome import Outcome
from keraslint.report.json import evidence_as_object
from keraslint.report.plain import clean
from keraslint.report.ranking import Ranked
from keraslint.report.ranking import ranked
from keraslint.report.severities import STYLES
from keraslint.report.words import count
from keraslint.report.wrapping import hanging

_MOST_BROKEN = 2
_MOST_SLOW = 3


def report(outcome: Outcome, width: int | None) -> Iterator[Text]:
    """A line for each rule, what to change first at the top; ``[*]`` where ``--fix`` mends all, ``[-]`` some."""
    rows = ranked(outcome)
    widest = max((len(str(row.count)) for row in rows), default=0)
    code = max((len(row.code) for row in rows), default=0)
    name = max((len(row.name) for row in rows), default=0)
    for row in rows:
        mark = "*" if row.fixable == row.count else "-" if row.fixable else " "
        text = Text.assemble(
            (f"{row.count:>{widest}}", "bold"),
            "  ",
            (f"{row.code:<{code}}", STYLES[row.severity]),
            "  [",
            (mark, "bold cyan"),
            "] ",
            row.name,
        )
        measured = "" if row.evidence is None else clean(in_short(row.evidence))
        beside = len(text) + name - len(row.name) + 2
        if measured and (width is None or beside + len(measured) <= width):
            text.append(" " * (beside - len(text))).append(measured, "dim")
        elif measured:
            text.append(f"\n{' ' * (widest + 2)}{measured}", "dim")
        yield text
    yield from _advice(rows, width)


def as_json(outcome: Outcome) -> str:
    """The same as a JSON array of objects, in the same order."""
    return json.dumps(
        [
            {
                "code": row.code,
                "name": row.name,
                "count": row.count,
                "fixable": row.fixable,
                "evidence": None if row.evidence is None else evidence_as_object(row.evidence),
            }
            for row in ranked(outcome)
        ],
        indent=2,
    )


def _advice(rows: list[Ranked], width: int | None) -> Iterator[Text]:
    """The first few rules of which somebody knows why they come first."""
    broken = [row for row in rows if row.severity is Severity.ERROR]
    slow = [row for row in rows if row.severity is Severity.WARNING and row.gain > 1]
    if not (broken or slow):
        return
    yield from (Text(), Text("Change first:", "bold"))
    for row in (*broken[:_MOST_BROKEN], *slow[:_MOST_SLOW]):
        reason = "it does not work as it stands"
        if row in slow and row.evidence is not None:
            reason = f"measured {clean(in_short(row.evidence))}"
        places = count(row.count, "place")
        line = Text.assemble("  ", (row.code, STYLES[row.severity]), f" {row.name}, in {places}: {reason}")
        yield from hanging(line, width, 4)
    yield Text()
