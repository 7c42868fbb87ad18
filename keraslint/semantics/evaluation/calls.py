"""Calls: arguments, records, and who answers them."""

from __future__ import annotations

from collections.abc import Sequence as ReadOnlySequence
from dataclasses import replace
from typing import TYPE_CHECKING

from keraslint.semantics import api
from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import containers
from keraslint.semantics.evaluation import datasets
from keraslint.semantics.evaluation import externals
from keraslint.semantics.evaluation import functions
from keraslint.semantics.evaluation import initialisation
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation import tensors
from keraslint.semantics.evaluation.initialisation import INITIALISED
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.state import State
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import DatasetIterator
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Generator
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Partial
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Super
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Union
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import join
from keraslint.semantics.lowering import ir
from keraslint.semantics.model import models
from keraslint.semantics.model import subclasses

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

MAX_SPELLED = 12


def evaluate_call(evaluator: Evaluator, node: ir.Call) -> Value:
    """The value of a call; every call whose callee is not of the project is recorded."""
    function = node.func
    method = ""
    receiver: Value | None = None
    if isinstance(function, ir.Attribute):
        receiver = evaluator.expression(function.value)
        callee = attributes.get(evaluator, receiver, function.attr)
        method = function.attr
        name_place = function.attr_place
    else:
        callee = evaluator.expression(function)
        name_place = function.place
    record = CallRecord(
        evaluator.site(node.place),
        evaluator.site(name_place),
        node,
        _spelling(evaluator, function),
        "",
        arguments(evaluator, node.arguments),
        evaluator.loops,
        evaluator.contexts,
        evaluator.frames,
        receiver,
        method,
    )
    record.result = call(evaluator, callee, record.arguments, record)
    return record.result


def arguments(evaluator: Evaluator, nodes: ReadOnlySequence[ir.Argument]) -> Arguments:
    """Evaluate arguments; literal ``*`` and ``**`` are spread, unknown ones leave the call open."""
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    is_open = False
    rest = UNKNOWN
    for node in nodes:
        value = evaluator.expression(node.value)
        if node.star == "*":
            items = iteration.items(evaluator, value)
            if items is None:
                is_open, rest = True, iteration.element(evaluator, value)
            positional.extend(items or ())
        elif node.star == "**":
            mapping = iteration.contents(evaluator, value)
            if isinstance(mapping, Mapping):
                keywords.update((key, item) for key, item in mapping.items if isinstance(key, str))
                is_open = is_open or mapping.open
            else:
                is_open = True
        elif node.keyword is not None:
            keywords[node.keyword] = value
        elif isinstance(value, Const) and value.value is Ellipsis:
            is_open = True
        else:
            positional.append(value)
    return Arguments(tuple(positional), tuple(keywords.items()), is_open, rest)


def _spelling(evaluator: Evaluator, node: ir.Expression) -> str:
    """How the program writes a callee: told once, however often it is called."""
    known = evaluator.spellings.get(id(node))
    if known is None:
        known = evaluator.spellings[id(node)] = spelled(node)
    return known


def spelled(node: ir.Expression, depth: int = 0) -> str:
    """How the program writes a callee: ``self.load``, ``cv2.imread``, ``(...)()``; the end of long chains."""
    if isinstance(node, ir.Name):
        return ir.plain(node.id)
    if depth < MAX_SPELLED:
        if isinstance(node, ir.Attribute):
            return f"{spelled(node.value, depth + 1)}.{ir.plain(node.attr)}"
        if isinstance(node, ir.Call):
            return f"{spelled(node.func, depth + 1)}()"
        if isinstance(node, ir.Subscript):
            return f"{spelled(node.value, depth + 1)}[...]"
    return "(...)"


