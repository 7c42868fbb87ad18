"""Steps of datasets that statements make and nothing takes."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.data.pipelines import Pipeline
from keraslint.semantics.evaluation.bindings import assigned_names
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.flow import path
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.walking import expressions
from keraslint.semantics.lowering import ir

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.training.training import TrainingCall

_NOTEBOOK = ".ipynb"


@dataclass(frozen=True, slots=True, eq=False)
class Discarded:
    """A statement that is nothing but ``dataset.step(...)``, while ``readers`` go on with the dataset itself.

    ``dataset`` is what is written in front of the steps, "" where that is no name; ``can_be_rebound`` says whether
    an assignment to it in this place reaches those who read it.
    """

    record: CallRecord
    names: tuple[str, ...]
    dataset: str
    can_be_rebound: bool
    readers: tuple[TrainingCall, ...]
    is_certain: bool


def discarded_steps(
    evaluator: Evaluator, index: CallIndex, pipelines: Iterable[Pipeline]
) -> Iterator[Discarded]:
    """Those on datasets that are consumed later, each statement once.

    A notebook shows what the last statement of a cell gives: its top level is left out.
    """
    known = tuple(pipelines)
    seen: set[ir.Site] = set()
    for made in evaluator.discarded:
        record = made.last.call
        shown = record.site.file.endswith(_NOTEBOOK) and not record.frames
        if not shown and record.site not in seen and isinstance(record.receiver, Dataset):
            steps, node = _written(made)
            kept = steps[0].parent
            readers, is_certain = _readers(index, record, kept, known)
            if readers:
                seen.add(record.site)
                names = tuple(step.last.name for step in steps)
                yield Discarded(record, names, path(node), _can_be_rebound(node, record), readers, is_certain)


def _written(made: Dataset) -> tuple[list[Dataset], ir.Expression]:
    """The steps of the chain that is the statement, the first in front, and what the first is called on."""
    steps: list[Dataset] = []
    node: ir.Expression = made.last.call.node
    current: Dataset | None = made
    while current is not None and current.last.call.node is node:
        if not isinstance(node, ir.Call) or not isinstance(node.func, ir.Attribute):
            break
        steps.insert(0, current)
        node, current = node.func.value, current.parent
    return steps, node


def _readers(
    index: CallIndex, record: CallRecord, kept: Dataset | None, pipelines: tuple[Pipeline, ...]
) -> tuple[tuple[TrainingCall, ...], bool]:
    """Who consumes what the steps were called on after them, and whether certainly that."""
    if kept is None:
        return (), False
    after = index.order[id(record)]
    readers: list[TrainingCall] = []
    is_certain = False
    for pipeline in pipelines:
        if any(step.record is kept.last.call for step in pipeline.steps):
            later = [call for call in pipeline.consumers if index.order[id(call.record)] > after]
            readers += later
            is_certain = is_certain or (bool(later) and pipeline.is_certain)
    return tuple(readers), is_certain


def _can_be_rebound(node: ir.Expression, record: CallRecord) -> bool:
    if not isinstance(node, ir.Name):
        return bool(path(node))
    function = record.frames[-1].function.node if record.frames else None
    if not isinstance(function, ir.FunctionDef):
        return True
    parameters = {parameter.name for parameter in function.parameters}
    is_local = node.id in parameters or node.id in assigned_names(function.body)
    return is_local and any(
        isinstance(each, ir.Name) and each.id == node.id and each.place > record.site.place
        for each in expressions(function.body)
        if each is not node
    )
