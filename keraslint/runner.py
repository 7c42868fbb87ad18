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
from keraslint.inputs import Input
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
from keraslint.parts import Scanned
from keraslint.parts import find_parts
from keraslint.parts import scan
from keraslint.processes import Workers
from keraslint.processes import available_processors
from keraslint.source.reading import interpret
from keraslint.source.roots import ProjectRoots
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.source.text import read_bytes

R = TypeVar("R")

# What one process lowers while another one starts.
_SMALL_PROJECT = 300_000


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. ``jobs`` of None stands for as many processes as are worth it.

    A ``confined`` run changes none but the files asked for.
    """

    cwd: Path
    jobs: int | None = None
    cache: Path | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    confined: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """A file after the first stage, as far as it came."""

    source: SourceFile | None
    result: Lowered


def run(inputs: Sequence[Input], options: Options, progress: Callable[[int, int], None]) -> Outcome:
    """Check files; ``progress`` is told the steps done and all steps."""
    lint = partial(_lint, fix=options.fix, unsafe=options.unsafe_fixes, confined=options.confined)
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
        plans={item.name: item.plan for item in inputs if item.asked},
        hidden=sum((part.result.hidden for part in done), Hidden()),
        unsafe_fixes=options.unsafe_fixes,
        changed=changed,
        fixed=sum((part.fixed for part in done), Counter()),
        together=tuple(group for part in done for group in part.together),
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
        self._asked = frozenset(item.name for item in inputs if item.asked)
        self._unread: list[Diagnostic] = []
        scanned = dict(self._scanned(inputs))
        self._found = find_parts(scanned, self._asked)
        wanted = {name for each in self._found for name in each.names}
        self._relevant = [item for item in inputs if item.name in wanted]
        self._sizes = {name: scanned[name].size for name in wanted}
        self.read: dict[str, _Read] = {}

    def _scanned(self, inputs: Sequence[Input]) -> Iterator[tuple[str, Scanned]]:
        """The files that can be read; nobody is told of others than those asked for."""
        roots = ProjectRoots()
        for item in inputs:
            data = _bytes(item)
            if isinstance(data, bytes):
                yield item.name, scan(item.path, data, item.plan.settings, roots)
            elif item.asked:
                self._unread.append(source_error(item.name, data))

    def run(self, work: Callable[[LoweredPart], R], crashed: Callable[[LoweredPart], R]) -> list[R]:
        """The results of ``work`` on the parts; ``crashed`` makes one up where a process died."""
        total = len(self._relevant) + len(self._found)
        done: list[R] = []
        with Workers(_jobs(self._options, self._sizes)) as workers:
            lower = partial(_lower, cache=_prepared(self._options.cache) if self._relevant else None)
            lowered = workers.map(lower, self._relevant, weight=self._size, crashed=_crashed_lowering)
            for item, result in zip(self._relevant, lowered, strict=True):
                self.read[item.name] = result
                self._progress(len(self.read), total)
            parts = list(self._parts())
            for part in workers.map(work, parts, weight=_part_size, crashed=crashed):
                done.append(part)
                self._progress(len(self.read) + len(done), total)
        return done

    @property
    def errors(self) -> list[Diagnostic]:
        """What could not be read or parsed of the files asked for."""
        names = self._asked.intersection(name for each in self._found for name in each.part.files)
        return [*self._unread, *(error for name in names for error in self.read[name].result.errors)]

    def _parts(self) -> Iterator[LoweredPart]:
        """The parts with their lowered files, as far as these could be read."""
        targets = Targets(self._options.cwd)
        for part, project in ((each.part, each.project) for each in self._found):
            files = tuple(file for name in part.files if (file := self.read[name].result.file) is not None)
            context = tuple(
                file for name in part.context if (file := self.read[name].result.file) is not None
            )
            names = [file.source.name for file in (*files, *context)]
            asked = self._asked.intersection(names)
            if files and asked:
                yield LoweredPart(files, targets.of(files), context, project.restricted(names), asked)

    def _size(self, item: Input) -> int:
        return self._sizes[item.name]


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


def _jobs(options: Options, sizes: Mapping[str, int]) -> int:
    if options.jobs is not None:
        return max(min(options.jobs, len(sizes)), 1)
    return 1 if sum(sizes.values()) < _SMALL_PROJECT else min(available_processors(), len(sizes))


def _bytes(item: Input) -> bytes | SourceError:
    try:
        return read_bytes(item.path) if item.given is None else item.given
    except SourceError as error:
        return error


def _prepared(folder: Path | None) -> LoweredCache | None:
    if folder is None:
        return None
    cache = LoweredCache(folder)
    cache.prepare()
    return cache


def _lower(item: Input, cache: LoweredCache | None) -> _Read:
    data = _bytes(item)
    try:
        source = data if isinstance(data, SourceError) else interpret(item.path, item.name, data)
    except SourceError as error:
        source = error
    if isinstance(source, SourceError):
        return _Read(None, Lowered(None, (source_error(item.name, source),)))
    return _Read(source, lower_file(source, item.plan, cache))


def _lint(part: LoweredPart, *, fix: bool, unsafe: bool, confined: bool) -> FixedPart:
    return fix_part(part, unsafe=unsafe, confined=confined) if fix else FixedPart(lint_part(part))


def _part_size(part: LoweredPart) -> int:
    return sum(len(file.source.data) for file in part.files)


def _crashed_lowering(item: Input) -> _Read:
    return _Read(None, Lowered(None, (internal_error(item.name, "reading it", "the process died"),)))


def _crashed_linting(part: LoweredPart) -> FixedPart:
    return FixedPart(PartResult((internal_error(part.spokesman, "checking it", "the process died"),)))


def _crashed_describing(part: LoweredPart) -> DescribedFacts:
    return DescribedFacts(errors=(internal_error(part.spokesman, "telling it", "the process died"),))
