"""How names are bound: parameters by arguments, variables by statements."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator

from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.lowering import ir


def bind_parameters(function: Function, arguments: Arguments, new_ref: Callable[[], int]) -> dict[str, Value]:
    """Bind arguments as Python does.

    A parameter that got nothing takes its default, or is unknown where the call
    may have given it in a ``*`` or ``**`` of unknown content.
    """
    values: dict[str, Value] = {}
    positional = list(arguments.positional)
    keywords = dict(arguments.keywords)
    for parameter, default in zip(function.node.parameters, function.defaults, strict=True):
        name = parameter.name
        if parameter.kind == "*":
            rest = arguments.rest if arguments.open and not positional else UNKNOWN
            values[name] = Sequence("tuple", None if arguments.open else tuple(positional), rest)
            positional = []
        elif parameter.kind == "**":
            values[name] = Mapping(tuple(keywords.items()), arguments.open, new_ref())
            keywords = {}
        elif positional and parameter.kind != "keyword-only":
            values[name] = positional.pop(0)
        elif name in keywords and parameter.kind != "positional-only":
            values[name] = keywords.pop(name)
        elif default is not None and not arguments.open:
            values[name] = default
        else:
            values[name] = UNKNOWN
    return values


def assigned_names(block: ir.Block) -> tuple[str, ...]:
    """The names that a block may bind, nested blocks included, functions and classes not."""
    return tuple(dict.fromkeys(_targets_in(block)))


def _targets_in(block: ir.Block) -> Iterator[str]:
    for statement in block:
        yield from own_names(statement)
        for nested in nested_blocks(statement):
            yield from _targets_in(nested)


def own_names(statement: ir.Statement) -> Iterator[str]:
    """The names that a statement binds itself, without those in its blocks."""
    if isinstance(statement, ir.Assign):
        for target in statement.targets:
            yield from target_names(target)
    elif isinstance(statement, (ir.AugmentedAssign, ir.For)):
        yield from target_names(statement.target)
    elif isinstance(statement, ir.With):
        for item in statement.items:
            if item.target is not None:
                yield from target_names(item.target)


def target_names(target: ir.Expression) -> Iterator[str]:
    """The names that an assignment to ``target`` binds."""
    if isinstance(target, ir.Name):
        yield target.id
    elif isinstance(target, ir.Display):
        for item in target.items:
            yield from target_names(item.value if isinstance(item, ir.Starred) else item)


def bound_names(block: ir.Block) -> Iterator[tuple[str, tuple[int, str]]]:
    """The names that a module binds, with ``*`` and where it is from for each ``import *``."""
    for statement in block:
        if isinstance(statement, (ir.FunctionDef, ir.ClassDef)):
            yield statement.name, _NOWHERE
        elif isinstance(statement, ir.Import):
            yield statement.alias or statement.module.split(".", 1)[0], _NOWHERE
        elif isinstance(statement, ir.ImportFrom):
            for name, alias in statement.names:
                yield alias or name, (statement.level, statement.module)
        for nested in nested_blocks(statement):
            yield from bound_names(nested)
    for name in assigned_names(block):
        yield name, _NOWHERE


_NOWHERE = (0, "")


def nested_blocks(statement: ir.Statement) -> Iterator[ir.Block]:
    """The blocks of a compound statement that run in the same scope."""
    if isinstance(statement, ir.If):
        for branch in statement.branches:
            yield branch.body
        yield statement.orelse
    elif isinstance(statement, (ir.For, ir.While)):
        yield statement.body
        yield statement.orelse
    elif isinstance(statement, ir.With):
        yield statement.body
    elif isinstance(statement, ir.Try):
        yield statement.body
        for handler in statement.handlers:
            yield handler.body
        yield statement.orelse
        yield statement.final
    elif isinstance(statement, ir.Match):
        for case in statement.cases:
            yield case.body


def written_attributes(block: ir.Block, receiver: str) -> tuple[str, ...]:
    """The attributes of the name ``receiver`` that a block assigns, in order."""
    return tuple(dict.fromkeys(_written_in(block, receiver)))


def _written_in(block: ir.Block, receiver: str) -> Iterator[str]:
    for statement in block:
        targets: tuple[ir.Expression, ...] = ()
        if isinstance(statement, ir.Assign):
            targets = statement.targets
        elif isinstance(statement, (ir.AugmentedAssign, ir.For)):
            targets = (statement.target,)
        elif isinstance(statement, ir.With):
            targets = tuple(item.target for item in statement.items if item.target is not None)
        for target in targets:
            yield from _attribute_names(target, receiver)
        for nested in nested_blocks(statement):
            yield from _written_in(nested, receiver)


def _attribute_names(target: ir.Expression, receiver: str) -> Iterator[str]:
    if isinstance(target, ir.Attribute):
        if isinstance(target.value, ir.Name) and target.value.id == receiver:
            yield target.attr
    elif isinstance(target, ir.Display):
        for item in target.items:
            yield from _attribute_names(item, receiver)


def uses_name(node: object, name: str) -> bool:
    """Whether a name is read, bound or imported anywhere in a lowered node."""
    if isinstance(node, ir.Name):
        return node.id == name
    if isinstance(node, tuple):
        return any(part == name if isinstance(part, str) else uses_name(part, name) for part in node)
    return False


def names_in(node: object) -> set[str]:
    """The names that are read anywhere in a lowered node."""
    found: set[str] = set()
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, ir.Name):
            found.add(part.id)
        elif isinstance(part, tuple):
            pending.extend(part)
    return found
