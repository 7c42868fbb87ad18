"""Fixing: all fixes of a round that go together are applied, and the result is linted again, until nothing changes.

A fix is taken only if what it makes parses and has no finding of the same
rule in its place; otherwise it is dropped and reported as a mistake of ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from itertools import groupby

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Edit
from keraslint.failures import internal_error
from keraslint.fixer.edits import apply
from keraslint.fixer.edits import select_compatible
from keraslint.linter import LoweredFile
from keraslint.linter import LoweredPart
from keraslint.linter import SpanStore
from keraslint.linter import lint_part
from keraslint.linter import lower_file
from keraslint.outcome import Change
from keraslint.outcome import FixedPart
from keraslint.outcome import PartResult
from keraslint.outcome import in_order
from keraslint.source.reading import interpret
from keraslint.source.text import SourceError
from keraslint.source.text import encode

_MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class _State:
    """The files of a round and what is found in them; ``spans`` serve all rounds."""

    part: LoweredPart
    result: PartResult
    spans: SpanStore


class _RefusedError(Exception):
    """Why a set of fixes is not taken."""


def fix_part(part: LoweredPart, *, unsafe: bool, confined: bool = False) -> FixedPart:
    """Lint a part and apply every fix that may be applied.

    Fixes that reach into the context are left alone: other parts look at it
    too. So are, if it is ``confined``, those that reach into files that were not asked for.
    """
    spans: SpanStore = {}
    state = _State(part, lint_part(part, spans=spans), spans)
    plans = {
        file.source.name: file.plan for file in part.files if not confined or part.is_asked(file.source.name)
    }
    fixed: Counter[tuple[str, str]] = Counter()
    refused: dict[tuple[str, ...], str] = {}
    groups: list[tuple[str, ...]] = []
    for _ in range(_MOST_ROUNDS):
        wanted = [
            diagnostic
            for diagnostic in state.result.diagnostics
            if _is_inside(diagnostic, plans)
            and plans[diagnostic.filename].may_apply(diagnostic, unsafe=unsafe)
            and _identity(diagnostic, state) not in refused
        ]
        if not wanted:
            break
        state, done = _round(state, wanted, refused)
        for diagnostic in done:
            fixed[diagnostic.filename, diagnostic.code] += 1
            groups = _joined(groups, _files_of(diagnostic))
    changed = {
        new.source.name: Change(old.source, new.source)
        for old, new in zip(part.files, state.part.files, strict=True)
        if new.source.data != old.source.data
    }
    together = tuple(tuple(name for name in group if name in changed) for group in groups)
    return FixedPart(_with_refusals(state, refused), changed, fixed, together)


def _is_inside(diagnostic: Diagnostic, names: Container[str]) -> bool:
    return all(name in names for name in (diagnostic.filename, *_files_of(diagnostic)))


def _files_of(diagnostic: Diagnostic) -> tuple[str, ...]:
    """The files that a fix changes, in the order in which they are to be written."""
    edits = () if diagnostic.fix is None else diagnostic.fix.edits
    return tuple(dict.fromkeys(edit.filename for edit in edits))


def _joined(groups: Sequence[tuple[str, ...]], names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The groups, with all that hold one of the names made one, in which what one fix writes keeps its order."""
    apart = [group for group in groups if not set(group).intersection(names)]
    joined = [name for group in groups if group not in apart for name in group]
    for index, name in enumerate(names):
        if name not in joined:
            later = [joined.index(other) for other in names[index + 1 :] if other in joined]
            joined.insert(min(later, default=len(joined)), name)
    return [*apart, tuple(joined)]


def _round(
    state: _State, wanted: Sequence[Diagnostic], refused: dict[tuple[str, ...], str]
) -> tuple[_State, Sequence[Diagnostic]]:
    """Apply the fixes that go together; if the result is no good, the first alone, to find the one to blame."""
    by_fix = {id(diagnostic.fix): diagnostic for diagnostic in wanted}
    chosen, _ = select_compatible(diagnostic.fix for diagnostic in wanted if diagnostic.fix is not None)
    batch = [by_fix[id(fix)] for fix in chosen]
    try:
        return _applied(state, batch), batch
    except _RefusedError:
        pass
    first = batch[0]
    try:
        return _applied(state, [first]), [first]
    except _RefusedError as error:
        refused[_identity(first, state)] = str(error)
    return state, ()


def _applied(state: _State, batch: Sequence[Diagnostic]) -> _State:
    edits = sorted(
        (edit for diagnostic in batch if diagnostic.fix is not None for edit in diagnostic.fix.edits),
        key=lambda edit: edit.filename,
    )
    by_file = {name: list(group) for name, group in groupby(edits, key=lambda edit: edit.filename)}
    spans = state.spans
    files = tuple(_edited(file, by_file.get(file.source.name, ())) for file in state.part.files)
    part = replace(state.part, files=files)
    after = _State(part, lint_part(part, spans=spans), spans)
    for code, number in Counter(diagnostic.code for diagnostic in batch).items():
        if after.result.found[code] > state.result.found[code] - number:
            raise _RefusedError(f"after it, {code} finds as much as before")
    return after


def _edited(file: LoweredFile, edits: Sequence[Edit]) -> LoweredFile:
    if not edits:
        return file
    try:
        data = encode(file.source, apply(file.source.text, edits))
        source = interpret(file.source.path, file.source.name, data)
    except SourceError as error:
        raise _RefusedError(f"its result cannot be used: {error.message}") from None
    except ValueError as error:
        raise _RefusedError(f"its edits contradict each other: {error}") from None
    edited = lower_file(source, file.plan)
    if edited.file is None or (edited.errors and file.readable is file.source):
        raise _RefusedError(f"its result cannot be used: {edited.errors[0].message}")
    return edited.file


def _identity(diagnostic: Diagnostic, state: _State) -> tuple[str, ...]:
    """What tells a finding from others when lines above it come and go."""
    files = state.part.everything
    source = next(file.source for file in files if file.source.name == diagnostic.filename)
    line = source.lines[diagnostic.location.row - 1] if diagnostic.location.row <= len(source.lines) else ""
    return diagnostic.code, diagnostic.filename, diagnostic.message, line


def _with_refusals(state: _State, refused: Mapping[tuple[str, ...], str]) -> PartResult:
    """The result without the fixes that were dropped, and with a report of each."""
    diagnostics: list[Diagnostic] = []
    for diagnostic in state.result.diagnostics:
        reason = refused.get(_identity(diagnostic, state)) if refused else None
        if reason is None:
            diagnostics.append(diagnostic)
            continue
        doing = f"the fix of {diagnostic.code} {diagnostic.name}, which was dropped"
        diagnostics += (
            replace(diagnostic, fix=None),
            internal_error(diagnostic.filename, doing, reason, diagnostic.location),
        )
    return replace(state.result, diagnostics=in_order(diagnostics))
