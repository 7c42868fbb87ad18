"""Reading and writing attributes: modules, classes and their bases, instances, external objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from keraslint.semantics import names
from keraslint.semantics.evaluation import command_line
from keraslint.semantics.evaluation import functions
from keraslint.semantics.evaluation import imports
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import WeightRead
from keraslint.semantics.evaluation.state import Key
from keraslint.semantics.evaluation.state import State
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Count
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import DatasetIterator
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Generator
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import ModuleValue
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Sizes
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Super
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Union
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import join
from keraslint.semantics.evaluation.values import without_none
from keraslint.semantics.lowering import ir
from keraslint.semantics.model import models
from keraslint.semantics.model import tracking

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

MAX_BASES = 32
TRAINED = ("trainable_variables", "trainable_weights", "variables")


def get(evaluator: Evaluator, value: Value, name: str) -> Value:
    """``value.name``."""
    if name in TRAINED and isinstance(value, (Instance, Model)):
        frame = evaluator.frames[-1] if evaluator.frames else None
        evaluator.weight_reads.append(WeightRead(value.ref, evaluator.file, frame))
    if isinstance(value, Symbol):
        return names.symbol(f"{value.name}.{name}", value.generation)
    if isinstance(value, Instance):
        return _of_instance(evaluator, value, name)
    if isinstance(value, ModuleValue):
        return _of_module(evaluator, value, name)
    if isinstance(value, Class):
        return _of_class(evaluator, value, name)
    if isinstance(value, Union):
        return _of_union(evaluator, value, name)
    if isinstance(value, External):
        written = evaluator.state.get((value.ref, name))
        if written is not None:
            return written
        if command_line.is_namespace(value):
            return command_line.option(evaluator, value, name)
        return External(f"{value.name}.{name}", value.call, evaluator.new_ref(), value, name)
    if isinstance(value, Super):
        return _of_super(evaluator, value, name)
    if isinstance(value, (Array, Tensor)):
        return _of_array(value, name)
    if isinstance(value, Model):
        written = evaluator.state.get((value.ref, name))
        return written if written is not None else models.attribute(evaluator, value, name)
    if isinstance(value, (Dataset, DatasetIterator, Generator, Mapping, Sequence, Const, Some)):
        return Method(value, name)
    return UNKNOWN


def assign(evaluator: Evaluator, target: Value, name: str, value: Value) -> None:
    """``target.name = value``; on one of several possible objects it joins what was there."""
    if isinstance(target, Union):
        before = evaluator.state
        branches: list[dict[Key, Value]] = [{}]
        for alternative in target.alternatives:
            evaluator.state = State(before)
            if isinstance(alternative, Instance) and before.get((alternative.ref, name)) is None:
                inherited = class_attribute(evaluator, alternative.cls, name)
                if inherited is not None:
                    branches[0][alternative.ref, name] = inherited
            assign(evaluator, alternative, name, value)
            branches.append(evaluator.state.writes)
        evaluator.state = before
        before.merge(branches)
    elif isinstance(target, (Instance, Model)):
        evaluator.state.set((target.ref, name), value)
        tracking.note_attribute(evaluator, target, name, value)
    elif isinstance(target, External):
        tracking.note_attribute(evaluator, target, name, value)
        evaluator.state.set((target.ref, name), value)
        if target.base is not None:
            assign(evaluator, target.base, f"{target.path}.{name}", value)
    elif isinstance(target, Class):
        evaluator.state.set((target.scope, name), value)
    elif isinstance(target, ModuleValue):
        evaluator.state.set((imports.module_scope(evaluator, target.file), name), value)


def mro(cls: Class) -> Iterator[Class | Symbol]:
    """The class and its bases in Python's order."""
    yield cls
    yield from cls.ancestors


def ancestors(bases: tuple[Value, ...]) -> tuple[Class | Symbol, ...]:
    """The bases of a class and theirs in Python's order (C3); where that fails, as they come."""
    lines: list[list[Class | Symbol]] = []
    own: list[Class | Symbol] = []
    for base in (part for value in bases for part in alternatives(value)):
        if isinstance(base, Class):
            lines.append([base, *base.ancestors])
            own.append(base)
        elif isinstance(base, Symbol):
            lines.append([base])
            own.append(base)
    lines.append(own)
    order: list[Class | Symbol] = []
    while len(order) < MAX_BASES and (lines := [line for line in lines if line]):
        heads = [line[0] for line in lines]
        head = next((h for h in heads if not any(h in line[1:] for line in lines)), heads[0])
        order.append(head)
        lines = [[base for base in line if base != head] for line in lines]
    return tuple(order)


def external_bases(cls: Class) -> list[Symbol]:
    """The classes of other packages that a project's class derives from."""
    return [base for base in mro(cls) if isinstance(base, Symbol) and base.name != "builtins.object"]


def derives_from(cls: Class, base: str) -> bool:
    """Whether a project's class derives from the public class ``base``."""
    return any(names.is_a(symbol.name, base) for symbol in external_bases(cls))


def has_unknown_base(cls: Class) -> bool:
    """Whether some base in the hierarchy is a value that the evaluator does not know."""
    return any(
        base is UNKNOWN or isinstance(base, Method)
        for owner in mro(cls)
        if isinstance(owner, Class)
        for base in owner.bases
    )


