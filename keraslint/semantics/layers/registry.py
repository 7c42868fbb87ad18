"""Which function knows the cost of which layer."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from typing import TypeAlias

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import UNKNOWN
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.cost import Shape
from keraslint.semantics.layers.sizes import UnsizedError

CostFunction: TypeAlias = Callable[[LayerCall], LayerCost]

_FUNCTIONS: dict[str, CostFunction] = {}


def layer(*kinds: str) -> Callable[[CostFunction], CostFunction]:
    """Register a function as the one that knows the cost of these kinds of layer."""

    def register(function: CostFunction) -> CostFunction:
        for kind in kinds:
            _FUNCTIONS[f"keras.layers.{kind}"] = function
        return function

    return register


def known_layers() -> frozenset[str]:
    """The canonical names of all layers whose cost can be told."""
    return frozenset(_FUNCTIONS)


def layer_cost(
    name: str, config: Mapping[str, object], inputs: tuple[Shape, ...], generation: int = 3
) -> LayerCost | None:
    """What a call of a layer makes and costs.

    ``config`` holds the constructor's arguments by name, Keras's defaults stand in for
    those that are absent, and UNKNOWN for values that the analysis does not know. None
    for a layer that is not known and for one that Keras would refuse to build.
    """
    function = _FUNCTIONS.get(name)
    if function is None:
        return None
    try:
        cost = function(LayerCall(name.rpartition(".")[2], config, inputs, generation))
    except UnsizedError:
        return None
    trainable = config.get("trainable", True)
    if trainable is UNKNOWN and cost.parameters != cost.non_trainable:
        return replace(cost, non_trainable=None)
    return cost if trainable else replace(cost, non_trainable=cost.parameters)


@dataclass(frozen=True)
class InnerLayer:
    """A layer as an argument of another: ``TimeDistributed(Dense(8))``, ``RNN(LSTMCell(8))``."""

    name: str
    """The canonical name, ``keras.layers.Dense``."""

    config: Mapping[str, object]

    @property
    def kind(self) -> str:
        """The last part of the name, ``Dense``."""
        return self.name.rpartition(".")[2]

    def cost(self, inputs: tuple[Shape, ...], generation: int = 3) -> LayerCost | None:
        """What a call on inputs of these shapes costs; None where that is not known."""
        return layer_cost(self.name, self.config, inputs, generation)
