"""What fixes change, as a unified diff."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from rich.text import Text

from keraslint.outcome import Change
from keraslint.outcome import Outcome

_STYLES = {"+": "green", "-": "red", "@": "cyan"}
_NO_NEWLINE = "\\ No newline at end of file"


def report(outcome: Outcome) -> Iterator[Text]:
    """The lines of a patch, file by file."""
    for name in sorted(outcome.changed):
        yield from _changes(name, outcome.changed[name])


def _changes(name: str, change: Change) -> Iterator[Text]:
    for index, line in enumerate(unified_diff(change.before.lines, change.after.lines, name, name)):
        style = "bold" if index < 2 else _STYLES.get(line[0], "")
        yield Text(line.removesuffix("\n"), style)
        if not line.endswith("\n"):
            yield Text(_NO_NEWLINE)
