"""Shapes, parameters and costs of Keras layers, by a small function for each family."""

from keraslint.semantics.layers import attention
from keraslint.semantics.layers import convolution
from keraslint.semantics.layers import core
from keraslint.semantics.layers import einsum
from keraslint.semantics.layers import elementwise
from keraslint.semantics.layers import images
from keraslint.semantics.layers import merging
from keraslint.semantics.layers import normalisation
from keraslint.semantics.layers import pooling
from keraslint.semantics.layers import preprocessing
from keraslint.semantics.layers import recurrent
from keraslint.semantics.layers import reshaping
from keraslint.semantics.layers import wrappers
from keraslint.semantics.layers.cost import UNKNOWN
from keraslint.semantics.layers.cost import Dim
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.cost import Shape
from keraslint.semantics.layers.cost import Unknown
from keraslint.semantics.layers.registry import InnerLayer
from keraslint.semantics.layers.registry import known_layers
from keraslint.semantics.layers.registry import layer_cost
from keraslint.semantics.layers.sized import Sized

# A family's layers are registered when its module is imported.
FAMILIES = (
    attention,
    convolution,
    core,
    einsum,
    elementwise,
    images,
    merging,
    normalisation,
    pooling,
    preprocessing,
    recurrent,
    reshaping,
    wrappers,
)

__all__ = [
    "FAMILIES",
    "UNKNOWN",
    "Dim",
    "InnerLayer",
    "LayerCost",
    "Shape",
    "Sized",
    "Unknown",
    "known_layers",
    "layer_cost",
]
