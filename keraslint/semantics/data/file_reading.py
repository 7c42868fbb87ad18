"""Files that a pipeline reads one after the other: where, and how many."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.data.pipelines import DatasetStep
from keraslint.semantics.data.pipelines import Pipeline
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

READERS = ("FixedLengthRecordDataset", "TFRecordDataset", "TextLineDataset")
_OPENING = ("flat_map", "interleave")
_GLOBS = ("glob.glob()", "tensorflow.io.gfile.glob()", "tensorflow.io.matching_files()")
_WILDCARDS = frozenset("*?[")
# What leaves the number of files as it is, or only makes more of it.
_KEEPING = ("cache", "prefetch", "repeat", "shuffle", "with_options")


@dataclass(frozen=True, slots=True, eq=False)
class SequentialRead:
    """A step that reads several files, one at a time; ``files`` is their number where it is known.

    ``reader`` is the step that opens them: another one where a step opens a dataset for each file.
    """

    step: DatasetStep
    reader: DatasetStep
    files: int | None

    @property
    def is_kept(self) -> bool:
        """Whether a ``cache`` after it keeps what was read for all later epochs."""
        return any(step.name == "cache" for step in self.step.following)

    @property
    def keeps_order_in_parallel(self) -> bool:
        """Whether parallel calls give the same records in the same order, as far as all of it can be seen."""
        step = self.step
        inside = [each for each in step.pipeline.steps if each.enclosing is step.step and each.maps]
        return step.keeps_order_in_parallel and not any(
            each.mapper.is_stateful or each.mapper.opaque for each in inside
        )


def reads_files(pipeline: Pipeline) -> bool:
    """Whether the samples of a pipeline come from files that it reads itself."""
    return any(
        step.name == "list_files"
        or step.name in READERS
        or any(operation.call.callee == "tensorflow.io.read_file" for operation in step.mapper.operations)
        or (step.maps and step.mapper.python is not None and step.reading is not None)
        for step in pipeline.steps
    )


def sequential_reads(pipelines: Iterable[Pipeline], evaluator: Evaluator) -> Iterator[SequentialRead]:
    """The steps of consumed pipelines that read several files with nothing said about reading in parallel."""
    for pipeline in pipelines:
        for step in pipeline.steps:
            found = None
            if step.name in READERS and step.argument("num_parallel_reads").is_absent:
                found = _all_in_one(step, evaluator)
            elif step.name in _OPENING and step.argument("num_parallel_calls").is_absent:
                found = _one_by_one(step, evaluator)
            if found is not None:
                yield found


def _all_in_one(step: DatasetStep, evaluator: Evaluator) -> SequentialRead | None:
    files = step.argument("filenames").value
    several, number = (False, None) if files is None else _number_of_files(files, evaluator)
    return SequentialRead(step, step, number) if several else None


def _one_by_one(step: DatasetStep, evaluator: Evaluator) -> SequentialRead | None:
    """``interleave`` or ``flat_map`` whose function opens the file that is its element."""
    inside = [each for each in step.pipeline.steps if each.enclosing is step.step and each.before is None]
    if len(inside) != 1 or inside[0].name not in READERS or step.before is None:
        return None
    if step.name == "interleave" and step.argument("cycle_length").constant == 1:
        return None
    opened = inside[0].argument("filenames").value
    several, number = _number_of_files(step.before, evaluator)
    if opened is None or _number_of_files(opened, evaluator)[0] or not several:
        return None
    return SequentialRead(step, inside[0], number)


def _number_of_files(files: Value, evaluator: Evaluator) -> tuple[bool, int | None]:
    """Whether there are several files, as far as is known, and how many."""
    found = [_number(part, evaluator) for part in alternatives(iteration.contents(evaluator, files))]
    numbers = {number for _, number in found}
    return all(several for several, _ in found), numbers.pop() if len(numbers) == 1 else None


def _number(files: Value, evaluator: Evaluator) -> tuple[bool, int | None]:
    if isinstance(files, Dataset):
        return _number_in_dataset(files, evaluator)
    if isinstance(files, External):
        name = files.name
        return (name in _GLOBS and _has_wildcard(files)) or name.endswith("Path().glob()"), None
    if isinstance(files, Array):
        known = files.shape[0] if files.shape else None
        return known is not None and known > 1, known
    if isinstance(files, Sequence) and files.kind in ("list", "tuple"):
        known = None if files.items is None else len(files.items)
        return known is None or known > 1, known
    return False, None


def _number_in_dataset(files: Dataset, evaluator: Evaluator) -> tuple[bool, int | None]:
    source, *later = files.steps()
    given = source.call.arguments.positional[:1] or source.call.arguments.values()[:1]
    exact = all(step.name in _KEEPING for step in later)
    if any(step.name in ("take", "flat_map", "interleave") for step in later) or not given:
        return False, None
    if source.name == "list_files":
        patterns = alternatives(iteration.contents(evaluator, given[0]))
        wild = all(_is_pattern(part) or _number(part, evaluator)[0] for part in patterns)
        return wild, None
    if source.name == "from_tensor_slices":
        names = iteration.contents(evaluator, given[0])
        if isinstance(names, Sequence) and names.kind == "tuple" and names.items:
            names = names.items[0]
        if names is UNKNOWN or isinstance(names, External):
            return True, None
        several, number = _number_of_files(names, evaluator)
        return several, number if exact else None
    return False, None


def _is_pattern(value: Value) -> bool:
    """Whether a text may stand for several files: one that is not known may."""
    if isinstance(value, Const):
        return isinstance(value.value, str) and not _WILDCARDS.isdisjoint(value.value)
    return not isinstance(value, (Array, Dataset, Sequence))


def _has_wildcard(made: External) -> bool:
    given = made.call.arguments.positional[:1] if made.call is not None else ()
    return bool(given) and _is_pattern(given[0])
