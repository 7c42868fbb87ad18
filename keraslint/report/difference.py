"""What fixes change, as a unified diff."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
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
    for title, before, after in _texts(name, change):
        for index, line in enumerate(unified_diff(before, after, title, title)):
            style = "bold" if index < 2 else _STYLES.get(line[0], "")
            yield Text(line.removesuffix("\n"), style)
            if not line.endswith("\n"):
                yield Text(_NO_NEWLINE)


def _texts(name: str, change: Change) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """What is compared, line by line: a file, or each cell of a notebook as its users see it."""
    before, after = change.before.notebook, change.after.notebook
    if before is None or after is None:
        yield name, change.before.lines, change.after.lines
        return
    for number, (old, new) in enumerate(zip(before.cells, after.cells, strict=True), start=1):
        yield f"{name}:cell {number}", _lines(old.source), _lines(new.source)


def _lines(source: str) -> Sequence[str]:
    """The lines of a cell; that its last one has no end says nothing."""
    lines = source.splitlines(keepends=True)
    return [*lines[:-1], lines[-1].rstrip("\n") + "\n"] if lines else lines
