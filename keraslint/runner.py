"""Many files: read, lowered and linted in several processes, with a cache between the first two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from keraslint.cache import LoweredCache
from keraslint.diagnostic import Diagnostic
from keraslint.fix_loop import FixedPart
from keraslint.fix_loop import fix_part
from keraslint.linter import Lowered
from keraslint.linter import LoweredFile
from keraslint.linter import PartResult
from keraslint.linter import in_order
from keraslint.linter import internal_error
from keraslint.linter import lint_part
from keraslint.linter import lower_file
from keraslint.linter import source_error
from keraslint.outcome import Hidden
from keraslint.outcome import Outcome
from keraslint.plan import Plan
from keraslint.processes import Workers
from keraslint.processes import available_processors
from keraslint.project import Targets
from keraslint.semantics.facts import Target
from keraslint.source.prefilter import mentions_framework
from keraslint.source.reading import interpret
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.source.text import read_bytes

# What one process lowers while another one starts.
_SMALL_PROJECT = 300_000


@dataclass(frozen=True, slots=True)
class Input:
    """A file to check: its bytes, or why there are none."""

    path: Path
    name: str
    data: bytes | SourceError
    plan: Plan


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. ``jobs`` of None stands for as many processes as are worth it."""

    cwd: Path
    jobs: int | None = None
    cache: Path | None = None
    fix: bool = False
    unsafe_fixes: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """A file after the first stage, as far as it came."""

    source: SourceFile | None
    result: Lowered


@dataclass(frozen=True, slots=True)
class _Part:
    """Files that belong together, and what they will run on."""

    files: tuple[LoweredFile, ...]
    target: Target


def read_input(path: Path, name: str, plan: Plan) -> Input:
    """Read a file; that it cannot be read is a finding like others."""
    try:
        return Input(path, name, read_bytes(path), plan)
    except SourceError as error:
        return Input(path, name, error, plan)


def run(inputs: Sequence[Input], options: Options, progress: Callable[[int, int], None]) -> Outcome:
    """Check files; ``progress`` is told the steps done and all steps."""
    relevant = [item for item in inputs if isinstance(item.data, bytes) and mentions_framework(item.data)]
    total = 2 * len(relevant)
    read: list[_Read] = []
    parts: list[FixedPart] = []
    with Workers(_jobs(options, relevant)) as workers:
        lower = partial(_lower, cache=_prepared(options.cache) if relevant else None)
        for result in workers.map(lower, relevant, weight=_size, crashed=_crashed_lowering):
            read.append(result)
            progress(len(read), total)
        files = [item.result.file for item in read if item.result.file is not None]
        targets = Targets(options.cwd)
        pending = [_Part((file,), targets.of((file,))) for file in files]
        lint = partial(_lint, fix=options.fix, unsafe=options.unsafe_fixes)
        for part in workers.map(lint, pending, weight=_part_size, crashed=_crashed_linting):
            parts.append(part)
            progress(total - len(files) + len(parts), total)
    unread = [source_error(item.name, item.data) for item in inputs if isinstance(item.data, SourceError)]
    unparsed = [error for item in read for error in item.result.errors]
    diagnostics = in_order(
        (*unread, *unparsed, *(each for part in parts for each in part.result.diagnostics))
    )
    changed = {name: change for part in parts for name, change in part.changed.items()}
    sources = {item.source.name: item.source for item in read if item.source is not None}
    sources.update((name, change.after) for name, change in changed.items())
    return Outcome(
        diagnostics=diagnostics,
        sources={name: sources[name] for name in _mentioned(diagnostics) if name in sources},
        plans={item.name: item.plan for item in inputs},
        hidden=sum((part.result.hidden for part in parts), Hidden()),
        unsafe_fixes=options.unsafe_fixes,
        changed=changed,
        fixed=sum((part.fixed for part in parts), Counter()),
    )


def _jobs(options: Options, inputs: Sequence[Input]) -> int:
    if options.jobs is not None:
        return max(min(options.jobs, len(inputs)), 1)
    size = sum(map(_size, inputs))
    return 1 if size < _SMALL_PROJECT else min(available_processors(), len(inputs))


def _prepared(folder: Path | None) -> LoweredCache | None:
    if folder is None:
        return None
    cache = LoweredCache(folder)
    cache.prepare()
    return cache


def _lower(item: Input, cache: LoweredCache | None) -> _Read:
    assert isinstance(item.data, bytes)
    try:
        source = interpret(item.path, item.name, item.data)
    except SourceError as error:
        return _Read(None, Lowered(None, (source_error(item.name, error),)))
    return _Read(source, lower_file(source, item.plan, cache))


def _lint(part: _Part, *, fix: bool, unsafe: bool) -> FixedPart:
    if fix:
        return fix_part(part.files, part.target, unsafe=unsafe)
    return FixedPart(lint_part(part.files, part.target))


def _size(item: Input) -> int:
    return len(item.data) if isinstance(item.data, bytes) else 0


def _part_size(part: _Part) -> int:
    return sum(len(file.source.data) for file in part.files)


def _crashed_lowering(item: Input) -> _Read:
    return _Read(None, Lowered(None, (internal_error(item.name, "reading it", "the process died"),)))


def _crashed_linting(part: _Part) -> FixedPart:
    return FixedPart(
        PartResult((internal_error(part.files[0].source.name, "checking it", "the process died"),))
    )


def _mentioned(diagnostics: Iterable[Diagnostic]) -> set[str]:
    names: set[str] = set()
    for diagnostic in diagnostics:
        names.add(diagnostic.filename)
        names.update(related.filename for related in diagnostic.related)
    return names
