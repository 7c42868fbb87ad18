"""Many files: what is known of their parts is taken from the cache, the rest is worked on in several processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from typing import TypeVar

from keraslint.catalogue import Catalogue
from keraslint.diagnostic import Diagnostic
from keraslint.failures import internal_error
from keraslint.failures import source_error
from keraslint.findings import FindingsCache
from keraslint.inputs import Input
from keraslint.outcome import Change
from keraslint.outcome import FixedPart
from keraslint.outcome import Hidden
from keraslint.outcome import Outcome
from keraslint.outcome import PartResult
from keraslint.outcome import in_order
from keraslint.source.roots import ProjectRoots
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.store import Store
from keraslint.store import digest_of
from keraslint.tasks import Checked
from keraslint.tasks import Conditions
from keraslint.tasks import FileTask
from keraslint.tasks import Listing
from keraslint.tasks import PartTask

if TYPE_CHECKING:
    # What reads files is imported where something is to be read in them.
    from keraslint.described_facts import DescribedFacts
    from keraslint.parts import ProjectPart
    from keraslint.parts import Scanned
    from keraslint.source.prefilter import Import

R = TypeVar("R")
Progress = Callable[[int, int], None]

# What one process does while another one starts.
_SMALL_PROJECT = 300_000


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. ``jobs`` of None stands for as many processes as are worth it.

    A ``confined`` run changes none but the files asked for. ``catalogue`` says which
    rules the plans of the inputs were made of; without one, no finding is remembered.
    """

    cwd: Path
    jobs: int | None = None
    cache: Path | None = None
    catalogue: Catalogue | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    confined: bool = False


def run(inputs: Sequence[Input], options: Options, progress: Progress) -> Outcome:
    """Check files; ``progress`` is told the steps done and all steps."""
    files = Files(inputs)
    done = _checked(files, options, progress)
    changed = {name: change for part in done for name, change in part.changed.items()}
    # Parts that share context may find the same in it.
    diagnostics = in_order(
        dict.fromkeys((*files.errors, *(each for part in done for each in part.result.diagnostics)))
    )
    return Outcome(
        diagnostics=diagnostics,
        sources=dict(_sources(diagnostics, files, changed)),
        plans={item.name: item.plan for item in inputs if item.asked},
        hidden=sum((part.result.hidden for part in done), Hidden()),
        unsafe_fixes=options.unsafe_fixes,
        changed=changed,
        fixed=sum((part.fixed for part in done), Counter()),
        together=tuple(group for part in done for group in part.together),
    )


def facts(
    inputs: Sequence[Input], options: Options, progress: Progress, *, with_findings: bool = False
) -> DescribedFacts:
    """Tell what the analysis knows about files, and what the rules find in that; ``progress`` as for :func:`run`."""
    from keraslint.described_facts import DescribedFacts
    from keraslint.described_facts import merged

    files = Files(inputs)
    describe = partial(_describe, with_findings=with_findings)
    told = _worked_on(files, files.tasks, options, progress, describe, _crashed_describing)
    return merged((DescribedFacts(errors=in_order(files.errors)), *told))


