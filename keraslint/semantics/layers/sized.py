"""What a wrapper can wrap."""

from __future__ import annotations

from typing import Protocol
from typing import runtime_checkable

from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.cost import Shape


@runtime_checkable
class Sized(Protocol):
    """Anything that can say what a call of it costs."""

    def cost(self, inputs: tuple[Shape, ...], generation: int = 3) -> LayerCost | None:
        """What a call on inputs of these shapes costs; None where that is not known."""