def call(evaluator: Evaluator, callee: Value, given: Arguments, record: CallRecord) -> Value:
    """Call any value."""
    record.function = callee
    if isinstance(callee, Function):
        evaluator.records.append(record)
        return functions.call(evaluator, callee, given, record)
    if isinstance(callee, Method):
        return _call_method(evaluator, callee, given, record)
    if isinstance(callee, Symbol):
        record.callee, record.generation = callee.name, callee.generation
        evaluator.records.append(record)
        return externals.call(evaluator, callee, given, record)
    if isinstance(callee, Class):
        return instantiate(evaluator, callee, given, record)
    if isinstance(callee, Partial):
        bound = Arguments(
            (*callee.positional, *given.positional),
            tuple({**dict(callee.keywords), **dict(given.keywords)}.items()),
            given.open,
        )
        record.arguments = bound
        return call(evaluator, callee.function, bound, record)
    if isinstance(callee, Union):
        return _call_union(evaluator, callee, given, record)
    if isinstance(callee, Instance):
        return _call_instance(evaluator, callee, given, record)
    if isinstance(callee, (External, Model)):
        return _call_external(evaluator, callee, given, record)
    evaluator.records.append(record)
    _note_escapes(evaluator, given)
    if record.method in _ONLY_OF_ARRAYS:
        return Tensor(None, None, None, evaluator.capturing > 0)
    dataset = datasets.construct_by_method(evaluator, UNKNOWN, record.method, given, record)
    return UNKNOWN if dataset is None else dataset


_ONLY_OF_ARRAYS = ("astype", "numpy", "reshape")


def _note_escapes(evaluator: Evaluator, given: Arguments) -> None:
    """A function handed to code that nobody sees is called there, with arguments that nobody knows."""
    for value in given.values():
        if isinstance(value, Function) and isinstance(value.node, ir.Lambda):
            evaluator.functions.append(value)
        elif isinstance(value, Instance):
            initialisation.hide(evaluator, value)


def _call_union(evaluator: Evaluator, callee: Union, given: Arguments, record: CallRecord) -> Value:
    base = evaluator.state
    outcomes = []
    results = []
    for alternative in callee.alternatives:
        evaluator.state = State(base)
        each = replace(record, inner=[])
        each.result = call(evaluator, alternative, given, each)
        results.append(each.result)
        outcomes.append(evaluator.state.writes_since(base))
    evaluator.state = base
    base.merge(outcomes)
    return join(*results)


def _call_instance(evaluator: Evaluator, callee: Instance, given: Arguments, record: CallRecord) -> Value:
    if (
        subclasses.is_layer(callee)
        and attributes.class_attribute(evaluator, callee.cls, "__call__") is None
        and (
            evaluator.state.get((callee.ref, subclasses.BASE)) is not None
            or isinstance(attributes.class_attribute(evaluator, callee.cls, "call"), Function)
        )
    ):
        evaluator.records.append(record)
        return subclasses.apply(evaluator, callee, given, record)
    for name in ("__call__", "call"):
        function = attributes.class_attribute(evaluator, callee.cls, name)
        if isinstance(function, Function):
            evaluator.records.append(record)
            with_self = replace(given, positional=(callee, *given.positional))
            return functions.call(evaluator, function, with_self, record)
    bases = attributes.external_bases(callee.cls)
    record.callee = f"{bases[0].name}()" if bases else ""
    evaluator.records.append(record)
    return UNKNOWN


def _call_external(
    evaluator: Evaluator, callee: External | Model, given: Arguments, record: CallRecord
) -> Value:
    record.receiver = callee if isinstance(callee, Model) or callee.base is None else callee.base
    record.callee = "keras.Model()" if isinstance(callee, Model) else callee.name
    evaluator.records.append(record)
    applied = models.apply(evaluator, callee, given, record)
    if applied is not None:
        return applied
    assert isinstance(callee, External)
    return externals.call_attribute(evaluator, callee, given, record)


