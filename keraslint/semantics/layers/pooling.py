"""Pooling layers; they have no weights and multiply nothing."""

from __future__ import annotations

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.convolution import PADDINGS
from keraslint.semantics.layers.convolution import Grid
from keraslint.semantics.layers.convolution import Window
from keraslint.semantics.layers.convolution import slid
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import priced


@layer(
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
)
def pooling(call: LayerCall) -> LayerCost:
    """The maximum or the average of each window."""
    rank = call.dimensions
    sizes = call.sizes("pool_size", rank, 2)
    strides = sizes if call.raw("strides", None) is None else call.sizes("strides", rank)
    padding = call.word("padding", "valid", PADDINGS, any_case=call.generation == 2)
    grid = Grid.of(call)
    moves = tuple(Window(size, stride) for size, stride in zip(sizes, strides, strict=True))
    return priced(grid.shape(slid(grid, moves, padding), grid.channels))


@layer(
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
)
def global_pooling(call: LayerCall) -> LayerCost:
    """The maximum or the average of each channel."""
    grid = Grid.of(call)
    if call.settled("keepdims", False):
        return priced(grid.shape((1,) * call.dimensions, grid.channels))
    return priced((grid.batch, grid.channels))


@layer(
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
)
def adaptive_pooling(call: LayerCall) -> LayerCost:
    """Pooling into a grid of a given size."""
    grid = Grid.of(call)
    return priced(grid.shape(call.sizes("output_size", call.dimensions), grid.channels))
