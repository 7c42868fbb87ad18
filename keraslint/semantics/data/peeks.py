"""Elements that are taken from a dataset only to look at their shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.data.pipelines import Pipeline
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import DatasetIterator
from keraslint.semantics.evaluation.walking import own_expressions
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.evaluation.walking import within
from keraslint.semantics.lowering import ir
from keraslint.semantics.target import Target

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_SEEN = ("dtype", "get_shape", "ndim", "shape")
_ASKED = ("len", "type")
_NEXT = "builtins.next"
_ARRAYS = ("numpy.array", "numpy.asarray")


@dataclass(frozen=True, slots=True, eq=False)
class Peek:
    """``next(iter(dataset))``, or a loop over ``dataset.take(1)``, whose element is asked for its shape alone."""

    record: CallRecord
    pipeline: Pipeline


def peeks(evaluator: Evaluator, index: CallIndex, target: Target) -> Iterator[Peek]:
    """Those of the program's main modules and functions, each once."""
    taken: dict[ir.Site, tuple[CallRecord, Dataset]] = {}
    for record in index.in_order((*index.of(_NEXT), *index.of_method("take"))):
        dataset = _taken_from(record)
        if dataset is not None and not record.loops:
            taken.setdefault(record.site, (record, dataset))
    copies = _copies(index) if taken else {}
    for record, dataset in taken.values():
        frame = record.frames[-1].function.node if record.frames else None
        if isinstance(frame, ir.Lambda):
            continue
        body = evaluator.modules[record.site.file].body if frame is None else frame.body
        if _only_looks(body, record, copies[record.site.file]):
            yield Peek(record, Pipeline(dataset, evaluator, target))


def _copies(index: CallIndex) -> Mapping[str, set[int]]:
    """The places in each file that copy something into an array."""
    found: dict[str, set[int]] = defaultdict(set)
    for maker in _ARRAYS:
        for record in index.of(maker):
            found[record.site.file].add(record.site.place)
    return found


def _taken_from(record: CallRecord) -> Dataset | None:
    """The dataset that a call takes its first element of, ``take(1)`` included."""
    if record.callee == _NEXT and record.arguments.positional:
        iterator = record.arguments.positional[0]
        return iterator.dataset if isinstance(iterator, DatasetIterator) else None
    if record.callee.endswith(".Dataset.take") and isinstance(record.receiver, Dataset):
        return record.receiver
    return None


def _only_looks(body: ir.Block, record: CallRecord, copied: set[int]) -> bool:
    """Whether all that the element, or the array ``copied`` from it, is used for is to be asked for its shape."""
    place = record.site.place
    for statement in statements(body):
        if isinstance(statement, ir.For) and record.callee.endswith(".take"):
            if statement.iterable.place == place:
                return _names_are_looked_at(body, statement, statement.target, copied)
        elif isinstance(statement, ir.Assign) and record.callee == _NEXT:
            if _root(statement.value).place == place and len(statement.targets) == 1:
                return _names_are_looked_at(body, statement, statement.targets[0], copied)
    return False


def _root(node: ir.Expression) -> ir.Expression:
    while isinstance(node, ir.Subscript):
        node = node.value
    return node


def _names_are_looked_at(
    body: ir.Block, binding: ir.Statement, target: ir.Expression, copied: set[int]
) -> bool:
    names = {node.id for node in within(target) if isinstance(node, ir.Name)}
    bound = {node.place for node in within(target)}
    looked: set[int] = set()
    used: set[int] = set()
    for statement in statements(body):
        if isinstance(statement, (ir.ClassDef, ir.FunctionDef)) and _mentions(statement.body, names):
            return False
        for node in own_expressions(statement):
            if isinstance(node, ir.Name) and node.id in names and node.place not in bound:
                used.add(node.place)
            asked = _asked_of(node, copied)
            if asked is not None:
                looked.add(_root(asked).place)
    return bool(names) and bool(used) and used <= looked and min(used) > binding.place


def _mentions(node: object, names: set[str]) -> bool:
    """Whether functions or classes inside of a block use one of the names."""
    if isinstance(node, ir.Name):
        return node.id in names
    return isinstance(node, tuple) and any(_mentions(part, names) for part in node)


def _asked_of(node: ir.Expression, copied: set[int]) -> ir.Expression | None:
    """What an expression asks for its shape, dtype or length."""
    if isinstance(node, ir.Attribute) and node.attr in _SEEN:
        made = node.value
        if isinstance(made, ir.Call) and len(made.arguments) == 1 and made.place in copied:
            return made.arguments[0].value
        return made
    if isinstance(node, ir.Call) and len(node.arguments) == 1:
        name = node.func.id if isinstance(node.func, ir.Name) else ""
        is_shape = isinstance(node.func, ir.Attribute) and node.func.attr == "shape"
        if name in _ASKED or is_shape:
            return node.arguments[0].value
    return None