def _call_method(evaluator: Evaluator, callee: Method, given: Arguments, record: CallRecord) -> Value:
    receiver = callee.receiver
    record.receiver, record.method = receiver, callee.name
    if callee.function is not None:
        record.function = callee.function
        evaluator.records.append(record)
        with_self = replace(given, positional=(receiver, *given.positional))
        return functions.call(evaluator, callee.function, with_self, record)
    if isinstance(receiver, Union):
        return _call_method_of_union(evaluator, callee, given, record)
    if isinstance(receiver, (Dataset, DatasetIterator)):
        return datasets.call_method(evaluator, receiver, callee.name, given, record)
    if isinstance(receiver, (Array, Tensor)):
        return tensors.call_method(evaluator, receiver, callee.name, given, record)
    if isinstance(receiver, (Sequence, Mapping, Const, Some, Generator)):
        return containers.call_method(evaluator, receiver, callee.name, given, record)
    if isinstance(receiver, Model):
        return models.call_method(evaluator, receiver, callee.name, given, record)
    if isinstance(receiver, Super):
        return _call_base(evaluator, receiver.instance, receiver.cls, callee.name, given, record)
    if isinstance(receiver, Instance):
        return _call_base(evaluator, receiver, receiver.cls, callee.name, given, record)
    evaluator.records.append(record)
    return UNKNOWN


def _call_method_of_union(
    evaluator: Evaluator, callee: Method, given: Arguments, record: CallRecord
) -> Value:
    """One call on several possible receivers: datasets step each for itself, all else is one record."""
    assert isinstance(callee.receiver, Union)
    parts = callee.receiver.alternatives
    known = [part for part in parts if part is not UNKNOWN]
    if any(isinstance(part, Dataset) for part in known):
        results = []
        for part in parts:
            method = attributes.get(evaluator, part, callee.name)
            each = replace(record, receiver=part, inner=[])
            each.result = call(evaluator, method, given, each)
            results.append(each.result)
        return join(*results)
    base = evaluator.state
    outcomes = []
    results = []
    first = len(evaluator.records)
    for part in known:
        evaluator.state = State(base)
        each = replace(record, inner=[])
        each.result = call(evaluator, attributes.get(evaluator, part, callee.name), given, each)
        record.callee = record.callee or each.callee
        results.append(each.result)
        outcomes.append(evaluator.state.writes_since(base))
    evaluator.state = base
    if len(known) < len(parts):
        outcomes.append({})
        results.append(UNKNOWN)
    base.merge(outcomes)
    # Several possible receivers are one call in the program, and so one record.
    own = [made for made in evaluator.records[first:] if made.site != record.site]
    evaluator.records[first:] = [*own, record]
    return join(*results)


def _call_base(
    evaluator: Evaluator, instance: Value, cls: Class, method: str, given: Arguments, record: CallRecord
) -> Value:
    """A method that an instance inherits from a class of another package."""
    bases = attributes.external_bases(cls)
    owner = next((base for base in bases if api.method_signature(base.name, method, base.generation)), None)
    if owner is None and bases:
        owner = bases[0]
    record.receiver = instance
    if owner is not None:
        record.callee, record.generation = f"{owner.name}.{method}", owner.generation
    evaluator.records.append(record)
    if isinstance(instance, Instance):
        if method == "__init__":
            initialise_base(evaluator, instance, given)
            return Const(None)
        return models.call_inherited(evaluator, instance, method, given, record)
    return UNKNOWN


def initialise_base(evaluator: Evaluator, instance: Instance, given: Arguments) -> None:
    """Run the constructor of a base in another package: what it was given becomes attributes.

    Keras keeps constructor arguments under their own names, so ``workers`` given
    to ``super().__init__`` is read as ``self.workers`` later.
    """
    evaluator.state.set((instance.ref, INITIALISED), Const(True))
    subclasses.initialise(evaluator, instance, given)
    for base in attributes.external_bases(instance.cls):
        signature = api.signature(base.name, base.generation)
        if signature is None:
            continue
        bound = api.bind(signature, given.positional, dict(given.keywords), open=given.open)
        for name in bound.names:
            value = externals.argument(bound, name)
            if value is not None and evaluator.state.get((instance.ref, name)) is None:
                evaluator.state.set((instance.ref, name), value)
        break


