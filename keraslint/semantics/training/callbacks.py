"""Callbacks: what a training is given, and what they call after each batch or epoch."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import functions
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.arguments import Argument
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.bindings import nested_blocks
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.walking import holder
from keraslint.semantics.evaluation.walking import holds
from keraslint.semantics.evaluation.walking import within
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.training import MODEL
from keraslint.semantics.training.training import TrainingCall

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_BASE = "keras.callbacks.Callback"
_LAMBDA = "keras.callbacks.LambdaCallback"
BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
EPOCH_HOOKS = ("on_epoch_begin", "on_epoch_end")
_FLAGS = ("debug", "verbose")
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=", "%", "in", "not in")


@dataclass(frozen=True, slots=True, eq=False)
class HookCall:
    """A call that a callback's method makes, ``always`` where no condition lets only some batches through."""

    hook: str
    record: CallRecord
    always: bool
    training: TrainingCall

    @property
    def method(self) -> Site:
        """The callback's method that leads to the call."""
        return self.record.frames[0].function.site

    @property
    def is_on_batches(self) -> bool:
        """Whether the method runs for each batch."""
        return self.hook in BATCH_HOOKS

    @property
    def works_on_model(self) -> bool:
        """Whether it is a method of the model that is trained, or of what is called one."""
        owner = self.record.receiver
        if owner is None or self.record.callee.startswith(f"{MODEL}."):
            return self.record.callee.startswith(f"{MODEL}.")
        return owner is self.training.model or self.record.spelled.rpartition(".")[0].endswith("model")

    @property
    def first_argument(self) -> Value | None:
        """What the call works on."""
        given = self.record.arguments
        return given.positional[0] if given.positional else given.keyword("x")


@dataclass(frozen=True, slots=True, eq=False)
class ReadyMade:
    """One of Keras's own callbacks that a training gets."""

    name: str
    call: CallRecord
    training: TrainingCall

    def argument(self, name: str) -> Argument:
        """An argument that it was made with."""
        return argument(self.call, name)


def callbacks(evaluator: Evaluator, call: TrainingCall) -> tuple[Value, ...]:
    """The callbacks of a training call, as far as they are known."""
    given = call.argument("callbacks").value
    found: list[Value] = []
    evaluator.state = evaluator.root
    for value in alternatives(given) if given is not None else ():
        items = iteration.items(evaluator, value) if isinstance(value, Sequence) else (value,)
        if items is None:
            # Whether one is in the list may hang on a condition.
            items = (iteration.element(evaluator, value),)
        found += [part for item in items for part in alternatives(item)]
    return tuple(found)


def ready_made(evaluator: Evaluator, calls: Iterable[TrainingCall]) -> Iterator[ReadyMade]:
    """Keras's own callbacks that train-time calls get."""
    for call in calls:
        for value in callbacks(evaluator, call) if call.trains else ():
            if isinstance(value, External) and value.call is not None:
                if value.made_by.startswith("keras.callbacks."):
                    yield ReadyMade(value.made_by.rsplit(".", 1)[-1], value.call, call)


def hook_calls(evaluator: Evaluator, calls: Iterable[TrainingCall]) -> Iterator[HookCall]:
    """What the program's own callbacks call while a model is trained."""
    for call in calls:
        for value in callbacks(evaluator, call) if call.trains else ():
            for hook, function, receiver in _hooks(evaluator, value, call):
                for record in functions.run_method(evaluator, function, *receiver)[0]:
                    yield HookCall(hook, record, not _is_guarded(record), call)


def _hooks(
    evaluator: Evaluator, callback: Value, call: TrainingCall
) -> Iterator[tuple[str, Function, tuple[Value, ...]]]:
    if isinstance(callback, Instance) and attributes.derives_from(callback.cls, _BASE):
        # Keras tells each callback which model it is about.
        evaluator.root.set((callback.ref, "model"), call.model)
        for hook in (*BATCH_HOOKS, *EPOCH_HOOKS):
            method = attributes.class_attribute(evaluator, callback.cls, hook)
            if isinstance(method, Function):
                yield hook, method, (callback,)
    elif isinstance(callback, External) and callback.made_by == _LAMBDA and callback.call is not None:
        for hook in (*BATCH_HOOKS, *EPOCH_HOOKS):
            given = callback.call.arguments.keyword(hook)
            if isinstance(given, Function):
                yield hook, given, ()
            elif isinstance(given, Method) and given.function is not None:
                yield hook, given.function, (given.receiver,)


def _is_guarded(record: CallRecord) -> bool:
    """Whether a condition on the way from the callback's method to a call may hold on some batches alone."""
    links = [frame.call.site.place for frame in record.frames[1:] if frame.call is not None]
    places = [*links, record.site.place]
    blocks = [
        frame.function.node.body if isinstance(frame.function.node, ir.FunctionDef) else ()
        for frame in record.frames
    ]
    return any(_asks(block, place) for block, place in zip(blocks, places, strict=False))


def _asks(block: ir.Block, place: int) -> bool:
    index = holder(block, place)
    if index is None:
        return False
    if any(isinstance(earlier, ir.If) and _leaves(earlier) for earlier in block[:index]):
        return True
    statement = block[index]
    if isinstance(statement, ir.If) and any(_may_differ(branch.test) for branch in statement.branches):
        return not any(holds(branch.test, place) for branch in statement.branches[:1])
    if isinstance(statement, (ir.Try, ir.While, ir.Match)):
        return True
    return any(_asks(nested, place) for nested in nested_blocks(statement) if holds(nested, place))


def _leaves(statement: ir.If) -> bool:
    return any(
        branch.body and isinstance(branch.body[-1], (ir.Jump, ir.Return)) and _may_differ(branch.test)
        for branch in statement.branches
    )


def _may_differ(test: ir.Expression) -> bool:
    """Whether a test looks at more than whether something is there at all, or asks for a flag of debugging."""
    return any(
        isinstance(node, ir.Call)
        or (isinstance(node, ir.Operation) and node.operator in _COMPARISONS)
        or (isinstance(node, ir.Name) and node.id in _FLAGS)
        or (isinstance(node, ir.Attribute) and node.attr in _FLAGS)
        for node in within(test)
    )


def act_on_batches(evaluator: Evaluator, call: TrainingCall) -> bool | None:
    """Whether a callback does something for each batch; None where the callbacks are not known."""
    given = call.argument("callbacks")
    if given.is_absent:
        return False
    found = callbacks(evaluator, call)
    if not found or not all(isinstance(value, (External, Instance)) for value in found):
        return None
    return any(_acts_on_batches(evaluator, value, call) for value in found)


def _acts_on_batches(evaluator: Evaluator, value: Value, call: TrainingCall) -> bool:
    if isinstance(value, External) and value.call is not None:
        if any(value.call.arguments.keyword(name) is not None for name in ("save_freq", "update_freq")):
            return True
    return any(hook in BATCH_HOOKS for hook, _, _ in _hooks(evaluator, value, call))
