"""What the names of a file stand for, as far as its own imports and assignments say."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import libcst as cst

from keraslint.fixer.tree import FileTree
from keraslint.semantics.lowering import ir

_SAME = {
    "tensorflow.compat.v2": "tensorflow",
    "tensorflow.data.experimental.AUTOTUNE": "tensorflow.data.AUTOTUNE",
    "tensorflow.keras": "keras",
}


class Binding(NamedTuple):
    """One way in which a name comes to be; a ``target`` of None is something else than a dotted name."""

    target: str | None
    place: int
    imported: bool = False

    @property
    def canonical(self) -> str | None:
        """The one dotted name for things that have several."""
        name = self.target
        for alias, same in _SAME.items():
            if name is not None and is_under(name, alias):
                name = same + name[len(alias) :]
        return name


class Dotted(NamedTuple):
    """A name, the one dotted name that it stands for, and the place that binds it first."""

    name: str
    target: str
    first: int


class Scope(dict[str, list[Binding]]):
    """The names of a scope, each with all that binds it."""

    @cached_property
    def dotted(self) -> Sequence[Dotted]:
        """The names that stand for dotted ones; asked for once all names are known."""
        return [
            Dotted(name, target, min(binding.place for binding in bindings))
            for name, bindings in self.items()
            if (target := single(bindings)) is not None
        ]


def is_under(name: str, root: str) -> bool:
    """Whether a dotted name is ``root`` or something in it."""
    return name == root or name.startswith(f"{root}.")


class Scopes:
    """The scopes of one file, each read when it is first asked for; what it learns serves all fixes."""

    def __init__(self, lowered: ir.Module) -> None:
        self._lowered = lowered
        self.module = Scope()
        self._known: dict[int, Scope] = {}
        _collect(lowered.body, self.module, [self.module])

    def around(self, node: cst.CSTNode, tree: FileTree) -> list[Scope]:
        """The scopes in which a name at ``node`` is looked up, the innermost first, the module's last."""
        found: list[Scope] = []
        inner = node
        for outer in tree.path(node):
            if isinstance(outer, cst.Lambda):
                names = _parameter_names(outer.params)
                found.append(Scope((name, [Binding(None, -1)]) for name in names))
            elif isinstance(outer, (cst.FunctionDef, cst.ClassDef)) and inner is outer.body:
                # A class's names are not seen from its methods.
                seen = isinstance(outer, cst.FunctionDef) or not found
                place = tree.place(outer)
                found += [self._scope(place)] if seen and place is not None else []
            inner = outer
        return [*found, self.module]

    @cached_property
    def _definitions(self) -> Mapping[int, ir.FunctionDef | ir.ClassDef]:
        return {each.place: each for each in _definitions(self._lowered.body)}

    def _scope(self, place: int) -> Scope:
        if place in self._known:
            return self._known[place]
        definition = self._definitions[place]
        scope = Scope()
        self._known[place] = scope
        if isinstance(definition, ir.FunctionDef):
            for parameter in definition.parameters:
                scope[parameter.name] = [Binding(None, parameter.place)]
        _collect(definition.body, scope, [scope, self.module])
        return scope


def _parameter_names(params: cst.Parameters) -> Iterator[str]:
    for item in (
        *params.posonly_params,
        *params.params,
        params.star_arg,
        *params.kwonly_params,
        params.star_kwarg,
    ):
        if isinstance(item, cst.Param):
            yield item.name.value


def _definitions(block: ir.Block) -> Iterator[ir.FunctionDef | ir.ClassDef]:
    for statement in block:
        if isinstance(statement, (ir.FunctionDef, ir.ClassDef)):
            yield statement
            yield from _definitions(statement.body)
        else:
            for inner in _blocks(statement):
                yield from _definitions(inner)


def _blocks(statement: ir.Statement) -> Iterator[ir.Block]:
    """The blocks of a compound statement that share its scope."""
    if isinstance(statement, ir.If):
        yield from (branch.body for branch in statement.branches)
        yield statement.orelse
    elif isinstance(statement, (ir.For, ir.While)):
        yield from (statement.body, statement.orelse)
    elif isinstance(statement, ir.With):
        yield statement.body
    elif isinstance(statement, ir.Try):
        yield statement.body
        yield from (handler.body for handler in statement.handlers)
        yield from (statement.orelse, statement.final)
    elif isinstance(statement, ir.Match):
        yield from (case.body for case in statement.cases)


