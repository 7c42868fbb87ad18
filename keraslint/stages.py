"""The way of a connected part through one process: read, lowered, and judged or told."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from keraslint.cache import LoweredCache
from keraslint.described_facts import DescribedFacts
from keraslint.described_facts import merged
from keraslint.describing import describe_part
from keraslint.detection import Targets
from keraslint.diagnostic import Diagnostic
from keraslint.failures import source_error
from keraslint.fix_loop import fix_part
from keraslint.linter import Lowered
from keraslint.linter import LoweredPart
from keraslint.linter import lint_part
from keraslint.linter import lower_file
from keraslint.outcome import FixedPart
from keraslint.outcome import PartResult
from keraslint.outcome import in_order
from keraslint.reserved import INTERNAL_ERROR
from keraslint.source.project import MOST_CONTEXT
from keraslint.source.reading import interpret
from keraslint.source.text import SourceError
from keraslint.store import Store
from keraslint.store import digest_of
from keraslint.tasks import Checked
from keraslint.tasks import Conditions
from keraslint.tasks import FileTask
from keraslint.tasks import PartTask

# Files without a framework whose lowered form is kept at hand, those used last.
_MOST_REMEMBERED = 2 * MOST_CONTEXT


class _Read(NamedTuple):
    """A part as far as it can be read, what is wrong with the files asked for, and whether the run saw the same bytes."""

    part: LoweredPart | None
    errors: tuple[Diagnostic, ...]
    as_seen: bool


class Stages:
    """Works on the tasks of a run; what several of them need is found once."""

    def __init__(self, conditions: Conditions) -> None:
        self._conditions = conditions
        self._targets = Targets(conditions.cwd)
        self._context: dict[str, tuple[Lowered, bool]] = {}
        self._cache = None if conditions.lowered is None else LoweredCache(Store(conditions.lowered))

    def lower(self, task: FileTask) -> None:
        """Lower a file into the store, for whoever works on its part."""
        self._lowered(task)

    def check(self, task: PartTask) -> Checked:
        """Lint a part, and mend it where that is wanted."""
        part, errors, as_seen = self._read(task)
        done = FixedPart(PartResult()) if part is None else self._linted(part)
        diagnostics = in_order((*errors, *done.result.diagnostics))
        is_lasting = as_seen and all(each.code != INTERNAL_ERROR.code for each in diagnostics)
        return Checked(replace(done, result=replace(done.result, diagnostics=diagnostics)), is_lasting)

    def describe(self, task: PartTask, *, with_findings: bool) -> DescribedFacts:
        """Tell the facts of a part, and what the rules find in it if that is wanted."""
        part, errors, _ = self._read(task)
        told = (DescribedFacts(errors=in_order(errors)),)
        return merged(told if part is None else (*told, describe_part(part, with_findings=with_findings)))

    def _linted(self, part: LoweredPart) -> FixedPart:
        if not self._conditions.fix:
            return FixedPart(lint_part(part))
        return fix_part(part, unsafe=self._conditions.unsafe_fixes, confined=self._conditions.confined)

    def _read(self, task: PartTask) -> _Read:
        found = {file.name: self._lowered(file) for file in task.files}
        found |= {file.name: self._remembered(file) for file in task.context}
        errors = [
            error for file in task.files if file.name in task.asked for error in found[file.name][0].errors
        ]
        files, context = (
            tuple(lowered for each in group if (lowered := found[each.name][0].file) is not None)
            for group in (task.files, task.context)
        )
        names = [file.source.name for file in (*files, *context)]
        asked = task.asked.intersection(names)
        part = None
        if files and asked:
            part = LoweredPart(files, self._targets.of(files), context, task.project.restricted(names), asked)
        return _Read(part, tuple(errors), all(as_seen for _, as_seen in found.values()))

    def _remembered(self, task: FileTask) -> tuple[Lowered, bool]:
        """The same for a file that many parts may look at."""
        found = self._context.pop(task.name, None) or self._lowered(task)
        self._context[task.name] = found
        if len(self._context) > _MOST_REMEMBERED:
            del self._context[next(iter(self._context))]
        return found

    def _lowered(self, task: FileTask) -> tuple[Lowered, bool]:
        """What became of a file, and whether it holds what the run has seen."""
        as_seen = False
        try:
            data = task.read()
            as_seen = digest_of(data) == task.digest
            source = interpret(task.path, task.name, data)
        except SourceError as error:
            return Lowered(None, (source_error(task.name, error),)), as_seen
        return lower_file(source, self._conditions.plans[task.plan], self._cache), as_seen


@lru_cache(maxsize=1)
def stages_of(conditions: Conditions) -> Stages:
    """The stages of a run, which live as long as it."""
    return Stages(conditions)
