"""What a suggestion would change, line by line: code that is shown and never applied."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby

from rich.text import Text

from keraslint.diagnostic import Location
from keraslint.diagnostic import ResolvedFix
from keraslint.fixer.edits import apply
from keraslint.outcome import Outcome
from keraslint.report.excerpt import Frame

_STYLES = {"-": "red", "+": "green"}


def suggestion(fix: ResolvedFix, filename: str, outcome: Outcome, frame: Frame) -> Iterator[Text]:
    """The lines that go and those that come, file by file."""
    edits = sorted(fix.edits, key=lambda edit: (edit.filename != filename, edit.filename))
    for name, group in groupby(edits, key=lambda edit: edit.filename):
        if name not in outcome.sources:
            continue
        text = outcome.sources[name].text
        if name != filename:
            yield frame.arrow(":::", name)
        yield frame.bar()
        old, new = text.splitlines(), apply(text, group).splitlines()
        shown = 0
        for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal":
                continue
            if shown and first > shown:
                yield frame.cut()
            for index in range(first, last):
                yield _line(outcome.place(name, Location(index + 1, 1)).row, "-", old[index], frame)
            for line in new[start:end]:
                yield _line(None, "+", line, frame)
            shown = last


def _line(number: int | None, sign: str, code: str, frame: Frame) -> Text:
    line = Text.assemble((f"{sign} ", _STYLES[sign]), frame.code(code, 2))
    line.stylize(_STYLES[sign])
    return frame.row(number, line)