class Files:
    """The files of a run: those that can be read, what is wrong with others, and the tasks that they make."""

    def __init__(self, inputs: Sequence[Input]) -> None:
        self.errors: list[Diagnostic] = []
        self._roots = ProjectRoots()
        self._items = {item.name: item for item in inputs}
        self.plans = tuple({id(item.plan): item.plan for item in inputs}.values())
        self._numbers = {id(plan): number for number, plan in enumerate(self.plans)}
        self._digests: dict[str, str] = {}
        self._asked = frozenset(item.name for item in inputs if item.asked)

    def listing(self) -> Listing:
        """The files as they lie there now."""
        files = tuple(self._file(item.name, len(data)) for item, data in self._read())
        folders = {item.path.parent: item.plan.settings for item in self._items.values()}
        roots = {folder: self._roots.of(folder, settings) for folder, settings in folders.items()}
        return Listing(files, roots, self._asked)

    @cached_property
    def tasks(self) -> list[PartTask]:
        """What is to be worked on."""
        from keraslint.parts import find_parts

        scanned = dict(self._scanned())
        found = find_parts(scanned, self._asked)
        sizes = {name: scanned[name].size for part in found for name in part.names}
        return [self._task(part, sizes) for part in found]

    def are_still(self, listing: Listing) -> bool:
        """Whether the tasks were made of what was listed."""
        return self._digests == {file.name: file.digest for file in listing.files}

    def source(self, name: str) -> SourceFile | None:
        """A file as it was seen; None where that cannot be read, or is something else by now."""
        item = self._items[name]
        try:
            data = item.read()
            if name in self._digests and digest_of(data) != self._digests[name]:
                return None
            from keraslint.source.reading import interpret

            return interpret(item.path, name, data)
        except SourceError:
            return None

    def __contains__(self, name: str) -> bool:
        return name in self._items

    def _scanned(self) -> Iterator[tuple[str, Scanned]]:
        from keraslint.parts import scan
        from keraslint.source.project import module_names

        # Of many files, what they import from elsewhere would take more than all else that is kept.
        modules = module_names(item.path for item in self._items.values())
        shared: dict[Import, Import] = {}
        for item, data in self._read():
            yield item.name, scan(item.path, data, item.plan.settings, self._roots).among(modules, shared)

    def _read(self) -> Iterator[tuple[Input, bytes]]:
        """The files that can be read; nobody is told of others than those asked for."""
        self.errors.clear()
        self._digests.clear()
        for item in self._items.values():
            try:
                data = item.read()
            except SourceError as error:
                if item.asked:
                    self.errors.append(source_error(item.name, error))
                continue
            self._digests[item.name] = digest_of(data)
            yield item, data

    def _task(self, part: ProjectPart, sizes: Mapping[str, int]) -> PartTask:
        files, context = (
            tuple(self._file(name, sizes[name]) for name in names)
            for names in (part.part.files, part.part.context)
        )
        return PartTask(files, context, part.project, self._asked.intersection(part.names))

    def _file(self, name: str, size: int) -> FileTask:
        item = self._items[name]
        number = self._numbers[id(item.plan)]
        return FileTask(item.path, name, number, self._digests[name], size, item.given)


def _checked(files: Files, options: Options, progress: Progress) -> list[FixedPart]:
    """What the files came to: what is known of them or of their parts, or what is found now."""
    cache = _findings(files, options)
    if cache is None:
        checked = _worked_on(files, files.tasks, options, progress, _check, _crashed_checking)
        return [each.part for each in checked]
    listing = files.listing()
    if (whole := cache.of_run(listing)) is not None:
        return [FixedPart(whole)]
    known = {
        number: found for number, task in enumerate(files.tasks) if (found := cache.get(task)) is not None
    }
    missing = [task for number, task in enumerate(files.tasks) if number not in known]
    checked = _worked_on(files, missing, options, progress, _check, _crashed_checking)
    # What a process died over is told this time, and not remembered.
    broken = {error.filename for error in files.errors}
    lasting = [
        (task, each.part.result)
        for task, each in zip(missing, checked, strict=True)
        if each.is_lasting and broken.isdisjoint(file.name for file in task.everything)
    ]
    done = [*known.values(), *(each.part.result for each in checked)]
    is_whole = len(lasting) == len(missing) and files.are_still(listing)
    cache.keep(lasting, (listing, _together(done)) if is_whole else None)
    cache.store.tidy()
    return list(map(FixedPart, done))


def _together(results: Sequence[PartResult]) -> PartResult:
    """What several parts came to, as one; those that share context may find the same in it."""
    return PartResult(
        in_order(dict.fromkeys(diagnostic for each in results for diagnostic in each.diagnostics)),
        sum((each.hidden for each in results), Hidden()),
    )


def _findings(files: Files, options: Options) -> FindingsCache | None:
    """The cache of findings; what is to be mended is looked at anew."""
    if options.cache is None or options.catalogue is None or options.fix:
        return None
    return FindingsCache(Store(options.cache), options.catalogue, [plan.settings for plan in files.plans])


