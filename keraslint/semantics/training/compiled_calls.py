"""Calls of compiled functions (``tf.function``, ``jax.jit``) in loops: what they are given, what becomes of the rest."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from keraslint.semantics.evaluation.call_index import called
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Formatted
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.evaluation.walking import holds
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.evaluation.walking import within
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.repetition import Repetition
from keraslint.semantics.training.repetition import Repetitions

_OF_NUMPY = ("keras.datasets.", "numpy.")


@dataclass(frozen=True, slots=True, eq=False)
class HostArray:
    """A NumPy array of known size that a compiled function is given, unchanged, on every pass of a loop."""

    written: str
    at: Site
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class CompiledCall:
    """A call of a compiled function in a loop; ``repetition`` is the innermost loop around it."""

    record: CallRecord
    name: str
    definition: Site
    repetition: Repetition

    @property
    def at(self) -> Site:
        """The name of what is called."""
        return self.record.name_site

    @property
    def same_arrays(self) -> tuple[HostArray, ...]:
        """The NumPy arrays among its arguments that no pass changes."""
        return tuple(self._same_arrays())

    def _same_arrays(self) -> Iterator[HostArray]:
        node = self.record.node
        if not isinstance(node, ir.Call) or any(each.star for each in node.arguments):
            return
        positional = iter(self.record.arguments.positional)
        for each in node.arguments:
            value = (
                next(positional, None)
                if each.keyword is None
                else self.record.arguments.keyword(each.keyword)
            )
            if _is_of_numpy(value) and not self.repetition.changes(each.value):
                assert isinstance(value, Array)
                assert value.shape is not None
                size = prod(axis or 0 for axis in value.shape)
                yield HostArray(_written(each.value), Site(self.record.site.file, each.value.place), size)


def compiled_calls(repetitions: Repetitions) -> Iterator[CompiledCall]:
    """The calls of compiled functions in loops that are not compiled themselves."""
    for record in repetitions.index.compiled:
        function = called(record)
        if function is None or not record.loops:
            continue
        if any(frame.function.compiled is not None for frame in record.frames):
            continue
        yield CompiledCall(record, function.name, function.site, repetitions.of(record)[-1])


@dataclass(frozen=True, slots=True, eq=False)
class StepSync:
    """A call that waits for what a compiled training step gives, on every pass of the loop around both."""

    record: CallRecord
    step: CompiledCall


def step_syncs(calls: Iterable[CompiledCall], repetitions: Repetitions) -> Iterator[StepSync]:
    """The calls that bring the results of compiled steps to the host, each time; of others than training, sums."""
    for step in calls:
        inside = repetitions.index.inside(step.record.site)
        depth = len(step.record.loops)
        trains = any(record.callee == "tensorflow.GradientTape" for record in inside)
        # A step that loops over batches by itself is a whole epoch.
        if any(len(record.loops) > depth for record in inside):
            continue
        results = [leaf for leaf in leaves(step.record.result) if isinstance(leaf, (Array, External, Tensor))]
        metrics = [record.receiver for record in inside if record.method == "update_state"]
        loop = step.repetition.loop
        for record in repetitions.index.in_loop(loop.site):
            if record.loops[-1] is not loop:
                continue
            if _waits_for(record, results) or _shows(record, metrics):
                repetition = repetitions.of(record)[-1]
                if not (trains or record.callee in _SHOWING or _is_summed(record, repetition)):
                    continue
                if not repetition.is_on_some_passes and not _decides(record, repetition):
                    yield StepSync(record, step)


def _waits_for(record: CallRecord, results: Sequence[Value]) -> bool:
    """Whether a call needs the numbers of one of these tensors in Python."""
    if record.method in _READING:
        return any(record.receiver is result for result in results)
    given = record.arguments.values()
    shown = [part for value in given if isinstance(value, Formatted) for part in value.parts]
    read = given if record.callee in _PRINTING else ()
    return any(part is result for part in (*shown, *read) for result in results)


def _shows(record: CallRecord, metrics: Sequence[Value | None]) -> bool:
    """Whether a call shows what one of these metrics comes to."""
    return record.callee in _SHOWING and any(
        isinstance(part, External)
        and part.call is not None
        and part.call.method == "result"
        and any(part.call.receiver is metric for metric in metrics)
        for value in record.arguments.values()
        for part in (value, *(value.parts if isinstance(value, Formatted) else ()))
    )


def _is_summed(record: CallRecord, repetition: Repetition) -> bool:
    """Whether what a call gives is added to a sum: a prediction is kept instead, and has to be waited for."""
    return any(
        isinstance(statement, ir.AugmentedAssign) and holds(statement.value, record.site.place)
        for statement in statements(repetition.body)
    )


def _decides(record: CallRecord, repetition: Repetition) -> bool:
    """Whether a call stands under a condition, or one looks at what it gives."""
    node = repetition.node
    blocks = [node.body] if isinstance(node, (ir.For, ir.While)) else []
    blocks += [
        frame.function.node.body
        for frame in repetition.frames
        if isinstance(frame.function.node, ir.FunctionDef)
    ]
    inside = [statement for block in blocks for statement in statements(block)]
    names = {
        target.id
        for statement in inside
        if isinstance(statement, ir.Assign) and holds(statement.value, record.site.place)
        for target in statement.targets
        if isinstance(target, ir.Name)
    }
    for statement in inside:
        if isinstance(statement, ir.If):
            if holds(statement, record.site.place):
                return True
            asked = {
                each.id for b in statement.branches for each in within(b.test) if isinstance(each, ir.Name)
            }
            if names & asked:
                return True
    return False


_READING = ("item", "numpy")
_SHOWING = ("builtins.print", "str.format")
_PRINTING = ("builtins.float", "builtins.int", "builtins.print", "str.format")


def _is_of_numpy(value: Value | None) -> bool:
    return isinstance(value, Array) and value.shape is not None and value.function.startswith(_OF_NUMPY)


def _written(node: ir.Expression) -> str:
    if isinstance(node, ir.Name):
        return ir.plain(node.id)
    if isinstance(node, ir.Attribute):
        return f"{_written(node.value)}.{ir.plain(node.attr)}"
    return "an array"
