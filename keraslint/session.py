"""A folder's programs kept in mind between one change and the next: only what a change reaches is read anew.

What is open in an editor stands for the files on disk, which are looked at when :meth:`Session.refresh` asks for it
and never before: a keystroke costs one parse and one evaluation of what is connected to it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import partial
from pathlib import Path

from keraslint.baseline import Baseline
from keraslint.described_facts import DescribedFacts
from keraslint.described_facts import DescribedPipeline
from keraslint.describing import describe_datasets
from keraslint.describing import describe_part
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Location
from keraslint.diagnostic import RelatedPlace
from keraslint.failures import source_error
from keraslint.fix_loop import fix_part
from keraslint.inputs import Input
from keraslint.linter import Lowered
from keraslint.linter import LoweredPart
from keraslint.linter import lint_part
from keraslint.linter import lower_file
from keraslint.outcome import in_order
from keraslint.parts import ProjectPart
from keraslint.parts import find_parts
from keraslint.parts import scan
from keraslint.registry import Registry
from keraslint.semantics.evaluation.bounds import interrupted_by
from keraslint.semantics.lowering.spans import Spans
from keraslint.semantics.variables import held_datasets
from keraslint.source.project import Project
from keraslint.source.reading import interpret
from keraslint.source.recovery import LineMap
from keraslint.source.recovery import divided
from keraslint.source.recovery import stand_ins
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.source.text import display_name
from keraslint.source.text import read_bytes
from keraslint.survey import Survey
from keraslint.survey import Surveyor


class OutdatedError(BaseException):
    """Nobody wants the result any more; it is no mistake of a rule's, which are caught and told."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What is said of a file that is open, and the program that it is said of, if there is one."""

    name: str
    source: SourceFile | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What is said of the files that are open, and the programs that this points into, by name.

    ``problem`` is what is wrong with the configuration, where an older one is in force.
    """

    files: Mapping[Path, CheckedFile]
    sources: Mapping[str, SourceFile]
    problem: str | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file as it was last read; ``of`` is what was read.

    Where there is a ``stand_in``, that was lowered instead of a text that does not parse.
    """

    of: object
    source: SourceFile | None
    lowered: Lowered
    stand_in: str | None = None


@dataclass(slots=True)
class _Part:
    """A connected part, and what was found out about it so far."""

    lowered: LoweredPart
    diagnostics: tuple[Diagnostic, ...]
    with_fixes: tuple[Diagnostic, ...] | None = None
    facts: dict[str, DescribedFacts] = field(default_factory=dict)

    def holds(self, name: str) -> bool:
        """Whether a file is one of its own, and not of its context."""
        return any(file.source.name == name for file in self.lowered.files)


