"""Python code that feeds a model: generators, iterators, and functions that a graph or tf.data calls."""

from __future__ import annotations

from collections.abc import Container
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from keraslint.semantics.data.pipelines import DatasetStep
from keraslint.semantics.data.pipelines import Pipeline
from keraslint.semantics.data.sequences import ItemWork
from keraslint.semantics.data.sequences import item_work
from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import functions
from keraslint.semantics.evaluation import work as works
from keraslint.semantics.evaluation.counterparts import comes_from_outside
from keraslint.semantics.evaluation.counterparts import counterpart
from keraslint.semantics.evaluation.counterparts import has_no_counterpart
from keraslint.semantics.evaluation.operations import Kind
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Generator
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Partial
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_MAX_DEPTH = 4
# What an agent does with a simulation whose package nobody sees.
_OF_SIMULATIONS = ("reset", "step")
_TAKING = ("builtins.enumerate", "builtins.next", "builtins.zip", "itertools.islice")


@dataclass(frozen=True, eq=False)
class Feed:
    """One function or iterator in Python, with what is known of its body.

    ``at`` is the name after ``def`` or ``class``, None for a function of another package. ``element`` is what
    a generator yields.
    """

    name: str
    at: Site | None
    records: tuple[CallRecord, ...]
    around: frozenset[Site]
    element: Value = UNKNOWN

    @cached_property
    def work(self) -> tuple[ItemWork, ...]:
        """The work among what it does."""
        return item_work(self.records, self.around)

    @property
    def costliest(self) -> ItemWork | None:
        """The costliest call in it, the most often repeated one of a kind; None where it only hands on what is there."""
        return min(self.work, key=lambda item: (item.work.rank, -len(item.call.loops)), default=None)

    @property
    def comes_from_outside(self) -> bool:
        """Whether a simulation, a service, a stream or a model makes the data: Python is the only way in then."""
        named = (record.callee for record in self.records)
        over = (
            loop.iterable.name
            for record in self.records
            for loop in record.loops
            if isinstance(loop.iterable, External)
        )
        return (
            any(map(comes_from_outside, named))
            or any(map(comes_from_outside, over))
            or any(_is_simulated(record) for record in self.records)
        )

    @cached_property
    def without_counterpart(self) -> CallRecord | None:
        """The first call that reads what TensorFlow cannot."""
        return next((record for record in self.records if has_no_counterpart(record.callee)), None)

    def counterpart(self, call: CallRecord) -> str | None:
        """What does in TensorFlow or Keras what a call does, None where nothing is known to."""
        return counterpart(call.callee)

    @property
    def is_seen_through(self) -> bool:
        """Whether all that it calls is known, and was looked into."""
        entered = {id(frame.call) for record in self.records for frame in record.frames}
        return all(_is_seen(record, entered) for record in self.records)

    @property
    def yields_from_arrays(self) -> bool:
        """Whether each thing that it yields is certainly a part of arrays in memory."""
        parts = tuple(leaves(self.element))
        return (
            self.is_seen_through
            and any(isinstance(part, (Array, Tensor)) for part in parts)
            and all(isinstance(part, (Array, Const, Some, Tensor)) for part in parts)
            and not any(isinstance(part, Array) and _is_packed(part) for part in parts)
        )


def _is_packed(array: Array) -> bool:
    """Whether an array was put together of things that are not known."""
    return array.shape is None and array.function.startswith(("numpy.array", "numpy.asarray", "numpy.stack"))


def _is_seen(record: CallRecord, entered: Container[int]) -> bool:
    if not isinstance(record.node, ir.Call):
        return True
    called = record.function.function if isinstance(record.function, Method) else record.function
    if isinstance(called, Function):
        return id(record) in entered
    return not works.is_unseen(record.callee) if record.callee else called is not UNKNOWN


def _is_simulated(record: CallRecord) -> bool:
    """Whether an environment is asked for its next state, by the words that all programs use for that."""
    node = record.node
    if not isinstance(node, ir.Call):
        return False
    holder = node.func.value if isinstance(node.func, ir.Attribute) else None
    name = holder.attr if isinstance(holder, ir.Attribute) else getattr(holder, "id", "")
    return record.method in _OF_SIMULATIONS and "env" in ir.plain(name).lower()


def feeds_of(evaluator: Evaluator, value: Value) -> tuple[Feed, ...]:
    """What makes the batches of a value that is given to ``fit``: the parts of generators and iterators."""
    if isinstance(value, Generator):
        return (_of_generator(evaluator, value),)
    if isinstance(value, Instance):
        found = attributes.class_attribute(evaluator, value.cls, "__next__")
        if isinstance(found, Function):
            return (_of_iterator(evaluator, value, found),)
    return ()


def _of_generator(evaluator: Evaluator, generator: Generator) -> Feed:
    function = generator.function
    found = list(_frames_of_generator(evaluator, generator))
    around = {loop.site for record, frame in found for loop in record.loops[: frame.loops]}
    return Feed(
        function.name,
        named_at(function),
        tuple(record for record, _ in found),
        frozenset(evaluator.yielding_loops | around),
        generator.element,
    )


