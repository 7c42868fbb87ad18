"""The vocabulary of layer costs: shapes, what a call costs, and what is not known."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final
from typing import TypeAlias
from typing import cast

Dim: TypeAlias = int | None
"""The size of an axis; None where it is not known, or varies (batch, time)."""

Shape: TypeAlias = tuple[Dim, ...]
"""A tensor's shape, the batch axis first."""


class Unknown(enum.Enum):
    """The type of :data:`UNKNOWN`."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
"""A configuration value that the analysis does not know (None is Python's own None)."""


@dataclass(frozen=True, slots=True)
class LayerCost:
    """What one call of a layer makes and costs; None is a number that is not known."""

    output: Shape | tuple[Shape, ...]
    """The shape of the output, or the shapes of several outputs."""

    parameters: int | None
    """All weights, as ``count_params()`` counts them."""

    non_trainable: int | None
    """The weights among them that training does not change."""

    macs: int | None
    """Multiply-accumulates of the forward pass on one sample."""

    activations: int | None
    """Numbers in the output of one sample."""

    @property
    def outputs(self) -> tuple[Shape, ...]:
        """The shapes of all outputs, also where there is but one."""
        if any(isinstance(part, tuple) for part in self.output):
            return cast("tuple[Shape, ...]", self.output)
        return (cast("Shape", self.output),)
