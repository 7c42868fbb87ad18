"""What every lowering keeps while it walks: the places that it gave out, and where in the program it is."""

from __future__ import annotations

from typing import Generic
from typing import TypeVar

N = TypeVar("N")


class Numbering(Generic[N]):
    """The nodes of a tree by place, in the order in which they were met."""

    def __init__(self) -> None:
        self.nodes: list[N] = []
        # Whether each of the functions around yields, the innermost last.
        self._yields: list[bool] = [False]
        self._class_name = ""

    def _place(self, node: N) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _mangled(self, name: str) -> str:
        """A name as Python has it: private ones of a class begin with the class's name."""
        if not self._class_name or not name.startswith("__") or name.endswith("__"):
            return name
        return f"_{self._class_name}{name}"