class Session:
    """What is known of the programs in and around one folder; one thread at a time may ask it.

    ``named`` is how users know the overrides of :meth:`configure`.
    """

    def __init__(self, cwd: Path, registry: Registry, named: str) -> None:
        self._cwd = cwd
        self._overrides: Mapping[str, object] = {}
        self._surveyor = Surveyor(cwd, registry, named)
        self._survey: Survey | None = None
        self._wanted = self._looked_for = 0
        self._meanings: object = None
        self._found: list[tuple[ProjectPart, Project]] = []
        self._readings: dict[str, _Reading] = {}
        self._parsed: dict[str, str] = {}
        self._parts: list[_Part] = []
        self._baseline: Baseline | None = None

    def configure(self, overrides: Mapping[str, object]) -> None:
        """Take settings that go before those of configuration files."""
        self._overrides = overrides
        self.refresh()

    def refresh(self) -> None:
        """Have the next check look at the disk again; this may be called while one is under way."""
        self._wanted += 1

    def check(self, opened: Mapping[Path, bytes], outdated: Callable[[], bool]) -> Checked:
        """What is to be said of the files that are open; it raises OutdatedError once it is ``outdated``."""
        survey = self._looked(opened)
        self._baseline = survey.baseline
        self._connect(survey, opened)
        lowered = [self._lowered(*each, survey, opened, outdated) for each in self._found]
        self._parts = [self._linted(part, outdated) for part in lowered if part is not None]
        self._forget(survey)
        return Checked(
            {
                item.path: CheckedFile(
                    name, self._source(name), self._said(name, (part.diagnostics for part in self._parts))
                )
                for name, item in survey.opened.items()
            },
            {name: source for name in self._readings if (source := self._source(name)) is not None},
            survey.problem,
        )

    def with_fixes(self, path: Path) -> tuple[Diagnostic, ...]:
        """What was last said of a file, with how to mend it."""
        name = display_name(path, self._cwd)
        for part in self._parts:
            if part.with_fixes is None and part.lowered.is_asked(name):
                part.with_fixes = lint_part(part.lowered).diagnostics
        return self._said(name, (part.with_fixes or () for part in self._parts))

    def mends(self, path: Path) -> bool:
        """Whether a file has findings that :meth:`fixed` may mend."""
        survey, name = self._survey, display_name(path, self._cwd)
        if survey is None or name not in survey.opened:
            return False
        plan = survey.opened[name].plan
        return any(plan.may_apply(each, unsafe=False) for each in self.with_fixes(path))

    def fixed(self, path: Path) -> SourceFile | None:
        """A file with every safe fix applied that stays inside it; None where that changes nothing."""
        name = display_name(path, self._cwd)
        for part in self._parts:
            if part.holds(name) and self._readings[name].stand_in is None:
                asked = replace(part.lowered, asked=frozenset({name}))
                change = fix_part(asked, unsafe=False, confined=True).changed.get(name)
                return None if change is None else change.after
        return None

    def facts(self, path: Path) -> DescribedFacts:
        """What is known of a file; nothing while it does not parse."""
        name = display_name(path, self._cwd)
        for part in self._parts:
            if part.holds(name) and self._readings[name].stand_in is None:
                if name not in part.facts:
                    part.facts[name] = describe_part(replace(part.lowered, asked=frozenset({name})))
                return part.facts[name]
        return DescribedFacts()

    def pipelines(self, path: Path, variable: str, at: Location) -> tuple[DescribedPipeline, ...]:
        """The dataset pipelines that a variable may hold at a place of a file."""
        name = display_name(path, self._cwd)
        for part in self._parts:
            for file in part.lowered.files:
                if file.source.name == name and self._readings[name].stand_in is None:
                    chosen = partial(
                        held_datasets,
                        file=name,
                        body=file.module.body,
                        name=variable,
                        at=(at.row, at.column),
                        spans=Spans(file.readable.text),
                    )
                    return describe_datasets(part.lowered, chosen)
        return ()

    # What belongs together

    def _looked(self, opened: Mapping[Path, bytes]) -> Survey:
        wanted, survey = self._wanted, self._survey
        if survey is None or wanted != self._looked_for or survey.paths != opened.keys():
            survey = self._survey = self._surveyor.look(sorted(opened), self._overrides)
            self._looked_for = wanted
            self._meanings = None
        return survey

    def _connect(self, survey: Survey, opened: Mapping[Path, bytes]) -> None:
        """Find the parts that the open files belong to; most changes leave them as they are."""
        scanned = {name: each.scanned for name, each in survey.on_disk.items()}
        for name, item in survey.opened.items():
            scanned[name] = scan(item.path, opened[item.path], item.plan.settings, survey.targets.roots)
        meanings = [scanned[name]._replace(size=0) for name in survey.opened]
        if meanings != self._meanings:
            self._meanings = meanings
            found = find_parts(scanned, survey.opened.keys())
            self._found = [(each, each.project.restricted(each.names)) for each in found]

    def _lowered(
        self,
        found: ProjectPart,
        project: Project,
        survey: Survey,
        opened: Mapping[Path, bytes],
        outdated: Callable[[], bool],
    ) -> LoweredPart | None:
        """The lowered files of a part, as far as these could be read."""
        for name in found.names:
            _stop_if(outdated)
            self._read(name, survey, opened)
        files, context = (
            tuple(file for name in names if (file := self._readings[name].lowered.file) is not None)
            for names in found.part
        )
        asked = survey.opened.keys() & {file.source.name for file in (*files, *context)}
        if not (files and asked):
            return None
        return LoweredPart(files, survey.targets.of(files), context, project, frozenset(asked))

    # Reading

    def _read(self, name: str, survey: Survey, opened: Mapping[Path, bytes]) -> None:
        """Read a file that is not the one that was read last."""
        item = survey.opened.get(name) or survey.around[name]
        given = opened[item.path] if item.asked else None
        of = (survey.on_disk[name].stamp if given is None else given, item.plan)
        if name in self._readings and self._readings[name].of == of:
            return
        try:
            data = read_bytes(item.path) if given is None else given
            source = interpret(item.path, name, data)
        except SourceError as error:
            self._readings[name] = _Reading(of, None, Lowered(None, (source_error(name, error),)))
            return
        if given is None:
            self._readings[name] = _Reading(of, source, lower_file(source, item.plan))
            return
        lowered = lower_file(source, item.plan)
        reading = _Reading(of, source, lowered)
        if not lowered.errors:
            self._parsed[name] = source.text
        elif name in self._parsed:
            reading = self._with_stand_in(reading, source, item)
        self._readings[name] = reading

    def _with_stand_in(self, reading: _Reading, source: SourceFile, item: Input) -> _Reading:
        """The same, with what was there before the text broke."""
        row = reading.lowered.errors[0].location.row
        for text in stand_ins(self._parsed[item.name], source.text, row):
            older = lower_file(replace(source, text=text, notebook=None), item.plan)
            if older.file is not None and not older.errors:
                self._parsed[item.name] = text
                lowered = Lowered(replace(older.file, source=source), reading.lowered.errors)
                return replace(reading, lowered=lowered, stand_in=text)
        return reading

    def _forget(self, survey: Survey) -> None:
        """Drop what no part has any more."""
        names = {name for found, _ in self._found for name in found.names}
        self._readings = {name: each for name, each in self._readings.items() if name in names}
        self._parsed = {name: text for name, text in self._parsed.items() if name in survey.opened}

    # Linting

    def _linted(self, lowered: LoweredPart, outdated: Callable[[], bool]) -> _Part:
        for part in self._parts:
            if _is_same(part.lowered, lowered):
                return part
        _stop_if(outdated)
        with interrupted_by(partial(_stop_if, outdated)):
            return _Part(lowered, lint_part(lowered, fixes=False).diagnostics)

    def _source(self, name: str) -> SourceFile | None:
        return self._readings[name].source if name in self._readings else None

    def _said(self, name: str, diagnostics: Iterable[Sequence[Diagnostic]]) -> tuple[Diagnostic, ...]:
        """What there is to say of a file, at its places in the text of today."""
        # Parts that share context may find the same in it.
        found = list(dict.fromkeys(each for part in diagnostics for each in part if each.filename == name))
        if name in {each for found_part, _ in self._found for each in found_part.part.files}:
            errors = self._readings[name].lowered.errors
        else:
            errors = ()
        moved = (self._moved(each) for each in self._unknown(name, found))
        return in_order((*self._unknown(name, errors), *(each for each in moved if each is not None)))

    def _unknown(self, name: str, found: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
        """What a file's findings are without those that the baseline holds."""
        if self._baseline is None or not found:
            return found
        reading = self._readings[name]
        source = reading.source if reading.lowered.file is None else reading.lowered.file.readable
        # The folder of the session need not be that of the process.
        place = str(self._cwd / name)
        placed = [replace(each, filename=place) for each in found]
        known = self._baseline.known(placed, {} if source is None else {place: source})
        return [each for index, each in enumerate(found) if index not in known]

    def _moved(self, diagnostic: Diagnostic) -> Diagnostic | None:
        """A finding where its text stands now; None where that has changed."""
        place = self._place(diagnostic.filename, diagnostic.location, diagnostic.end_location)
        if place is None:
            return None
        related = (self._moved_place(each) for each in diagnostic.related)
        return replace(
            diagnostic,
            location=place[0],
            end_location=place[1],
            related=tuple(each for each in related if each is not None),
        )

    def _moved_place(self, related: RelatedPlace) -> RelatedPlace | None:
        place = self._place(related.filename, related.location, related.end_location)
        return None if place is None else replace(related, location=place[0], end_location=place[1])

    def _place(self, name: str, start: Location, end: Location) -> tuple[Location, Location] | None:
        reading = self._readings[name]
        if reading.stand_in is None or reading.source is None:
            return start, end
        rows = LineMap(divided(reading.stand_in), divided(reading.source.text)).rows(start.row, end.row)
        return None if rows is None else (replace(start, row=rows[0]), replace(end, row=rows[1]))


def _stop_if(outdated: Callable[[], bool]) -> None:
    if outdated():
        raise OutdatedError


def _is_same(first: LoweredPart, second: LoweredPart) -> bool:
    """Whether two parts hold the very same files, and mean the same by their imports."""
    return (
        (first.target, first.asked) == (second.target, second.asked)
        and first.resolver is second.resolver
        and len(first.everything) == len(second.everything)
        and all(map(operator.is_, first.everything, second.everything))
    )
