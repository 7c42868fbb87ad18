"""Normalisation layers; their arithmetic is counted as none."""

from __future__ import annotations

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import UnsizedError
from keraslint.semantics.layers.sizes import axis_of
from keraslint.semantics.layers.sizes import given
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total


@layer("BatchNormalization", "SyncBatchNormalization", "experimental.SyncBatchNormalization")
def batch_normalisation(call: LayerCall) -> LayerCost:
    """Scale and offset for each channel, and moving statistics that are not trained."""
    shape = call.input(least=2)
    if call.generation == 3 and isinstance(call.value("axis", -1), (tuple, list)):
        raise UnsizedError("one axis only")
    axes = call.axes("axis", -1, len(shape))
    channels = product(*(shape[axis] for axis in axes))
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


@layer("LayerNormalization")
def layer_normalisation(call: LayerCall) -> LayerCost:
    """Scale and offset for each number along the axes that are normalised."""
    shape = call.input(least=2)
    numbers = product(*(shape[axis] for axis in call.axes("axis", -1, len(shape))))
    if call.generation == 3 and call.settled("rms_scaling", False):
        return priced(shape, parameters=numbers)
    return priced(
        shape,
        parameters=total(
            given(call.flag("scale", True), numbers),
            given(call.flag("center", True), numbers),
        ),
    )


@layer("RMSNormalization")
def rms_normalisation(call: LayerCall) -> LayerCost:
    """A scale for each number along the axes that are normalised."""
    shape = call.input(least=2)
    return priced(shape, parameters=product(*(shape[axis] for axis in call.axes("axis", -1, len(shape)))))


@layer("GroupNormalization")
def group_normalisation(call: LayerCall) -> LayerCost:
    """Scale and offset for each channel; channels are normalised in groups."""
    shape = call.input(least=2)
    channels = shape[axis_of(call.value("axis", -1), len(shape))]
    groups = None if call.raw("groups", 32) == -1 else call.size("groups", 32)
    if channels is not None and groups is not None and channels % groups:
        raise UnsizedError("the groups do not divide the channels")
    return priced(
        shape,
        parameters=total(
            given(call.flag("scale", True), channels),
            given(call.flag("center", True), channels),
        ),
    )


@layer("UnitNormalization")
def unit_normalisation(call: LayerCall) -> LayerCost:
    """Vectors of length one; nothing is learnt."""
    shape = call.input()
    call.axes("axis", -1, len(shape))
    return priced(shape)