def _collect(block: ir.Block, scope: Scope, lookup: Sequence[Scope]) -> None:
    for statement in block:
        for name, binding in _bindings(statement, lookup):
            scope.setdefault(name, []).append(binding)
        if isinstance(statement, ir.If) and _is_for_type_checkers(statement):
            checked = Scope()
            _collect(statement.branches[0].body, checked, lookup)
            for name in checked:
                scope.setdefault(name, []).append(Binding(None, statement.place))
            _collect(statement.orelse, scope, lookup)
        elif not isinstance(statement, (ir.FunctionDef, ir.ClassDef)):
            for inner in _blocks(statement):
                _collect(inner, scope, lookup)


def _is_for_type_checkers(statement: ir.If) -> bool:
    test = statement.branches[0].test
    name = test.attr if isinstance(test, ir.Attribute) else test.id if isinstance(test, ir.Name) else None
    return name == "TYPE_CHECKING"


def _bindings(statement: ir.Statement, lookup: Sequence[Scope]) -> Iterator[tuple[str, Binding]]:
    """The names that a statement itself binds."""
    place = statement.place
    if isinstance(statement, ir.Import):
        root = statement.module.split(".")[0]
        target = root if statement.alias is None else statement.module
        yield statement.alias or root, Binding(target, place, imported=True)
    elif isinstance(statement, ir.ImportFrom):
        for name, alias in statement.names:
            source = None if statement.level else f"{statement.module}.{name}"
            yield alias or name, Binding(source, place, imported=True)
    elif isinstance(statement, ir.Assign):
        if not isinstance(statement.value, ir.Constant) or statement.value.value is not None:
            known = _dotted(statement.value, lookup)
            for assigned in statement.targets:
                direct = isinstance(assigned, ir.Name)
                yield from ((name, Binding(known if direct else None, place)) for name in _stored(assigned))
    elif isinstance(statement, (ir.FunctionDef, ir.ClassDef)):
        yield statement.name, Binding(None, place)
    else:
        yield from ((name, Binding(None, place)) for name in _bound_otherwise(statement))


def _bound_otherwise(statement: ir.Statement) -> Iterator[str]:
    if isinstance(statement, (ir.AugmentedAssign, ir.For)):
        yield from _stored(statement.target)
    elif isinstance(statement, ir.Delete):
        for target in statement.targets:
            yield from _stored(target)
    elif isinstance(statement, ir.Scope):
        yield from statement.names
    elif isinstance(statement, ir.With):
        for item in statement.items:
            yield from () if item.target is None else _stored(item.target)
    elif isinstance(statement, ir.Try):
        yield from (handler.name for handler in statement.handlers if handler.name is not None)
    elif isinstance(statement, ir.Match):
        for case in statement.cases:
            yield from case.names


def _stored(target: ir.Expression) -> Iterator[str]:
    if isinstance(target, ir.Name):
        yield target.id
    elif isinstance(target, ir.Starred):
        yield from _stored(target.value)
    elif isinstance(target, ir.Display):
        for item in target.items:
            yield from _stored(item)


def _dotted(value: ir.Expression, lookup: Sequence[Scope]) -> str | None:
    """The dotted name that an expression such as ``tf.data.AUTOTUNE`` stands for."""
    attributes: list[str] = []
    while isinstance(value, ir.Attribute):
        attributes.append(value.attr)
        value = value.value
    if not isinstance(value, ir.Name):
        return None
    for scope in lookup:
        if value.id in scope:
            target = single(scope[value.id])
            return None if target is None else ".".join([target, *reversed(attributes)])
    return None


def single(bindings: Sequence[Binding]) -> str | None:
    """The one dotted name that all bindings of a name agree on."""
    targets = {binding.canonical for binding in bindings}
    return targets.pop() if len(targets) == 1 else None
