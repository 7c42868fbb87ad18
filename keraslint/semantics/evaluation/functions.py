"""Calls of the program's own functions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import initialisation
from keraslint.semantics.evaluation.bindings import bind_parameters
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Context
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.state import Key
from keraslint.semantics.evaluation.state import State
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Generator
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import join
from keraslint.semantics.evaluation.walking import gathering_loop
from keraslint.semantics.lowering import ir

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator


@dataclass(slots=True)
class Activation:
    """A call under way: the state at its start and what its ``return`` statements gave."""

    base: State
    contexts: int
    returns: list[tuple[Value, dict[Key, Value]]] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    opened: tuple[Context, ...] = ()
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)


def make(evaluator: Evaluator, node: ir.FunctionDef | ir.Lambda) -> Function:
    """A function value that closes over the scopes at hand (class scopes are no closures)."""
    defaults = tuple(
        None if parameter.default is None else evaluator.expression(parameter.default)
        for parameter in node.parameters
    )
    scopes = tuple(scope for scope in evaluator.scopes if scope not in evaluator.class_scopes)
    evaluator.closed_over.update(scopes)
    owner = evaluator.owner if evaluator.scopes and evaluator.scopes[0] in evaluator.class_scopes else None
    return Function(node, evaluator.file, scopes, defaults, owner)


def call(evaluator: Evaluator, function: Function, arguments: Arguments, record: CallRecord | None) -> Value:
    """Evaluate a function of the project on its arguments; beyond the bounds it gives UNKNOWN."""
    if not evaluator.bounds.may_call(function, evaluator.frames):
        initialisation.hide_from(evaluator, function, arguments.values())
        return UNKNOWN
    evaluator.called.add(function.site)
    values = bind_parameters(function, arguments, evaluator.new_ref)
    saved = evaluator.file, evaluator.scopes, evaluator.owner, evaluator.open_loops, evaluator.state
    base = evaluator.state
    evaluator.state = State(base)
    evaluator.file, evaluator.owner = function.file, function.owner
    evaluator.scopes = (evaluator.new_ref(), *function.scopes)
    evaluator.open_loops = []
    frames = evaluator.frames
    evaluator.frames = (*frames, Frame(function, record, len(evaluator.loops)))
    activation = Activation(base, len(evaluator.contexts))
    evaluator.activations.append(activation)
    for name, value in values.items():
        evaluator.state.set((evaluator.scopes[0], name), value)
    with evaluator.bounds.call(function):
        if isinstance(function.node, ir.Lambda):
            evaluator.bounds.step()
            result = evaluator.expression(function.node.body)
            activation.returns.append((result, evaluator.state.writes_since(base)))
        elif evaluator.block(function.node.body):
            activation.returns.append((Const(None), evaluator.state.writes_since(base)))
    evaluator.activations.pop()
    evaluator.frames = frames
    local = evaluator.scopes[0]
    evaluator.file, evaluator.scopes, evaluator.owner, evaluator.open_loops, evaluator.state = saved
    if activation.returns:
        paths = [writes for _, writes in activation.returns]
        if local not in evaluator.closed_over:
            paths = [{key: value for key, value in path.items() if key[0] != local} for path in paths]
        base.merge(paths)
    if isinstance(function.node, ir.FunctionDef) and function.node.is_generator:
        element = join(*_different(activation.yields)) if activation.yields else UNKNOWN
        return Generator(function, element, record, activation.opened)
    return join(*(value for value, _ in activation.returns)) if activation.returns else UNKNOWN


def call_special(evaluator: Evaluator, instance: Instance, name: str, *arguments: Value) -> Value | None:
    """Call a special method of an object; None where the program does not define it."""
    function = attributes.class_attribute(evaluator, instance.cls, name)
    if not isinstance(function, Function):
        return None
    return call(evaluator, function, Arguments((instance, *arguments)), None)


def run_method(evaluator: Evaluator, method: Function, *given: Value) -> tuple[tuple[CallRecord, ...], Value]:
    """What a method records on an object, or a function, when it is called with otherwise unknown arguments.

    The second part is what it gives.
    """
    with running_method(evaluator, method, *given) as run:
        return run


@contextmanager
def running_method(
    evaluator: Evaluator, method: Function, *given: Value
) -> Iterator[tuple[tuple[CallRecord, ...], Value]]:
    """The same, for as long as the lists and dicts that the method made are to be looked into."""
    evaluator.bounds.begin_statement()
    with evaluator.detached(method.file, method.scopes), evaluator.capture() as records:
        evaluator.state = State(evaluator.root)
        result = call(evaluator, method, Arguments(given, open=True), None)
        found = tuple(records)
        records.clear()
        yield found, result


def attribute_after(evaluator: Evaluator, method: Function, instance: Instance, key: Key) -> Value:
    """What is under ``key`` after a method ran with unknown arguments; nothing else stays of that run."""
    base, records, called = evaluator.state, evaluator.records, set(evaluator.called)
    evaluator.state, evaluator.records = State(base), []
    call(evaluator, method, Arguments((instance,), open=True), None)
    value = evaluator.state.get(key)
    evaluator.state, evaluator.records, evaluator.called = base, records, called
    return UNKNOWN if value is None else value


def yielded(evaluator: Evaluator, node: ir.Yield, value: Value) -> None:
    """Note what a ``yield`` gives to its generator."""
    if evaluator.activations:
        activation = evaluator.activations[-1]
        activation.yields.append(value)
        activation.opened = evaluator.contexts[activation.contexts :]
        frame = evaluator.frames[-1]
        gathering = gathering_loop(frame.function.node, node.place)
        evaluator.yielding_loops.update(
            loop.site for loop in evaluator.loops[frame.loops :] if loop.site.place != gathering
        )


def _different(values: list[Value]) -> list[Value]:
    """The values but for arrays, and tuples of them, of which nothing else is known than of an earlier one."""
    kept: list[Value] = []
    for value in values:
        if not any(_is_alike(value, known) for known in kept):
            kept.append(value)
    return kept


def _is_alike(left: Value, right: Value) -> bool:
    if isinstance(left, Array) and isinstance(right, Array):
        return (left.shape, left.dtype, left.function) == (right.shape, right.dtype, right.function)
    if isinstance(left, Sequence) and isinstance(right, Sequence) and left.items and right.items:
        same = left.kind == right.kind == "tuple" and len(left.items) == len(right.items)
        return same and all(map(_is_alike, left.items, right.items))
    return left is right or (isinstance(left, Const) and left == right)