def _frames_of_generator(
    evaluator: Evaluator, generator: Generator, depth: int = 0
) -> Iterator[tuple[CallRecord, Frame]]:
    """What a generator, and those that it takes elements from, recorded, each with the generator's own frame."""
    if generator.call is None:
        return
    for record in evaluator.records:
        frame = next((frame for frame in record.frames if frame.call is generator.call), None)
        if frame is not None:
            yield record, frame
            for source in _taken_from(record) if depth < _MAX_DEPTH else ():
                # What is made inside ran inside, and was recorded there.
                if source.call is not None and frame not in source.call.frames:
                    yield from _frames_of_generator(evaluator, source, depth + 1)


def _taken_from(record: CallRecord) -> tuple[Generator, ...]:
    """The generators that a call takes elements of."""
    given = record.arguments.positional if record.callee in _TAKING else ()
    return tuple(value for value in given if isinstance(value, Generator))


def _of_iterator(evaluator: Evaluator, instance: Instance, method: Function) -> Feed:
    records, _ = functions.run_method(evaluator, method, instance)
    for record in records:
        for source in _taken_from(record):
            # It guards a generator, which does the work.
            return _of_generator(evaluator, source)
    cls = instance.cls
    return Feed(cls.name, Site(cls.file, cls.node.name_place), records, frozenset(evaluator.yielding_loops))


@dataclass(frozen=True, eq=False)
class PythonStep:
    """A `py_function`, `numpy_function` or `from_generator` in a pipeline, with the Python that it calls.

    ``step`` is the step of the pipeline that runs it.
    """

    call: CallRecord
    feed: Feed
    step: DatasetStep

    @property
    def at(self) -> Site:
        """The name of the function that brings Python in."""
        return self.call.name_site

    @property
    def name(self) -> str:
        """How the program writes that function."""
        return self.call.spelled

    @property
    def is_source(self) -> bool:
        """Whether a generator makes the elements, and not a function of them."""
        return self.step.before is None

    @property
    def gives_batches(self) -> bool:
        """Whether one call in Python makes a whole batch."""
        if self.is_source:
            return not any(step.batches for step in self.step.following)
        return self.step.is_batched

    @property
    def is_kept(self) -> bool:
        """Whether a later step keeps the elements, so that Python runs in the first epoch alone."""
        return any(step.name in ("cache", "snapshot") for step in self.step.following)


def python_steps(evaluator: Evaluator, pipelines: Iterable[Pipeline]) -> Iterator[PythonStep]:
    """Where tf.data goes back to Python for its elements."""
    for pipeline in pipelines:
        for step in pipeline.steps:
            if step.name == "from_generator":
                function = step.argument("generator").value or UNKNOWN
                feed = _called(evaluator, step.record, function, tuple(step.record.inner), step.element)
                yield PythonStep(step.record, feed, step)
            elif step.maps:
                for operation in step.mapper.operations:
                    if operation.kind is Kind.PYTHON:
                        yield _in_map(evaluator, step, operation.call)


def _in_map(evaluator: Evaluator, step: DatasetStep, call: CallRecord) -> PythonStep:
    given = call.arguments
    function = given.positional[0] if given.positional else given.keyword("func") or UNKNOWN
    records = tuple(
        record
        for record in step.record.inner
        if any(frame.call is not None and frame.call.site == call.site for frame in record.frames)
    )
    return PythonStep(call, _called(evaluator, call, function, records, UNKNOWN), step)


def _called(
    evaluator: Evaluator, call: CallRecord, value: Value, records: tuple[CallRecord, ...], element: Value
) -> Feed:
    function = _function(evaluator, value)
    if isinstance(function, Symbol):
        ran = replace(call, callee=function.name, function=function, spelled=function.name, inner=[])
        return Feed(function.name, None, (ran,), frozenset())
    if isinstance(function, Function):
        function = _behind_lambda(function, records)
        name = value.cls.name if isinstance(value, Instance) else function.name
        at = named_at(function)
        around = frozenset({*evaluator.yielding_loops, *(loop.site for loop in call.loops)})
        sources = [source for record in records for source in _taken_from(record)]
        taken = [record for source in sources for record, _ in _frames_of_generator(evaluator, source)]
        return Feed(name, at, (*records, *taken), around, element)
    return Feed("its function", None, records, frozenset(), UNKNOWN)


def _behind_lambda(function: Function, records: tuple[CallRecord, ...]) -> Function:
    """The function that a lambda does nothing but call, else the one that is given."""
    node = function.node
    for record in records:
        called = record.function.function if isinstance(record.function, Method) else record.function
        if isinstance(node, ir.Lambda) and record.node is node.body and isinstance(called, Function):
            return called
    return function


def _function(evaluator: Evaluator, value: Value) -> Value:
    if isinstance(value, Partial):
        return _function(evaluator, value.function)
    if isinstance(value, Method):
        return UNKNOWN if value.function is None else value.function
    if isinstance(value, Instance):
        return attributes.class_attribute(evaluator, value.cls, "__call__") or UNKNOWN
    return value


def named_at(function: Function) -> Site:
    """The name after ``def``, or the lambda."""
    node = function.node
    return Site(function.file, node.name_place if isinstance(node, ir.FunctionDef) else node.place)
