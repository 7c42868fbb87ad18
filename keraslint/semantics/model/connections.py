"""What flows from layer to layer inside of a model."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.values import LayerCall
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value

if TYPE_CHECKING:
    from keraslint.semantics.model.architecture import Layer

# Layers that give each number on, changed or dropped, in the place where they found it.
_ELEMENTWISE = (
    "Activation",
    "ActivityRegularization",
    "AlphaDropout",
    "BatchNormalization",
    "Dropout",
    "ELU",
    "GaussianDropout",
    "GaussianNoise",
    "LeakyReLU",
    "PReLU",
    "ReLU",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "ThresholdedReLU",
)


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """A tensor that one layer gives to another; None stands for an operation and for the ends of the model."""

    source: Layer | None
    target: Layer | None


def in_a_row(layers: Sequence[Layer | None]) -> tuple[Connection, ...]:
    """The connections of layers that stand one after the other."""
    return tuple(Connection(*pair) for pair in zip((None, *layers), (*layers, None), strict=True))


def in_a_graph(
    calls: Iterable[LayerCall], outputs: Iterable[Value], made: Mapping[int, Layer]
) -> tuple[Connection, ...]:
    """The connections between calls, of which ``made`` has those that are layers, by identity."""
    found = [
        Connection(made.get(id(tensor.producer)), made.get(id(call)))
        for call in calls
        for tensor in call.inputs
    ]
    found += [
        Connection(made.get(id(tensor.producer)), None) for tensor in outputs if isinstance(tensor, Tensor)
    ]
    return tuple(found)


def followers(connections: Iterable[Connection], layer: Layer) -> list[Layer | None]:
    """What takes the output of a layer."""
    return [connection.target for connection in connections if connection.source is layer]


def source(connections: Iterable[Connection], layer: Layer) -> Layer | None:
    """The layer that gives another its only input, None where there is none or it is not known."""
    found = [connection.source for connection in connections if connection.target is layer]
    return found[0] if len(found) == 1 else None


def source_beyond(connections: Sequence[Connection], layer: Layer) -> Layer | None:
    """As :func:`source`, past the layers that leave every number where it is."""
    found = source(connections, layer)
    while found is not None and found.name in _ELEMENTWISE:
        found = source(connections, found)
    return found