def class_attribute(evaluator: Evaluator, cls: Class, name: str) -> Value | None:
    """What a class or one of the project's bases defines under a name."""
    for owner in mro(cls):
        if isinstance(owner, Class):
            value = evaluator.state.get((owner.scope, name))
            if value is not None:
                return value
    return None


def methods(evaluator: Evaluator, cls: Class) -> list[Function]:
    """The methods of a class and of the project's bases, overridden ones left out."""
    found: dict[str, Value] = {}
    for owner in mro(cls):
        if isinstance(owner, Class):
            for statement in owner.node.body:
                if isinstance(statement, ir.FunctionDef) and statement.name not in found:
                    value = evaluator.state.get((owner.scope, statement.name))
                    found[statement.name] = UNKNOWN if value is None else value
    return [value for value in found.values() if isinstance(value, Function) and value.owner is not None]


def _of_module(evaluator: Evaluator, value: ModuleValue, name: str) -> Value:
    scope = imports.module_scope(evaluator, value.file)
    found = evaluator.state.get((scope, name))
    if found is not None:
        return found
    file = evaluator.resolver.resolve(value.file, 1, name)
    if file is not None and file in evaluator.modules and file != value.file:
        evaluator.imported_files.setdefault(evaluator.file, set()).add(file)
        imports.module_scope(evaluator, file)
        return ModuleValue(file)
    return imports.starred(evaluator, scope, name) or UNKNOWN


def _of_instance(evaluator: Evaluator, value: Instance, name: str) -> Value:
    written = evaluator.state.get((value.ref, name))
    if written is not None:
        return written
    found = class_attribute(evaluator, value.cls, name)
    if found is not None:
        return _bound(evaluator, found, value, name)
    return _from_other_methods(evaluator, value, name)


def _from_other_methods(evaluator: Evaluator, value: Instance, name: str) -> Value:
    """What the methods that assign ``self.name`` would leave there: the order of calls is not known."""
    found: list[Value] = []
    key = (value.ref, name)
    evaluator.state.set(key, UNKNOWN)
    for owner in mro(value.cls):
        if not isinstance(owner, Class):
            continue
        for node in evaluator.attribute_writers(owner).get(name, ()):
            method = evaluator.state.get((owner.scope, node.name))
            running = any(frame.function.node is node for frame in evaluator.frames)
            if isinstance(method, Function) and not running:
                found.append(functions.attribute_after(evaluator, method, value, key))
    if found:
        result = join(*found)
    elif external_bases(value.cls):
        result = Method(value, name)
    else:
        result = UNKNOWN
    evaluator.state.set(key, result)
    return result


def _bound(evaluator: Evaluator, found: Value, receiver: Value, name: str) -> Value:
    if isinstance(found, Function):
        if found.kind == "property":
            return functions.call(evaluator, found, Arguments((receiver,)), None)
        if found.kind == "staticmethod":
            return found
        if found.kind == "classmethod" and isinstance(receiver, Instance):
            return Method(receiver.cls, name, found)
        if found.owner is None:
            return found
        return Method(receiver, name, found)
    return found


def _of_class(evaluator: Evaluator, value: Class, name: str) -> Value:
    for owner in mro(value):
        if isinstance(owner, Symbol):
            return get(evaluator, owner, name)
        found = evaluator.state.get((owner.scope, name))
        if found is not None:
            if isinstance(found, Function) and found.kind == "classmethod":
                return Method(value, name, found)
            return found
    return UNKNOWN


def _of_super(evaluator: Evaluator, value: Super, name: str) -> Value:
    cls = value.instance.cls if isinstance(value.instance, Instance) else value.cls
    after = False
    for owner in mro(cls):
        if after:
            if isinstance(owner, Symbol):
                return Method(value, name)
            found = evaluator.state.get((owner.scope, name))
            if found is not None:
                return _bound(evaluator, found, value.instance, name)
        after = after or owner is value.cls
    return Method(value, name) if has_unknown_base(value.cls) else UNKNOWN


def _of_union(evaluator: Evaluator, value: Union, name: str) -> Value:
    """Methods of a union stay together: one call of them is one call in the program."""
    # An attribute of None would fail: the other alternatives are those that go on.
    some = without_none(value)
    if not isinstance(some, Union):
        return get(evaluator, some, name)
    value = some
    parts = [get(evaluator, part, name) for part in value.alternatives]
    known = [part for part in parts if part is not UNKNOWN]
    if known and all(isinstance(part, Method) and part.function is None for part in known):
        return Method(value, name)
    return join(*parts)


def _of_array(value: Array | Tensor, name: str) -> Value:
    if name == "shape" and value.shape is not None:
        first = Count("int", value)
        sizes = tuple(
            Const(size) if size is not None else first if axis == 0 else Some("int")
            for axis, size in enumerate(value.shape)
        )
        return Sequence("tuple", sizes)
    if name == "shape":
        return Sizes("tuple", None, Some("int"), of=value)
    if name == "ndim" and value.shape is not None:
        return Const(len(value.shape))
    if name in ("size", "ndim"):
        return Some("int")
    if name == "dtype":
        return UNKNOWN if value.dtype is None else Const(value.dtype)
    if name == "T":
        shape = None if value.shape is None else value.shape[::-1]
        return Array(shape, value.dtype) if isinstance(value, Array) else Tensor(shape, value.dtype)
    return Method(value, name)
