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
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Generator
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Union
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
_CONVERTING = ("numpy.ndarray.astype", "skimage.img_as_float", "skimage.util.img_as_float")
_CHOOSING = (*_TYPED_BY_POSITION, *_CONVERTING)
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
    evaluator: Evaluator, index: CallIndex, classes: Iterable[SequenceClass], calls: Iterable[TrainingCall]
) -> Iterator[WideBatch]:
    """The float64 arrays that ``__getitem__`` and generators hand to a training; none where that is asked for."""
    found = list(_handed(evaluator, classes, calls))
    if found and not _is_meant(index):
        yield from found


def _handed(
    evaluator: Evaluator, classes: Iterable[SequenceClass], calls: Iterable[TrainingCall]
) -> Iterator[WideBatch]:
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


def _is_meant(index: CallIndex) -> bool:
    """Whether the program asks Keras for float64 anywhere."""
    return any(
        value == Const(WIDE)
        for record in index.named(lambda name: name.startswith("keras."))
        for value in record.arguments.values()
    )


def _by_result(records: Iterable[CallRecord]) -> dict[int, CallRecord]:
    """The calls by the arrays that they gave: of a function and what it calls, the innermost."""
    found: dict[int, CallRecord] = {}
    for record in records:
        for part in alternatives(record.result):
            # `copy` gives what it is called on.
            if isinstance(part, Array) and part is not record.receiver:
                found[id(part)] = record
    return found


def _makers(evaluator: Evaluator, batch: Value, by_result: dict[int, CallRecord]) -> Iterator[CallRecord]:
    found: dict[Site, CallRecord] = {}
    for array in _inputs(batch):
        if array.dtype in (WIDE, None) and _is_large(array):
            for maker in _makers_of(evaluator, array, by_result):
                found.setdefault(maker.site, maker)
    yield from found.values()


def _inputs(batch: Value) -> Iterator[Array]:
    """The arrays that the model takes in, and those among the targets whose rank is known."""
    for one in alternatives(batch):
        first, *rest = one.items if isinstance(one, Sequence) and one.items else (one,)
        yield from _arrays(first)
        for part in rest:
            yield from (array for array in _arrays(part) if array.shape is not None)


def _arrays(value: Value) -> Iterator[Array]:
    for leaf in leaves(value):
        if isinstance(leaf, Array):
            yield leaf
        elif isinstance(leaf, Union):
            for part in leaf.alternatives:
                yield from _arrays(part)


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


def _makers_of(
    evaluator: Evaluator, value: Value, by_result: dict[int, CallRecord], depth: int = 0
) -> Iterator[CallRecord]:
    """The calls that made an array float64, found through calls that keep the type; none where it is not known."""
    record = by_result.get(id(value))
    if record is None or depth > _MAX_DEPTH:
        return
    if record.callee == "operator./":
        parts = [part for part in record.arguments.positional if isinstance(part, Array)]
        if all(part.dtype is not None and "int" in part.dtype for part in parts):
            yield record
        else:
            yield from _makers_of(evaluator, parts[0], by_result, depth + 1)
    elif record.callee in _FILLED or (record.callee in _CHOOSING and not _names_no_type(record)):
        if isinstance(value, Array) and value.dtype == WIDE:
            yield record
    elif record.callee in _KEEPING and _names_no_type(record):
        for source in _sources(evaluator, record):
            yield from _makers_of(evaluator, source, by_result, depth + 1)


def _sources(evaluator: Evaluator, record: CallRecord) -> list[Value]:
    """The arrays whose type a call keeps: its first argument, or what that lists."""
    for given in (record.receiver, *record.arguments.positional):
        parts = () if given is None else alternatives(given)
        found: list[Value] = [part for part in parts if isinstance(part, Array)]
        for part in parts:
            if isinstance(part, Sequence):
                found += alternatives(iteration.element(evaluator, part))
        if found:
            return found
    return []


def _names_no_type(record: CallRecord) -> bool:
    by_position = record.callee in _TYPED_BY_POSITION and len(record.arguments.positional) > 1
    return record.callee not in _CONVERTING and argument(record, "dtype").is_absent and not by_position
