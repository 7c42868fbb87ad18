"""Which functions and methods a program mentions: those that are not mentioned are where it begins."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from typing import Any

from keraslint.semantics.lowering import ir

_RECEIVERS = ("cls", "self")


@dataclass(slots=True)
class Mentions:
    """The names that a program reads, and the attributes that its classes read of themselves.

    ``inside`` are those names that functions of a name read, in order. What a function says of itself
    does not count: it does not call the first time.
    """

    names: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    inside: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, module: ir.Module) -> None:
        """Add what a module mentions."""
        self._add(module.body, ())

    def _add(self, start: tuple[Any, ...], around: tuple[str, ...]) -> None:
        """Add what a part of a module mentions, inside of the functions of these names."""
        pending: list[Any] = [start]
        inside = self.inside.setdefault(around[-1], {}) if around else {}
        while pending:
            node = pending.pop()
            kind = node.__class__
            if kind is ir.Name:
                if node.id not in around:
                    inside[node.id] = None
                continue
            if kind is ir.Constant:
                continue
            if kind is ir.FunctionDef:
                self._add(tuple(node), (*around, node.name))
                continue
            if kind is ir.Attribute and node.attr not in around:
                if _is_self(node.value):
                    self.own.add(node.attr)
                else:
                    inside[node.attr] = None
            pending += [part for part in node if isinstance(part, tuple)]
        self.names.update(inside)


def _is_self(node: ir.Expression) -> bool:
    if isinstance(node, ir.Call):
        return isinstance(node.func, ir.Name) and node.func.id == "super"
    return isinstance(node, ir.Name) and node.id in _RECEIVERS
