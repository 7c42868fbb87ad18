"""Feature maps that are flattened into dense layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.model import connections

if TYPE_CHECKING:
    from keraslint.semantics.model.architecture import Architecture
    from keraslint.semantics.model.architecture import Layer


@dataclass(frozen=True, slots=True, eq=False)
class FlattenedDense:
    """A ``Flatten`` of what another layer gave, and the largest ``Dense`` that sees all of it at once."""

    flatten: Layer
    dense: Layer
    feeds_others: bool

    @property
    def at(self) -> Site:
        """The name of the ``Flatten`` where it is made."""
        assert self.flatten.call is not None
        return self.flatten.call.name_site

    @property
    def features(self) -> int | None:
        """How many numbers of one sample are flattened."""
        return None if self.flatten.output is None else self.flatten.output[-1]

    @property
    def weights(self) -> int:
        """The parameters of the dense layer, 0 where they are not known."""
        return self.dense.parameters or 0

    @property
    def is_of_pictures(self) -> bool:
        """Whether what is flattened has a height, a width and channels."""
        shape = self.flatten.inputs[0] if self.flatten.inputs else None
        return shape is not None and len(shape) == 4


def flattened(architecture: Architecture) -> tuple[FlattenedDense, ...]:
    """The flattenings in a model that end in dense layers; what enters the model flat counts as none."""
    found: dict[int, list[Layer]] = {}
    for part in architecture.parts:
        for layer in part.layers:
            if layer.name == "Dense":
                flatten = connections.source_beyond(part.connections, layer)
                if flatten is not None and _is_flatten(flatten, part):
                    found.setdefault(id(flatten), [flatten]).append(layer)
    result = []
    for flatten, *dense in found.values():
        outgoing = sum(len(connections.followers(part.connections, flatten)) for part in architecture.parts)
        largest = max(dense, key=lambda each: each.parameters or 0)
        result.append(FlattenedDense(flatten, largest, feeds_others=len(dense) < outgoing))
    return tuple(result)


def _is_flatten(layer: Layer, part: Architecture) -> bool:
    return (
        layer.name == "Flatten"
        and layer.call is not None
        and connections.source_beyond(part.connections, layer) is not None
    )
