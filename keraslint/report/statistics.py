"""How often each rule was broken."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from rich.text import Text

from keraslint.outcome import Outcome


def report(outcome: Outcome) -> Iterator[Text]:
    """A line for each rule, the most frequent first; ``[*]`` where ``--fix`` mends all, ``[-]`` some."""
    rows = _rows(outcome)
    widest = max((len(str(total)) for _, _, total, _ in rows), default=0)
    longest = max((len(code) for code, *_ in rows), default=0)
    for code, name, total, fixable in rows:
        mark = "*" if fixable == total else "-" if fixable else " "
        yield Text.assemble(
            (f"{total:>{widest}}", "bold"), "  ", (f"{code:<{longest}}", "bold red"), f"  [{mark}] ", name
        )


def as_json(outcome: Outcome) -> str:
    """The same as a JSON array of objects with code, name, count and fixable."""
    return json.dumps(
        [
            {"code": code, "name": name, "count": total, "fixable": fixable}
            for code, name, total, fixable in _rows(outcome)
        ],
        indent=2,
    )


def _rows(outcome: Outcome) -> list[tuple[str, str, int, int]]:
    totals = Counter((diagnostic.code, diagnostic.name) for diagnostic in outcome.diagnostics)
    fixable = Counter(diagnostic.code for diagnostic in outcome.diagnostics if outcome.would_fix(diagnostic))
    return [
        (code, name, total, fixable[code])
        for (code, name), total in sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    ]