def _worked_on(
    files: Files,
    tasks: Sequence[PartTask],
    options: Options,
    progress: Progress,
    work: Callable[[Conditions, PartTask], R],
    crashed: Callable[[PartTask], R],
) -> list[R]:
    """The results of some work on the tasks; ``crashed`` makes one up where a process died."""
    if not tasks:
        return []
    from keraslint.processes import Workers

    jobs = _jobs(options, tasks)
    with _lowered(options, jobs) as folder, Workers(jobs) as workers:
        conditions = Conditions(
            options.cwd, files.plans, folder, options.fix, options.unsafe_fixes, options.confined
        )
        shared = list(_shared(tasks, jobs))
        total, done = len(shared) + len(tasks), 0
        dead = set()
        lower = partial(_lower, conditions)
        for number, is_alive in workers.map(lower, shared, weight=_size, crashed=_crashed_lowering):
            if not is_alive:
                dead.add(shared[number].name)
            done += 1
            progress(done, total)
        files.errors += (internal_error(name, "reading it", "the process died") for name in sorted(dead))
        results: dict[int, R] = {}
        left = [task.without(dead) for task in tasks]
        for number, result in workers.map(partial(work, conditions), left, weight=_size, crashed=crashed):
            results[number] = result
            done += 1
            progress(done, total)
    return [results[number] for number in range(len(tasks))]


def _shared(tasks: Sequence[PartTask], jobs: int) -> Iterator[FileTask]:
    """The files that several processes would lower, and those of parts that would keep one busy alone."""
    if jobs == 1:
        return
    share = sum(map(_size, tasks)) / (2 * jobs)
    users = Counter(file.name for task in tasks for file in task.context)
    wanted = {file.name: file for task in tasks if task.size > share for file in task.everything}
    wanted.update((file.name, file) for task in tasks for file in task.context if users[file.name] > 1)
    yield from wanted.values()


@contextmanager
def _lowered(options: Options, jobs: int) -> Iterator[Path | None]:
    """The folder for lowered files: several processes need one, if only for as long as they run."""
    if options.cache is not None:
        Store(options.cache).prepare()
        yield options.cache
    elif jobs > 1:
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="keraslint-") as folder:
            yield Path(folder)
    else:
        yield None


def _sources(
    diagnostics: Iterable[Diagnostic], files: Files, changed: Mapping[str, Change]
) -> Iterator[tuple[str, SourceFile]]:
    """The sources that findings point into, as they are after fixing."""
    names: set[str] = set()
    for diagnostic in diagnostics:
        names.add(diagnostic.filename)
        names.update(related.filename for related in diagnostic.related)
    for name in names:
        source = changed[name].after if name in changed else files.source(name)
        if source is not None:
            yield name, source


def _jobs(options: Options, tasks: Sequence[PartTask]) -> int:
    from keraslint.processes import available_processors

    number = sum(len(task.everything) for task in tasks)
    if options.jobs is not None:
        return max(min(options.jobs, number), 1)
    return 1 if sum(map(_size, tasks)) < _SMALL_PROJECT else min(available_processors(), number)


def _size(task: FileTask | PartTask) -> int:
    return task.size


# What processes do. Only those that do it import what it takes.


def _lower(conditions: Conditions, file: FileTask) -> bool:
    from keraslint.stages import stages_of

    stages_of(conditions).lower(file)
    return True


def _check(conditions: Conditions, part: PartTask) -> Checked:
    from keraslint.stages import stages_of

    return stages_of(conditions).check(part)


def _describe(conditions: Conditions, part: PartTask, *, with_findings: bool) -> DescribedFacts:
    from keraslint.stages import stages_of

    return stages_of(conditions).describe(part, with_findings=with_findings)


def _crashed_lowering(_: FileTask) -> bool:
    return False


def _crashed_checking(part: PartTask) -> Checked:
    error = internal_error(part.spokesman, "checking it", "the process died")
    return Checked(FixedPart(PartResult((error,))), is_lasting=False)


def _crashed_describing(part: PartTask) -> DescribedFacts:
    return DescribedFacts(errors=(internal_error(part.spokesman, "telling it", "the process died"),))
