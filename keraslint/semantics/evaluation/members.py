"""What the methods of a class read and write of their object's attributes."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keraslint.semantics.evaluation.bindings import written_attributes
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.lowering import ir


def attribute_writers(body: ir.Block) -> Mapping[str, Sequence[ir.FunctionDef]]:
    """The methods in a class's body that assign ``self.attribute``, by attribute."""
    writers: dict[str, list[ir.FunctionDef]] = {}
    for statement in body:
        if isinstance(statement, ir.FunctionDef):
            for attribute in _written(statement):
                writers.setdefault(attribute, []).append(statement)
    return writers


def in_order_of_attributes(methods: Sequence[Function]) -> list[Function]:
    """Methods in an order in which those that assign an attribute come before those that read it.

    Constructors come first; where attributes go round in a circle, the order at hand decides.
    """
    writers: dict[str, list[Function]] = {}
    for method in methods:
        for attribute in _written(method.node):
            writers.setdefault(attribute, []).append(method)
    ordered: dict[int, Function] = {}
    started: set[int] = set()

    def visit(method: Function) -> None:
        if id(method) in started:
            return
        started.add(id(method))
        for attribute in read_attributes(method.node):
            for writer in writers.get(attribute, ()):
                visit(writer)
        ordered[id(method)] = method

    for method in sorted(methods, key=lambda method: method.name != "__init__"):
        visit(method)
    return list(ordered.values())


def _written(method: ir.FunctionDef | ir.Lambda) -> tuple[str, ...]:
    if isinstance(method, ir.Lambda) or not method.parameters:
        return ()
    return written_attributes(method.body, method.parameters[0].name)


def read_attributes(method: ir.FunctionDef | ir.Lambda) -> tuple[str, ...]:
    """The attributes of its first parameter that a method names, in any place."""
    if isinstance(method, ir.Lambda) or not method.parameters:
        return ()
    receiver = method.parameters[0].name
    found: dict[str, None] = {}
    pending: list[Any] = [method.body]
    while pending:
        node = pending.pop()
        kind = node.__class__
        if kind is ir.Name or kind is ir.Constant:
            continue
        if kind is ir.Attribute and isinstance(node.value, ir.Name):
            if node.value.id == receiver:
                found[node.attr] = None
        else:
            pending += [part for part in node if isinstance(part, tuple)]
    return tuple(found)
