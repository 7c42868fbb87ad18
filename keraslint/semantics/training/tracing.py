"""What keeps a function that runs eagerly from running as a graph: what would fail, or run only while it is traced.

The list is of what is known to be harmless: any other call is named as well, as one that nobody can see.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as ReadOnlySequence
from typing import NamedTuple

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation.bindings import assigned_names
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.call_index import called
from keraslint.semantics.evaluation.calls import spelled
from keraslint.semantics.evaluation.flow import path
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.evaluation.walking import expressions
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.repetition import Repetitions
from keraslint.semantics.training.retracing import changing_numbers

_VALUES = ("item", "numpy", "tolist")
_ROUND_NUMBERS = ("builtins.bool", "builtins.float", "builtins.int", "builtins.round", "builtins.str")
_GROWING = ("append", "appendleft", "extend", "insert", "popleft")
_SHOWN = ("builtins.print", "builtins.input", "builtins.open", "logging.", "absl.logging.", "time.", "tqdm.")
_DRAWN = ("random.", "numpy.random.")
_MADE = (
    "keras.Input",
    "keras.Model",
    "keras.Sequential",
    "keras.Variable",
    "keras.layers.",
    "keras.metrics.",
    "keras.optimizers.",
    "tensorflow.Variable",
)
_EAGER_METHODS = (
    "evaluate",
    "fit",
    "fit_generator",
    "get_weights",
    "load_weights",
    "predict",
    "predict_on_batch",
    "reset_state",
    "reset_states",
    "save",
    "save_weights",
    "set_weights",
    "test_on_batch",
    "train_on_batch",
)
_HARMLESS = ("builtins.", "functools.", "jax.", "keras.", "operator.", "tensorflow.")
_HARMLESS_BY_NAME = ("apply_gradients", "gradient", "update_state", "watch")


class Hazard(NamedTuple):
    """A place in a function, and a clause on what happens there in a graph; ``is_seen`` where that is certain."""

    at: Site
    words: str
    is_seen: bool = True


def hazards(function: Function, frames: ReadOnlySequence[Frame], index: CallIndex) -> list[Hazard]:
    """The hazards of a function, seen in its evaluations: ``frames`` are those."""
    inside = index.within(frames)
    functions = {function.site: function}
    # The records of a call share the frames.
    for way in {id(record.frames): record.frames for record in inside}.values():
        first = next(i for i, frame in enumerate(way) if frame in frames)
        functions.update((frame.function.site, frame.function) for frame in way[first:])
    found = [hazard for each in functions.values() for hazard in _of_code(each)]
    for record in inside:
        words = _of_call(record)
        if words is not None:
            found.append(Hazard(record.site, words))
        elif not _is_harmless(record):
            found.append(Hazard(record.site, f"what `{record.spelled}` does cannot be seen", False))
    return found


def _of_code(function: Function) -> Iterator[Hazard]:
    node = function.node
    if isinstance(node, ir.Lambda):
        return
    local = {*assigned_names(node.body), *(parameter.name for parameter in node.parameters)}
    if node.is_generator or node.is_async:
        yield Hazard(function.site, f"`{function.name}` yields or waits")
    for statement in statements(node.body):
        site = Site(function.file, statement.place)
        if isinstance(statement, ir.Scope):
            yield Hazard(
                site, f"`{statement.names[0]}` is bound outside of the function, which a graph does once"
            )
        elif isinstance(statement, ir.Raise):
            yield Hazard(site, "`raise` is decided while the function is traced")
        for target in _targets(statement):
            written = target.value if isinstance(target, ir.Subscript) else target
            if not isinstance(written, ir.Name) or written.id not in local:
                yield Hazard(site, f"`{path(written) or '...'}` is changed, which a graph does once")
    for method in _grown(node.body, local):
        yield Hazard(
            Site(function.file, method.place), f"`{spelled(method)}` runs only while the function is traced"
        )


def _grown(block: ir.Block, local: set[str]) -> Iterator[ir.Attribute]:
    """The methods by which lists of outside grow or shrink."""
    for expression in expressions(block):
        method = expression.func if isinstance(expression, ir.Call) else None
        if isinstance(method, ir.Attribute) and method.attr in _GROWING:
            if not isinstance(method.value, ir.Name) or method.value.id not in local:
                yield method


def _targets(statement: ir.Statement) -> Iterator[ir.Expression]:
    """What a statement assigns to, other than names."""
    if isinstance(statement, ir.Assign):
        pending = list(statement.targets)
    elif isinstance(statement, (ir.AugmentedAssign, ir.For)):
        pending = [statement.target]
    else:
        return
    while pending:
        target = pending.pop()
        if isinstance(target, ir.Display):
            pending += target.items
        elif isinstance(target, (ir.Attribute, ir.Subscript)):
            yield target


def _of_call(record: CallRecord) -> str | None:
    """What is known to happen at a call in a graph, None where nothing is."""
    callee, written = record.callee, record.spelled
    if _is_own(record):
        return _of_own(record)
    if record.method in _VALUES or (callee in _ROUND_NUMBERS and not _is_known(record)):
        return f"`{written}` needs values, which a graph does not have"
    if callee.startswith(_SHOWN):
        return f"`{written}` runs only while the function is traced"
    if callee.startswith(_DRAWN):
        return f"`{written}` draws once, while the function is traced"
    if callee.startswith(_MADE) and _constructs(callee):
        return f"`{written}` makes variables on every call"
    if record.method in _EAGER_METHODS:
        return f"`{written}` runs eagerly alone"
    if callee.startswith(("math.", "numpy.")):
        return None if _is_known(record) else f"`{written}` computes in NumPy or Python, with values"
    return None


def _is_harmless(record: CallRecord) -> bool:
    """Whether a call is known to do in a graph what it does eagerly."""
    return (
        _is_own(record)
        or record.callee.startswith((*_HARMLESS, "math.", "numpy."))
        or record.method in _HARMLESS_BY_NAME
        or isinstance(record.receiver, (Const, Mapping, Sequence, Some))
    )


def _is_own(record: CallRecord) -> bool:
    """Whether a call runs code of the program, whose own calls are recorded."""
    return called(record) is not None or isinstance(record.function, (Class, Instance))


def _of_own(record: CallRecord) -> str | None:
    """What happens at a call of the program's own functions and classes."""
    function = called(record)
    if function is not None and any(frame.function.site == function.site for frame in record.frames):
        return f"`{record.spelled}` calls itself"
    if isinstance(record.function, Class) and attributes.external_bases(record.function):
        return f"`{record.spelled}` makes an object on every call"
    return None


def _constructs(callee: str) -> bool:
    """Whether a name of Keras or TensorFlow is that of a class."""
    return "()" not in callee and callee.rsplit(".", 1)[-1][:1].isupper()


def _is_known(record: CallRecord) -> bool:
    """Whether all arguments of a call are plain numbers and texts."""
    return all(_is_plain(leaf) for value in record.arguments.values() for leaf in leaves(value))


def _is_plain(value: Value) -> bool:
    return isinstance(value, (Const, Some)) or (
        isinstance(value, External) and value.name.startswith("numpy.")
    )


def argument_hazards(calls: ReadOnlySequence[CallRecord], repetitions: Repetitions) -> Iterator[Hazard]:
    """What of the arguments of a function's calls would have its graph made anew, or is not known."""
    for record in calls:
        for number in changing_numbers(record, repetitions):
            words = (
                f"`{number.name}` is a Python number that changes"
                if number.name
                else "a Python number changes"
            )
            yield Hazard(number.at, f"{words}, and a graph is made for each")
        if any(leaf is UNKNOWN for value in record.arguments.values() for leaf in leaves(value)):
            yield Hazard(record.site, f"what `{record.spelled}` is given cannot be seen", False)
