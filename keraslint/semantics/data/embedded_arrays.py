"""Large NumPy arrays that become constants of a graph, because a function that is traced uses them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass

from keraslint.semantics.data.pipelines import Pipeline
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.operations import Kind
from keraslint.semantics.evaluation.operations import kind_of
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.training import TrainingCall

LARGE = 50_000_000
# Files and data sets are kept because they are large; one that is known to be small is not meant.
_LOADED = 10_000_000
_BYTES = {
    "bool": 1,
    "complex64": 8,
    "float16": 2,
    "float32": 4,
    "float64": 8,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "int8": 1,
    "uint16": 2,
    "uint32": 4,
    "uint8": 1,
}


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedConstant:
    """A call in a traced function, which takes a NumPy array of ``size`` bytes (None where unknown).

    ``runs_in`` is the step of a pipeline that calls the function, or the function itself where
    ``tf.function`` compiles it; ``consumers`` are the trainings that wait for the step.
    """

    call: CallRecord
    size: int | None
    runs_in: Site
    consumers: tuple[TrainingCall, ...]

    @property
    def at(self) -> Site:
        """The name of the function that takes the array."""
        return self.call.name_site


def embedded_arrays(index: CallIndex, pipelines: Iterable[Pipeline]) -> Iterator[EmbeddedConstant]:
    """The large arrays in the functions that pipelines map and that ``tf.function`` compiles."""
    files = {id(record.result) for record in index.of("numpy.load")}
    seen: set[tuple[int, Site]] = set()
    looked_at: set[int] = set()
    for pipeline in pipelines:
        for step in pipeline.steps if pipeline.consumers else ():
            if not step.maps or id(step.record) in looked_at:
                continue
            looked_at.add(id(step.record))
            inner = step.record.inner
            operations = (record for record in inner if _is_of_tensorflow(record.callee))
            python = (record for record in inner if _is_python(record.callee))
            for record, array in _taken(operations, python, files):
                if (id(array), step.at) not in seen:
                    seen.add((id(array), step.at))
                    yield EmbeddedConstant(record, _size(array), step.at, tuple(pipeline.consumers))
    found = _taken(index.named(_is_of_tensorflow), index.named(_is_python), files)
    for record, array in sorted(found, key=lambda each: index.order[id(each[0])]):
        compiled = next((frame for frame in record.frames if frame.function.compiled is not None), None)
        if compiled is None or _takes_large(compiled, files):
            continue
        if (id(array), compiled.function.site) not in seen:
            seen.add((id(array), compiled.function.site))
            yield EmbeddedConstant(record, _size(array), compiled.function.site, ())


def _is_of_tensorflow(callee: str) -> bool:
    return callee.startswith("tensorflow.")


def _is_python(callee: str) -> bool:
    return kind_of(callee) is Kind.PYTHON


def _takes_large(frame: Frame, files: set[int]) -> bool:
    """Whether a compiled function gets a large array as an argument, which is a tensor inside of it."""
    given = () if frame.call is None else frame.call.arguments.values()
    return any(_is_large(part, files) for value in given for part in leaves(value))


def _taken(
    operations: Iterable[CallRecord], python: Iterable[CallRecord], files: set[int]
) -> Iterator[tuple[CallRecord, Array]]:
    """The operations that take a large NumPy array, with the array; not those inside of calls that Python runs."""
    found = ((record, _large_in(record.arguments, files)) for record in operations)
    taking = [(record, array) for record, array in found if array is not None]
    sites = {record.site for record in python} if taking else set()
    for record, array in taking:
        if not any(frame.call is not None and frame.call.site in sites for frame in record.frames):
            yield record, array


def _large_in(given: Arguments, files: set[int]) -> Array | None:
    """The first large array among the arguments of a call."""
    for value in given.values():
        # Most are no containers; going into those takes longer than all the rest.
        for part in leaves(value) if isinstance(value, (Mapping, Sequence)) else (value,):
            if isinstance(part, Array) and _is_large(part, files):
                return part
    return None


def _is_large(value: Value, files: set[int]) -> bool:
    if not isinstance(value, Array) or not value.function.startswith(("numpy.", "keras.datasets.")):
        return False
    size = _size(value)
    if size is None:
        return id(value) in files
    return size >= (_LOADED if value.function.startswith("keras.datasets.") else LARGE)


def _size(array: Array) -> int | None:
    """How many bytes an array takes, None where its shape or type is not known."""
    width = _BYTES.get(array.dtype or "")
    if width is None or array.shape is None or None in array.shape:
        return None
    return width * math.prod(axis for axis in array.shape if axis is not None)
