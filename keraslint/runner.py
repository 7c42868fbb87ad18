"""Many files: read, lowered and linted in several processes, with a cache between the first two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from keraslint.cache import LoweredCache
from keraslint.described_facts import DescribedFacts
from keraslint.described_facts import merged
from keraslint.describing import describe_part
from keraslint.detection import Targets
from keraslint.diagnostic import Diagnostic
from keraslint.fix_loop import FixedPart
from keraslint.fix_loop import fix_part
from keraslint.linter import Lowered
from keraslint.linter import LoweredPart
from keraslint.linter import PartResult
from keraslint.linter import in_order
from keraslint.linter import internal_error
from keraslint.linter import lint_part
from keraslint.linter import lower_file
from keraslint.linter import source_error
from keraslint.outcome import Change
from keraslint.outcome import Hidden
from keraslint.outcome import Outcome
from keraslint.parts import ProjectPart
from keraslint.parts import RawFile
from keraslint.parts import find_parts
from keraslint.plan import Plan
from keraslint.processes import Workers
from keraslint.processes import available_processors
from keraslint.source.reading import interpret
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.source.text import read_bytes

R = TypeVar("R")

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


def read_input(path: Path, name: str, plan: Plan) -> Input:
    """Read a file; that it cannot be read is a finding like others."""
    try:
        return Input(path, name, read_bytes(path), plan)
    except SourceError as error:
        return Input(path, name, error, plan)


def run(inputs: Sequence[Input], options: Options, progress: Callable[[int, int], None]) -> Outcome:
    """Check files; ``progress`` is told the steps done and all steps."""
    lint = partial(_lint, fix=options.fix, unsafe=options.unsafe_fixes)
    stages = _Stages(inputs, options, progress)
    done = stages.run(lint, _crashed_linting)
    changed = {name: change for part in done for name, change in part.changed.items()}
    # Parts that share context may find the same in it.
    diagnostics = in_order(
        dict.fromkeys((*stages.errors, *(each for part in done for each in part.result.diagnostics)))
    )
    return Outcome(
        diagnostics=diagnostics,
        sources=dict(_sources(diagnostics, stages.read, changed)),
        plans={item.name: item.plan for item in inputs},
        hidden=sum((part.result.hidden for part in done), Hidden()),
        unsafe_fixes=options.unsafe_fixes,
        changed=changed,
        fixed=sum((part.fixed for part in done), Counter()),
    )


def facts(inputs: Sequence[Input], options: Options, progress: Callable[[int, int], None]) -> DescribedFacts:
    """Tell what the analysis knows about files; ``progress`` as for :func:`run`."""
    stages = _Stages(inputs, options, progress)
    parts = stages.run(describe_part, _crashed_describing)
    return merged((DescribedFacts(errors=in_order(stages.errors)), *parts))


class _Stages:
    """What every run does: find the parts that matter, lower their files, do something to each part."""

    def __init__(
        self, inputs: Sequence[Input], options: Options, progress: Callable[[int, int], None]
    ) -> None:
        self._options = options
        self._progress = progress
        self._unread = [
            source_error(item.name, item.data) for item in inputs if isinstance(item.data, SourceError)
        ]
        self._found = find_parts(
            {
                item.name: RawFile(item.path, item.data, item.plan.settings)
                for item in inputs
                if isinstance(item.data, bytes)
            }
        )
        wanted = {name for each in self._found for name in (*each.part.files, *each.part.context)}
        self._relevant = [item for item in inputs if item.name in wanted]
        self.read: dict[str, _Read] = {}

    def run(self, work: Callable[[LoweredPart], R], crashed: Callable[[LoweredPart], R]) -> list[R]:
        """The results of ``work`` on the parts; ``crashed`` makes one up where a process died."""
        total = len(self._relevant) + len(self._found)
        done: list[R] = []
        with Workers(_jobs(self._options, self._relevant)) as workers:
            lower = partial(_lower, cache=_prepared(self._options.cache) if self._relevant else None)
            lowered = workers.map(lower, self._relevant, weight=_size, crashed=_crashed_lowering)
            for item, result in zip(self._relevant, lowered, strict=True):
                self.read[item.name] = result
                self._progress(len(self.read), total)
            parts = list(_lowered_parts(self._found, self.read, Targets(self._options.cwd)))
            for part in workers.map(work, parts, weight=_part_size, crashed=crashed):
                done.append(part)
                self._progress(len(self.read) + len(done), total)
        return done

    @property
    def errors(self) -> list[Diagnostic]:
        """What could not be read or parsed."""
        broken = (
            error
            for each in self._found
            for name in each.part.files
            for error in self.read[name].result.errors
        )
        return [*self._unread, *broken]


def _lowered_parts(
    found: Iterable[ProjectPart], read: Mapping[str, _Read], targets: Targets
) -> Iterator[LoweredPart]:
    """The parts with their lowered files, as far as these could be read."""
    for part, project in ((each.part, each.project) for each in found):
        files = tuple(file for name in part.files if (file := read[name].result.file) is not None)
        context = tuple(file for name in part.context if (file := read[name].result.file) is not None)
        if files:
            names = [file.source.name for file in (*files, *context)]
            yield LoweredPart(files, targets.of(files), context, project.restricted(names))


def _sources(
    diagnostics: Iterable[Diagnostic], read: Mapping[str, _Read], changed: Mapping[str, Change]
) -> Iterator[tuple[str, SourceFile]]:
    """The sources that findings point into, as they are after fixing."""
    names: set[str] = set()
    for diagnostic in diagnostics:
        names.add(diagnostic.filename)
        names.update(related.filename for related in diagnostic.related)
    for name in names & read.keys():
        source = changed[name].after if name in changed else read[name].source
        if source is not None:
            yield name, source


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


def _lint(part: LoweredPart, *, fix: bool, unsafe: bool) -> FixedPart:
    return fix_part(part, unsafe=unsafe) if fix else FixedPart(lint_part(part))


def _size(item: Input) -> int:
    return len(item.data) if isinstance(item.data, bytes) else 0


def _part_size(part: LoweredPart) -> int:
    return sum(len(file.source.data) for file in part.files)


def _crashed_lowering(item: Input) -> _Read:
    return _Read(None, Lowered(None, (internal_error(item.name, "reading it", "the process died"),)))


def _crashed_linting(part: LoweredPart) -> FixedPart:
    return FixedPart(
        PartResult((internal_error(part.files[0].source.name, "checking it", "the process died"),))
    )


def _crashed_describing(part: LoweredPart) -> DescribedFacts:
    return DescribedFacts(
        errors=(internal_error(part.files[0].source.name, "telling it", "the process died"),)
    )
