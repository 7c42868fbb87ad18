"""Numbers of steps that are numbers of samples: what a count counts, and what the batches are made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.arguments import Argument
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.bindings import bind_parameters
from keraslint.semantics.evaluation.bindings import names_in
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Count
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Generator
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Range
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.training.training import TrainingCall
from keraslint.semantics.training.training import is_image_iterator
from keraslint.semantics.training.training import is_sequence

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

# The parameters that take a number of steps, and the one whose batches they count ("" is the first).
_STEPS = (("steps_per_epoch", ""), ("steps", ""), ("validation_steps", "validation_data"))
# What Keras 1 called its numbers of samples; a program that uses it means samples elsewhere, too.
_OF_KERAS_1 = {"nb_epoch", "nb_val_samples", "samples_per_epoch", "val_samples"}
_NUMBERS = ("n", "samples")
_OF_EACH_SAMPLE = ("classes", "filenames", "filepaths", "labels")
_SIZE = re.compile(r"(?i)\w*batch_?si?ze?|batch|bs|n_?batch")
_IMAGES_IN_A_BATCH = 32


@dataclass(frozen=True, slots=True, eq=False)
class SamplesAsSteps:
    """A training call that is told to make a step for each sample, with batches of ``batch_size`` samples."""

    call: TrainingCall
    argument: Argument
    batch_size: int


@dataclass(frozen=True, slots=True)
class _Batches:
    """What batches are made of; ``ends`` where Keras knows their number, and may stop after the last."""

    sources: tuple[Value, ...]
    size: int | None
    ends: bool
    iterator: Value = UNKNOWN


def samples_as_steps(
    evaluator: Evaluator, calls: Iterable[TrainingCall], stops: Callable[[TrainingCall], bool]
) -> Iterator[SamplesAsSteps]:
    """Every number of steps that is the number of samples; ``stops`` says where finite data end an epoch."""
    evaluator.state = evaluator.root
    known = list(calls)
    first = {
        call.at.file
        for call in known
        if any(name in _OF_KERAS_1 for name, _ in call.record.arguments.keywords)
    }
    for call in known:
        for parameter, data_parameter in _STEPS:
            given = call.argument(parameter)
            if given.value is None or given.is_absent or call.at.file in first:
                continue
            data = call.argument(data_parameter).value if data_parameter else call.data
            batches = _batches(evaluator, data)
            if batches is None or batches.size is None or batches.size < 2 or (batches.ends and stops(call)):
                continue
            if all(_counts(evaluator, part, batches) for part in alternatives(given.value)):
                yield SamplesAsSteps(call, given, batches.size)


def _counts(evaluator: Evaluator, steps: Value, batches: _Batches) -> bool:
    """Whether a number is that of the samples that the batches are made of."""
    if isinstance(steps, Const):
        return type(steps.value) is int and any(
            _samples(evaluator, source) == steps.value for source in batches.sources
        )
    if isinstance(steps, External):
        return steps.path in _NUMBERS and steps.base is batches.iterator
    if not isinstance(steps, Count):
        return False
    if isinstance(steps.of, External) and steps.of.path in _OF_EACH_SAMPLE:
        return steps.of.base is batches.iterator
    return any(_is_same(steps.of, source) for source in batches.sources)


def _samples(evaluator: Evaluator, source: Value) -> int | None:
    """How many samples a source has, None where that is not known or it is no row of samples (a pair, a path)."""
    source = iteration.contents(evaluator, source)
    is_row = isinstance(source, (Array, Range)) or (isinstance(source, Sequence) and source.kind == "list")
    return iteration.length(evaluator, source) if is_row else None


def _is_same(counted: Value, source: Value) -> bool:
    """Whether two values are certainly one object of the program."""
    if counted is UNKNOWN or isinstance(counted, Const):
        return False
    if isinstance(counted, External) and isinstance(source, External) and "[" not in counted.name:
        # An attribute is another value each time that it is read.
        return counted is source or (
            counted.base is not None and (counted.name, counted.call) == (source.name, source.call)
        )
    if isinstance(counted, Sequence) and isinstance(source, Sequence):
        return counted is source or counted.ref == source.ref != 0
    return counted is source


def _batches(evaluator: Evaluator, data: Value | None) -> _Batches | None:
    if isinstance(data, Generator):
        return _of_generator(evaluator, data)
    if isinstance(data, Dataset):
        return _of_dataset(data)
    if isinstance(data, External) and data.call is not None and is_image_iterator(data):
        size = data.call.arguments.keyword("batch_size") or argument(data.call, "batch_size").value
        return _Batches(
            tuple(_given(data.call.arguments)),
            _IMAGES_IN_A_BATCH if size is None else _whole(size),
            ends=True,
            iterator=data,
        )
    if isinstance(data, Instance) and is_sequence(data) and data.call is not None:
        init = evaluator.root.get((data.cls.scope, "__init__"))
        values = _parameters(init, data.call, data) if isinstance(init, Function) else {}
        return _Batches(tuple(values.values()), _named_size(values), ends=True)
    return None


def _of_generator(evaluator: Evaluator, data: Generator) -> _Batches | None:
    """The batches of a generator function, which loops over its samples for as long as it is asked to."""
    function = data.function
    values = {
        name: value
        for name in sorted(names_in(function.node))
        for scope in reversed(function.scopes)
        if (value := evaluator.root.get((scope, name))) is not None
    }
    if data.call is not None:
        values.update(_parameters(function, data.call, data.call.receiver))
    size = _first_axis(data.element) or _named_size(values)
    return _Batches(tuple(values.values()), size, ends=False)


def _of_dataset(data: Dataset) -> _Batches | None:
    steps = data.steps()
    source, sizes = steps[0], [step for step in steps if step.name in ("batch", "padded_batch")]
    if source.name != "from_tensor_slices" or len(sizes) != 1 or any(s.name in _REGROUPING for s in steps):
        return None
    given = argument(sizes[0].call, "batch_size").value
    counts = [argument(step.call, "count") for step in steps if step.name == "repeat"]
    if not any(count.is_absent or count.constant == -1 for count in counts):
        return None
    sources = tuple(part for value in source.call.arguments.values() for part in leaves(value))
    return _Batches((*sources, *source.call.arguments.values()), _whole(given), ends=False)


_REGROUPING = (
    "flat_map",
    "interleave",
    "take",
    "skip",
    "filter",
    "unbatch",
    "window",
    "shard",
    "concatenate",
)


def _parameters(function: Function, call: CallRecord, receiver: Value | None) -> dict[str, Value]:
    given = call.arguments
    if function.owner is not None and receiver is not None and function.kind != "staticmethod":
        given = Arguments((receiver, *given.positional), given.keywords, given.open, given.rest)
    values = bind_parameters(function, given, lambda: 0)
    return {
        f"{name}.{place}" if place else name: part
        for name, value in values.items()
        for place, part in enumerate((value, *_parts(value)))
    }


def _parts(value: Value) -> tuple[Value, ...]:
    return value.items or () if isinstance(value, Sequence) and value.kind == "tuple" else ()


def _given(given: Arguments) -> Iterator[Value]:
    for value in given.values():
        yield value
        yield from _parts(value)


def _named_size(values: dict[str, Value]) -> int | None:
    """The size of the batches by the names that programs have for it."""
    sizes = {_whole(value) for name, value in values.items() if _SIZE.fullmatch(name)}
    return sizes.pop() if len(sizes) == 1 else None


def _whole(value: Value | None) -> int | None:
    return value.value if isinstance(value, Const) and type(value.value) is int else None


def _first_axis(element: Value) -> int | None:
    """How many rows the arrays of a batch have."""
    for leaf in leaves(element):
        if isinstance(leaf, (Array, Tensor)) and leaf.shape:
            return leaf.shape[0]
    return None
