"""Which functions and methods a program mentions: those that are not mentioned are where it begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field

from keraslint.semantics.lowering import ir

_RECEIVERS = ("cls", "self")


@dataclass(slots=True)
class Mentions:
    """The names that a program reads, and the attributes that its classes read of themselves.

    What a function says of itself does not count: it does not call the first time.
    """

    names: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)

    def add(self, module: ir.Module) -> None:
        """Add what a module mentions."""
        pending: list[tuple[object, tuple[str, ...]]] = [(module.body, ())]
        while pending:
            node, around = pending.pop()
            if isinstance(node, ir.Name):
                if node.id not in around:
                    self.names.add(node.id)
                continue
            if isinstance(node, ir.FunctionDef):
                around = (*around, node.name)
            elif isinstance(node, ir.Attribute) and node.attr not in around:
                (self.own if _is_self(node.value) else self.names).add(node.attr)
            pending.extend((part, around) for part in _parts(node))


def _parts(node: object) -> Iterable[object]:
    return [part for part in node if isinstance(part, tuple)] if isinstance(node, tuple) else ()


def _is_self(node: ir.Expression) -> bool:
    if isinstance(node, ir.Call):
        return isinstance(node.func, ir.Name) and node.func.id == "super"
    return isinstance(node, ir.Name) and node.id in _RECEIVERS
