"""What code writes that outlives it: attributes of objects, changes in place, global names."""

from __future__ import annotations

from collections.abc import Iterator

from keraslint.semantics.evaluation.bindings import assigned_names
from keraslint.semantics.evaluation.flow import IN_PLACE
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.walking import expressions
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.evaluation.walking import within
from keraslint.semantics.lowering import ir


def stored_attributes(block: ir.Block) -> set[str]:
    """The attributes, of any object, that a block assigns or changes in place."""
    found: set[str] = set()
    for target in _targets(block):
        while isinstance(target, (ir.Subscript, ir.Starred)):
            target = target.value
        if isinstance(target, ir.Attribute):
            found.add(target.attr)
    for node in expressions(block):
        if isinstance(node, ir.Call) and isinstance(node.func, ir.Attribute) and node.func.attr in IN_PLACE:
            if isinstance(node.func.value, ir.Attribute):
                found.add(node.func.value.attr)
    return found


def carried_on(body: ir.Block) -> set[str]:
    """The names that a pass of a loop reads before it assigns them: they come from the pass before."""
    assigned: set[str] = set()
    carried: set[str] = set()
    for statement in statements(body):
        read = {each.id for each in within(_read_first(statement)) if isinstance(each, ir.Name)}
        carried |= read - assigned
        if isinstance(statement, (ir.For, ir.With)):
            statement = statement._replace(body=())
        if isinstance(statement, (ir.Assign, ir.AugmentedAssign, ir.For, ir.With)):
            assigned.update(assigned_names((statement,)))
    return carried.intersection(assigned_names(body))


def _read_first(statement: ir.Statement) -> tuple[object, ...]:
    """What a statement reads before it binds its names; blocks inside are statements of their own."""
    if isinstance(statement, ir.Assign):
        return (statement.value,)
    if isinstance(statement, ir.For):
        return (statement.iterable,)
    if isinstance(statement, ir.With):
        return tuple(item.context for item in statement.items)
    return tuple(statement)


def stored_by(function: Function) -> set[str]:
    """The attributes of objects there before that a function of the project changes."""
    node = function.node
    return set() if isinstance(node, ir.Lambda) or node.name == "__init__" else stored_attributes(node.body)


def rebound_by(function: Function) -> set[str]:
    """The global names, or those of functions around, that a function of the project binds."""
    node = function.node
    if isinstance(node, ir.Lambda):
        return set()
    declared = {name for each in statements(node.body) if isinstance(each, ir.Scope) for name in each.names}
    return declared.intersection(assigned_names(node.body))


def read_by(function: Function) -> set[str]:
    """The attributes, of any object, that a function of the project reads."""
    node = function.node
    body = (node.body,) if isinstance(node, ir.Lambda) else expressions(node.body)
    return {each.attr for each in body if isinstance(each, ir.Attribute)}


def _targets(block: ir.Block) -> Iterator[ir.Expression]:
    for statement in statements(block):
        if isinstance(statement, (ir.Assign, ir.Delete)):
            for target in statement.targets:
                yield from _parts(target)
        elif isinstance(statement, (ir.AugmentedAssign, ir.For)):
            yield from _parts(statement.target)


def _parts(target: ir.Expression) -> Iterator[ir.Expression]:
    if isinstance(target, ir.Display):
        for item in target.items:
            yield from _parts(item)
    else:
        yield target
