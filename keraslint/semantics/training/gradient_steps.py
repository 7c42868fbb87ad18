"""Training steps that a program writes out: gradients of a tape that update variables, inside a Python loop."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as ReadOnlyMapping
from collections.abc import Sequence as ReadOnlySequence
from dataclasses import dataclass
from dataclasses import field
from itertools import takewhile
from typing import TypeVar

from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.call_index import called
from keraslint.semantics.evaluation.compiling import Compiling
from keraslint.semantics.evaluation.flow import Flow
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.walking import holds
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.training import loop_datasets

_OF_JAX = ("jax.grad()", "jax.value_and_grad()")
_GRADIENTS = ("tensorflow.GradientTape().gradient", *_OF_JAX)
_BY_HAND = ("assign", "assign_add", "assign_sub")
_UPDATES = ("apply", "stateless_apply", *_BY_HAND)
_T = TypeVar("_T", Frame, Loop)


@dataclass(eq=False)
class GradientStep:
    """A step of a training loop, by the call that takes gradients and the one that applies them.

    ``frames`` and ``loops`` are those around both, outermost first.
    """

    tape: CallRecord
    update: CallRecord
    frames: tuple[Frame, ...]
    loops: tuple[Loop, ...]
    evaluations: list[Frame] = field(default_factory=list)

    @property
    def function(self) -> Function | None:
        """The function that makes one step on each call; None where the loop holds the step itself."""
        if not self.frames or self.frames[-1].loops < len(self.loops):
            return None
        return self.frames[-1].function

    @property
    def name(self) -> str | None:
        """The name of that function, with its class's."""
        function = self.function
        if function is None:
            return None
        return function.name if function.owner is None else f"{function.owner.name}.{function.name}"

    @property
    def is_decorable(self) -> bool:
        """Whether the function is a ``def`` that nothing but a plain call runs."""
        function = self.function
        if function is None or not isinstance(function.node, ir.FunctionDef):
            return False
        return all(frame.call is not None and called(frame.call) is not None for frame in self.evaluations)

    @property
    def at(self) -> Site:
        """The name of the step's function, or the tape."""
        function = self.function
        if function is not None and isinstance(function.node, ir.FunctionDef):
            return Site(function.file, function.node.name_place)
        return self.tape.site

    @property
    def loop(self) -> Loop:
        """The innermost loop that repeats the step."""
        return self.loops[-1]

    @property
    def compiler(self) -> str:
        """The decorator that would compile it."""
        return "tensorflow.function" if self.tape.callee.startswith("tensorflow.") else "jax.jit"

    @property
    def passes(self) -> int | None:
        """How many steps are made, None where that is not known."""
        return passes_of(self.loops)


def passes_of(loops: ReadOnlySequence[Loop]) -> int | None:
    """How many passes loops make together, None where that is not known."""
    total = 1
    for loop in loops:
        passes = _taken(loop) if loop.passes is None else loop.passes
        if passes is None:
            return None
        total *= passes
    return total


def _taken(loop: Loop) -> int | None:
    """How many elements of a dataset a loop takes at most, where ``take`` says so."""
    taken = [_taken_of(dataset) for dataset in loop_datasets(loop)]
    known = [count for count in taken if count is not None]
    return max(known) if known and len(known) == len(taken) else None


def _taken_of(dataset: Dataset) -> int | None:
    counts = [argument(step.call, "count").number for step in dataset.steps() if step.name == "take"]
    return min((int(count) for count in counts if count is not None and count >= 0), default=None)


def gradient_steps(
    index: CallIndex, modules: ReadOnlyMapping[str, ir.Module], compiling: Compiling
) -> Iterator[GradientStep]:
    """The steps that nothing compiles, each once: by its function, or by the loop around it."""
    found: dict[Site, GradientStep] = {}
    compiled: set[Site] = set()
    gradient: CallRecord | None = None
    flows: dict[tuple[int, int], Flow] = {}
    for record in _candidates(index):
        if record.callee in _GRADIENTS:
            gradient = record
        elif gradient is not None and _updates(record, gradient, modules, flows):
            step = _step(gradient, record)
            if step is None:
                continue
            key = step.loop.site if step.function is None else step.function.site
            if not compiling.is_eager((*step.tape.frames, *record.frames)):
                compiled.add(key)
            found.setdefault(key, step)
            if step.function is not None:
                found[key].evaluations.append(step.frames[-1])
    yield from (step for key, step in found.items() if key not in compiled)


def _candidates(index: CallIndex) -> ReadOnlySequence[CallRecord]:
    """The calls that take gradients, and those that may change variables by them, where there are gradients."""
    gradients = [record for callee in _GRADIENTS for record in index.of(callee)]
    if not gradients:
        return ()
    updates = [record for method in _UPDATES for record in index.of_method(method)]
    return index.in_order((*gradients, *updates, *index.calling("apply_gradients")))


def _step(gradient: CallRecord, update: CallRecord) -> GradientStep | None:
    tape = gradient
    if isinstance(gradient.function, External) and gradient.function.base is not None:
        tape = gradient.function.base.call or gradient
    frames = _common(tape.frames, update.frames)
    loops = _common(tape.loops, update.loops)
    return GradientStep(tape, update, frames, loops) if loops else None


def _common(first: tuple[_T, ...], second: tuple[_T, ...]) -> tuple[_T, ...]:
    same = takewhile(lambda pair: pair[0] is pair[1], zip(first, second, strict=False))
    return tuple(pair[0] for pair in same)


def _updates(
    record: CallRecord,
    gradient: CallRecord,
    modules: ReadOnlyMapping[str, ir.Module],
    flows: dict[tuple[int, int], Flow],
) -> bool:
    """Whether a call behind that of the gradients changes variables by them; ``flows`` keeps where these go."""
    if gradient.callee in _OF_JAX:
        return record.method == "stateless_apply"
    if record.method == "apply_gradients" or record.callee.endswith(".apply_gradients"):
        return True
    if record.method == "apply" and record.callee.startswith("keras.optimizers."):
        return True
    if record.method not in _BY_HAND or not isinstance(record.node, ir.Call):
        return False
    if record.frames != gradient.frames:
        return record.method == "assign_sub" and record.callee.startswith("tensorflow.Variable()")
    body = modules[record.site.file].body
    if record.frames and isinstance(record.frames[-1].function.node, ir.FunctionDef):
        body = record.frames[-1].function.node.body
    if holds(record.node.arguments, gradient.site.place):
        return True
    key = (id(body), gradient.site.place)
    if key not in flows:
        flows[key] = _flow_of(gradient.site.place, body)
    return flows[key].reaches(record.node.arguments)


def _flow_of(gradient: int, body: ir.Block) -> Flow:
    """Where what a call gives goes to in a function."""
    flow = Flow()
    for statement in statements(body):
        if isinstance(statement, ir.Assign) and holds(statement.value, gradient):
            for target in statement.targets:
                flow.assign(target)
    flow.run(body)
    return flow
