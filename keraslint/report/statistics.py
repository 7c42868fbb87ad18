"""How often each rule was broken, and what to change first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import wrap

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
    first = rows[0] if rows else None
    if first is None or first.severity is Severity.INFO:
        return
    reason = ""
    if first.severity is Severity.ERROR:
        reason = ": it does not work as it stands"
    elif first.gain > 1 and first.evidence is not None:
        reason = f": measured {in_short(first.evidence)}"
    elif len(rows) == 1:
        return
    yield Text()
    words = f"Change first {first.code} {first.name}, in {count(first.count, 'place')}{reason}."
    for line in [words] if width is None else wrap(words, width, break_on_hyphens=False):
        yield Text(clean(line), "bold")