def instantiate(evaluator: Evaluator, cls: Class, given: Arguments, record: CallRecord) -> Value:
    """Make an object of a project's class."""
    instance = Instance(evaluator.new_ref(), cls, record)
    record.function, record.result = cls, instance
    evaluator.records.append(record)
    construct(evaluator, instance, given, record)
    return instance


def construct(evaluator: Evaluator, instance: Instance, given: Arguments, record: CallRecord | None) -> None:
    """Run the constructor of an object."""
    evaluator.state.set((instance.ref, INITIALISED), Const(False))
    init = attributes.class_attribute(evaluator, instance.cls, "__init__")
    if isinstance(init, Function):
        with_self = replace(given, positional=(instance, *given.positional))
        functions.call(evaluator, init, with_self, record)
    elif all(base.name in _WITHOUT_CONSTRUCTOR for base in attributes.external_bases(instance.cls)):
        _initialise_fields(evaluator, instance, given, record)
    else:
        initialise_base(evaluator, instance, given)


_WITHOUT_CONSTRUCTOR = ("abc.ABC", "typing.Generic", "typing.NamedTuple", "typing.Protocol")


def fields(cls: Class) -> list[str]:
    """The fields of a dataclass or a NamedTuple: annotated names in the order of the class's body."""
    found = []
    for owner in reversed([base for base in attributes.mro(cls) if isinstance(base, Class)]):
        for statement in owner.node.body:
            if isinstance(statement, ir.AnnotatedName) and isinstance(statement.target, ir.Name):
                found.append(statement.target.id)
            elif isinstance(statement, ir.Assign) and isinstance(statement.targets[0], ir.Name):
                found.append(statement.targets[0].id)
    return found


def _initialise_fields(
    evaluator: Evaluator, instance: Instance, given: Arguments, record: CallRecord | None
) -> None:
    names = fields(instance.cls)
    values = dict([*zip(names, given.positional, strict=False), *given.keywords])
    for name in names:
        value = values.get(name)
        if value is None:
            default = attributes.class_attribute(evaluator, instance.cls, name)
            if isinstance(default, External) and default.made_by == "dataclasses.field" and default.call:
                value = _default_of_field(evaluator, default.call.arguments, record)
            elif given.open:
                value = UNKNOWN
        if value is not None:
            evaluator.state.set((instance.ref, name), value)


def _default_of_field(evaluator: Evaluator, given: Arguments, record: CallRecord | None) -> Value:
    factory = given.keyword("default_factory")
    if factory is None or record is None:
        return given.keyword("default") or UNKNOWN
    return call(evaluator, factory, Arguments(), replace(record, arguments=Arguments(), inner=[]))


def decorate(evaluator: Evaluator, function: Value, decorator: Value, node: ir.Expression) -> Value:
    """Apply a decorator; one that nobody can see is taken to keep the function."""
    record = CallRecord(
        evaluator.site(node.place),
        evaluator.site(node.place),
        node,
        spelled(node),
        "",
        Arguments((function,)),
        evaluator.loops,
        evaluator.contexts,
        evaluator.frames,
    )
    if isinstance(decorator, (Symbol, External)):
        result = externals.decorate(evaluator, function, decorator, record)
        return function if result is None else result
    if isinstance(decorator, (Class, Function, Instance, Method, Partial)):
        result = call(evaluator, decorator, Arguments((function,)), record)
        if (
            isinstance(result, Instance)
            and attributes.class_attribute(evaluator, result.cls, "__call__") is None
        ):
            return function
        return result if isinstance(result, (Function, Instance, Method, Partial)) else function
    return function
