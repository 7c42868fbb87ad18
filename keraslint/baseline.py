"""A baseline: the findings that a project had when it began to look at them, known by their content.

They stay quiet wherever their code moves, and speak again once its meaning changes.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path
from typing import Any
from typing import NamedTuple

from keraslint.diagnostic import Diagnostic
from keraslint.fingerprint import fingerprints
from keraslint.outcome import Hidden
from keraslint.outcome import Outcome
from keraslint.reserved import INTERNAL_ERROR
from keraslint.source.text import SourceFile

_SCHEMA = 1
_MEND = "restore it, or remove it and run `keraslint baseline create`"


class BaselineError(Exception):
    """A baseline that cannot be used: one line that names the file and the mend."""


class Entry(NamedTuple):
    """A known finding. What tells it is its fingerprint; the rest is for whoever reads the file.

    ``file`` is relative to the folder of the baseline: of findings that are alike in all else, those in the
    same file are taken for the known ones.
    """

    file: str
    code: str
    name: str
    scope: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """The known findings, and the file that they stand in."""

    path: Path
    entries: tuple[Entry, ...]

    def without_known(self, outcome: Outcome) -> Outcome:
        """The outcome with what is known hidden in it."""
        known = self.known(outcome.diagnostics, outcome.sources)
        shown = tuple(each for index, each in enumerate(outcome.diagnostics) if index not in known)
        hidden = outcome.hidden + Hidden(in_baseline=len(known))
        return replace(outcome, diagnostics=shown, hidden=hidden)

    def known(self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, SourceFile]) -> frozenset[int]:
        """Which findings of a run it holds, by their places in the sequence."""
        return frozenset(self._known(list(_entries(diagnostics, sources, self.path))))

    def _known(self, found: list[Entry | None]) -> Iterator[int]:
        in_files = Counter((entry.file, entry.fingerprint) for entry in self.entries)
        moved = []
        for index, entry in enumerate(found):
            if entry is None:
                continue
            if in_files[entry.file, entry.fingerprint]:
                in_files[entry.file, entry.fingerprint] -= 1
                yield index
            else:
                moved.append((index, entry.fingerprint))
        anywhere: Counter[str] = Counter()
        for (_, fingerprint), number in in_files.items():
            anywhere[fingerprint] += number
        for index, fingerprint in moved:
            if anywhere[fingerprint]:
                anywhere[fingerprint] -= 1
                yield index

    def updated(self, outcome: Outcome) -> Baseline:
        """The findings of today; those of files that were not checked and are still there are kept."""
        checked = {_relative(name, self.path) for name in outcome.plans}
        kept = [
            entry
            for entry in self.entries
            if entry.file not in checked and (self.path.parent / entry.file).exists()
        ]
        return Baseline(self.path, tuple(sorted((*kept, *baseline_of(outcome, self.path).entries))))

    def lacking(self, other: Baseline) -> int:
        """How many of these findings the other does not hold, wherever it holds them."""
        ours, theirs = (Counter(entry.fingerprint for entry in each.entries) for each in (self, other))
        return (ours - theirs).total()

    def as_text(self) -> str:
        """JSON with a line for each finding, in an order that changes as little as the findings do."""
        lines = ",\n".join(f"    {json.dumps(entry._asdict())}" for entry in self.entries)
        findings = f"[\n{lines}\n  ]" if lines else "[]"
        return f'{{\n  "schema": {_SCHEMA},\n  "findings": {findings}\n}}\n'


def baseline_of(outcome: Outcome, path: Path) -> Baseline:
    """Everything that a run found; a mistake of our own is nothing to get used to."""
    entries = _entries(outcome.diagnostics, outcome.sources, path)
    return Baseline(path, tuple(sorted(filter(None, entries))))


def read_baseline(path: Path) -> Baseline:
    """The baseline in a file, or a :class:`BaselineError`."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BaselineError(f"{path}: no such baseline; `keraslint baseline create` makes one") from None
    except OSError as error:
        raise BaselineError(f"{path}: cannot be read: {error.strerror or error}") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BaselineError(f"{path}: no baseline: not JSON at {where} ({error.msg}); {_MEND}") from None
    except (UnicodeDecodeError, RecursionError):
        raise BaselineError(f"{path}: no baseline: not JSON; {_MEND}") from None
    if not isinstance(document, dict) or not isinstance(document.get("findings"), list):
        raise BaselineError(f"{path}: no baseline: it has no list `findings`; {_MEND}")
    if document.get("schema") != _SCHEMA:
        schema = json.dumps(document.get("schema"))
        raise BaselineError(f"{path}: its `schema` is {schema}, and this version reads {_SCHEMA}; {_MEND}")
    return Baseline(path, tuple(_entry(path, index, each) for index, each in enumerate(document["findings"])))


def _entry(path: Path, index: int, values: Any) -> Entry:
    fields = Entry._fields
    if not isinstance(values, dict) or not all(isinstance(values.get(key), str) for key in fields):
        expected = ", ".join(f"`{key}`" for key in fields)
        raise BaselineError(f"{path}: finding {index + 1} has not the texts {expected}; {_MEND}")
    return Entry(*(values[key] for key in fields))


def _entries(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, SourceFile], path: Path
) -> Iterator[Entry | None]:
    """An entry for each finding, None for what no baseline takes."""
    marks = fingerprints(diagnostics, sources)
    for each, mark in zip(diagnostics, marks, strict=True):
        file = _relative(each.filename, path)
        known = each.code != INTERNAL_ERROR.code
        yield Entry(file, each.code, each.name, mark.scope, mark.content) if known else None


def _relative(filename: str, path: Path) -> str:
    try:
        return Path(os.path.relpath(filename, path.parent)).as_posix()
    except ValueError:
        # On another drive.
        return filename
