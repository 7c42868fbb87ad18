"""Normalisation layers."""

from __future__ import annotations

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import axis_of
from keraslint.semantics.layers.sizes import given
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total


@layer("BatchNormalization")
def batch_normalisation(call: LayerCall) -> LayerCost:
    """Scale and offset for each channel, and moving statistics that are not trained."""
    shape = call.input(least=2)
    axis = call.value("axis", -1)
    axes = axis if call.generation == 2 and isinstance(axis, (tuple, list)) else (axis,)
    channels = product(*(shape[axis_of(each, len(shape))] for each in axes))
    statistics = total(product(2, channels), given(call.flag("renorm", False), product(3, channels)))
    return priced(
        shape,
        parameters=total(
            statistics,
            given(call.flag("scale", True), channels),
            given(call.flag("center", True), channels),
        ),
        non_trainable=statistics,
    )
