"""Batches in float64: which array of a batch, and where its numbers became that wide."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.data.sequences import SequenceClass
from keraslint.semantics.evaluation import functions
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Generator
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.training import TrainingCall

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

WIDE = "float64"
_FILLED = ("numpy.empty", "numpy.eye", "numpy.identity", "numpy.ones", "numpy.zeros")
# What keeps the type of the arrays that it is given.
_KEEPING = (
    "numpy.array",
    "numpy.asarray",
    "numpy.ascontiguousarray",
    "numpy.concatenate",
    "numpy.expand_dims",
    "numpy.ndarray.reshape",
    "numpy.reshape",
    "numpy.stack",
    "operator.*",
    "operator.+",
    "operator.-",
    "operator.[]",
)
# What takes the type as its second argument.
_TYPED_BY_POSITION = (
    "numpy.array",
    "numpy.asarray",
    "numpy.ascontiguousarray",
    "numpy.empty",
    "numpy.ones",
    "numpy.zeros",
)
_CONVERTING = "numpy.ndarray.astype"
_MAX_DEPTH = 4
# Below this many numbers a sample, twice as much is nothing.
_FEW = 256


@dataclass(frozen=True, slots=True, eq=False)
class WideBatch:
    """An array of a batch that is float64: ``maker`` made it so, in ``owner``, from which ``consumers`` train."""

    maker: CallRecord
    owner: str
    consumers: tuple[TrainingCall, ...]

    @property
    def at(self) -> Site:
        """The name of the function that makes the array, or the division."""
        return self.maker.name_site

    @property
    def names_type(self) -> bool:
        """Whether the call asks for float64 itself."""
        return not self.divides and not _names_no_type(self.maker)

    @property
    def divides(self) -> bool:
        """Whether whole numbers became fractions by a division."""
        return self.maker.callee == "operator./"

    @property
    def divided(self) -> Site | None:
        """What is divided, None where nothing is."""
        node = self.maker.node
        if isinstance(node, ir.Operation) and len(node.operands) == 2:
            return Site(self.maker.site.file, node.operands[0].place)
        return None


def wide_batches(
    evaluator: Evaluator, classes: Iterable[SequenceClass], calls: Iterable[TrainingCall]
) -> Iterator[WideBatch]:
    """The float64 arrays that ``__getitem__`` and generators hand to a training; none where that is asked for."""
    if _is_meant(evaluator.records):
        return
    for cls in classes:
        for made in cls.instances:
            method = cls.method("__getitem__")
            consumers = tuple(call for call in made.consumers if call.trains)
            if method is not None and consumers:
                with functions.running_method(evaluator, method, made.instance) as (records, value):
                    makers = tuple(_makers(evaluator, value, _by_result(records)))
                yield from (WideBatch(maker, f"{cls.name}.__getitem__", consumers) for maker in makers)
    generators = [
        (call, part)
        for call in calls
        if call.trains
        for part in alternatives(call.data)
        if isinstance(part, Generator)
    ]
    by_result = _by_result(evaluator.records if generators else ())
    for call, generator in generators:
        for maker in _makers(evaluator, generator.element, by_result):
            yield WideBatch(maker, generator.function.name, (call,))


def _is_meant(records: Iterable[CallRecord]) -> bool:
    """Whether the program asks Keras for float64 anywhere."""
    return any(
        value == Const(WIDE)
        for record in records
        if record.callee.startswith("keras.")
        for value in record.arguments.values()
    )


def _by_result(records: Iterable[CallRecord]) -> dict[int, CallRecord]:
    return {id(record.result): record for record in records if isinstance(record.result, Array)}


def _makers(evaluator: Evaluator, batch: Value, by_result: dict[int, CallRecord]) -> Iterator[CallRecord]:
    for array in _inputs(batch):
        if isinstance(array, Array) and array.dtype in (WIDE, None) and _is_large(array):
            maker = _maker(evaluator, array, by_result)
            if maker is not None:
                yield maker


def _inputs(batch: Value) -> Iterator[Value]:
    """The arrays that the model takes in, and those among the targets whose rank is known."""
    parts = [batch]
    if isinstance(batch, Sequence) and batch.items:
        parts = list(batch.items)
    yield from leaves(parts[0])
    for part in parts[1:]:
        yield from (leaf for leaf in leaves(part) if isinstance(leaf, Array) and leaf.shape is not None)


def _is_large(array: Array) -> bool:
    """Whether a sample has many numbers; of unknown sizes, pictures and the like have them, and tables do not."""
    size = _size(array)
    return size >= _FEW if size is not None else array.shape is None or len(array.shape) > 2


def _size(array: Array) -> int | None:
    """How many numbers a sample has, None where that is not known."""
    if array.shape is None:
        return None
    size = 1
    for axis in array.shape[1:]:
        if axis is None:
            return None
        size *= axis
    return size


def _maker(
    evaluator: Evaluator, array: Value, by_result: dict[int, CallRecord], depth: int = 0
) -> CallRecord | None:
    """The call that made an array float64, found through calls that keep the type; None where it is not known."""
    record = by_result.get(id(array))
    if record is None or depth > _MAX_DEPTH:
        return None
    if record.callee in _FILLED:
        return record if isinstance(array, Array) and array.dtype == WIDE else None
    if record.callee == "operator./":
        parts = [part for part in record.arguments.positional if isinstance(part, Array)]
        if all(part.dtype is not None and "int" in part.dtype for part in parts):
            return record
        return _maker(evaluator, parts[0], by_result, depth + 1)
    if record.callee in (*_TYPED_BY_POSITION, _CONVERTING) and not _names_no_type(record):
        return record if isinstance(array, Array) and array.dtype == WIDE else None
    if record.callee in _KEEPING and _names_no_type(record):
        given = (record.receiver, *record.arguments.positional)
        source: Value | None = next((part for part in given if isinstance(part, (Array, Sequence))), None)
        if isinstance(source, Sequence):
            source = iteration.element(evaluator, source)
        return None if source is None else _maker(evaluator, source, by_result, depth + 1)
    return None


def _names_no_type(record: CallRecord) -> bool:
    by_position = record.callee in _TYPED_BY_POSITION and len(record.arguments.positional) > 1
    return record.callee != _CONVERTING and argument(record, "dtype").is_absent and not by_position
