"""Layers that leave the shape as it is: activations, noise, regularisation, masks."""

from __future__ import annotations

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product


@layer(
    "Activation",
    "ActivityRegularization",
    "AlphaDropout",
    "Dropout",
    "ELU",
    "GaussianDropout",
    "GaussianNoise",
    "Identity",
    "LeakyReLU",
    "Masking",
    "ReLU",
    "Softmax",
    "ThresholdedReLU",
)
def unchanged(call: LayerCall) -> LayerCost:
    """Anything that works on each number by itself and learns nothing."""
    return priced(call.input())


@layer("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
def spatial_dropout(call: LayerCall) -> LayerCost:
    """Dropout of whole channels."""
    return priced(call.input(rank=call.dimensions + 2))


@layer("PReLU")
def parametric_relu(call: LayerCall) -> LayerCost:
    """A slope for each number of a sample, shared along some axes."""
    shape = call.input(least=2)
    alone = () if call.raw("shared_axes", None) is None else call.axes("shared_axes", None, len(shape))
    slopes = (1 if axis in alone else size for axis, size in enumerate(shape) if axis)
    return priced(shape, parameters=product(*slopes))
