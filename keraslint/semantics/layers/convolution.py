"""Convolutions: ordinary, transposed, depthwise and separable ones.

Multiply-accumulates are those of the definition: each output number takes one for each
weight that reaches it. A transposed convolution does the same work seen from its input.
"""

from __future__ import annotations

from dataclasses import dataclass

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import Dim
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.cost import Shape
from keraslint.semantics.layers.low_rank import adapted
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import UnsizedError
from keraslint.semantics.layers.sizes import given
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total

PADDINGS = ("valid", "same")
"""How most layers may treat the rim of their input."""

_CAUSAL_TOO = (*PADDINGS, "causal")


@dataclass(frozen=True, slots=True)
class Grid:
    """A tensor as convolutions see it: a batch of grids of channels."""

    batch: Dim
    spatial: tuple[Dim, ...]
    channels: Dim
    channels_first: bool

    @classmethod
    def of(cls, call: LayerCall) -> Grid:
        """The input of a call whose layer is named after its number of spatial axes."""
        return cls.in_format(call, call.input(rank=call.dimensions + 2))

    @classmethod
    def in_format(cls, call: LayerCall, shape: Shape) -> Grid:
        """A tensor of this shape, in the format that a call's layer is set to."""
        if call.channels_first():
            return cls(shape[0], shape[2:], shape[1], True)
        return cls(shape[0], shape[1:-1], shape[-1], False)

    def shape(self, spatial: tuple[Dim, ...], channels: Dim) -> Shape:
        """The shape of a tensor of the same format with other sizes."""
        if self.channels_first:
            return (self.batch, channels, *spatial)
        return (self.batch, *spatial, channels)


@dataclass(frozen=True, slots=True)
class Window:
    """How a kernel moves over one axis."""

    size: Dim
    stride: Dim
    dilation: Dim = 1

    @property
    def reach(self) -> Dim:
        """How many numbers along the axis the kernel spans, gaps included."""
        if self.size is None or self.dilation is None:
            return None
        return (self.size - 1) * self.dilation + 1

    def positions(self, size: Dim, padding: str) -> Dim:
        """How many steps the kernel makes along an axis of this size."""
        if size is None or self.stride is None:
            return None
        if padding != "valid":
            return (size - 1) // self.stride + 1
        if self.reach is None:
            return None
        if size < self.reach:
            raise UnsizedError("the kernel is larger than its input")
        return (size - self.reach) // self.stride + 1

    def spread(self, size: Dim, padding: str) -> Dim:
        """The size that the transposed convolution makes of an axis of this size."""
        if size is None or self.stride is None:
            return None
        if padding == "same":
            return size * self.stride
        if self.reach is None:
            return None
        return (size - 1) * self.stride + max(self.reach, self.stride)

    def spread_with(self, output_padding: Dim, size: Dim, padding: str) -> Dim:
        """As :meth:`spread`, where the program says how much is added at the end."""
        if size is None or self.stride is None or self.reach is None or output_padding is None:
            return None
        if output_padding >= self.stride:
            raise UnsizedError("output_padding must be smaller than the stride")
        overhang = self.reach if padding == "valid" else self.reach % 2
        return (size - 1) * self.stride + overhang + output_padding


def windows(call: LayerCall) -> tuple[Window, ...]:
    """How the kernel of a convolution moves, axis by axis."""
    rank = call.dimensions
    kernel = call.sizes("kernel_size", rank)
    strides = call.sizes("strides", rank, 1)
    dilations = call.sizes("dilation_rate", rank, 1)
    moves = tuple(Window(*axis) for axis in zip(kernel, strides, dilations, strict=True))
    # Keras 3 lets depthwise layers with both be built; what they do depends on the backend.
    exclusive = call.generation == 2 or not call.kind.startswith(("Depthwise", "Separable"))
    if exclusive and any(map(_exceeds_one, strides)) and any(map(_exceeds_one, dilations)):
        raise UnsizedError("strides and dilation exclude one another")
    return moves


def _exceeds_one(size: Dim) -> bool:
    return size is not None and size > 1


def slid(grid: Grid, moves: tuple[Window, ...], padding: str) -> tuple[Dim, ...]:
    """The spatial sizes that are left where kernels have moved over a grid."""
    return tuple(move.positions(size, padding) for move, size in zip(moves, grid.spatial, strict=True))


@layer("Conv1D", "Conv2D", "Conv3D", "Convolution1D", "Convolution2D", "Convolution3D")
def convolution(call: LayerCall) -> LayerCost:
    """An ordinary convolution, in groups or not."""
    grid = Grid.of(call)
    moves = windows(call)
    padding = call.word("padding", "valid", _CAUSAL_TOO if call.dimensions == 1 else PADDINGS, any_case=True)
    filters = call.size("filters")
    groups = call.size("groups", 1)
    for channels in (grid.channels, filters):
        if channels is not None and groups is not None and channels % groups:
            raise UnsizedError("the groups do not divide the channels")
    incoming = None if grid.channels is None or groups is None else grid.channels // groups
    spatial = slid(grid, moves, padding)
    field = product(incoming, *(move.size for move in moves))
    kernel = product(field, filters)
    bias = given(call.flag("use_bias", True), filters)
    weights, frozen = adapted(call, kernel, field, filters)
    return priced(
        grid.shape(spatial, filters),
        parameters=total(weights, bias),
        non_trainable=frozen,
        macs=product(kernel, *spatial),
    )


@layer(
    "Conv1DTranspose",
    "Conv2DTranspose",
    "Conv3DTranspose",
    "Convolution1DTranspose",
    "Convolution2DTranspose",
    "Convolution3DTranspose",
)
def transposed(call: LayerCall) -> LayerCost:
    """A convolution run backwards, which enlarges its input."""
    grid = Grid.of(call)
    moves = windows(call)
    if call.generation == 2 and call.dimensions == 3 and any(_exceeds_one(move.dilation) for move in moves):
        raise UnsizedError("Keras 2 takes no notice of the dilation")
    padding = call.word("padding", "valid", PADDINGS, any_case=True)
    axes = tuple(zip(moves, grid.spatial, strict=True))
    if call.raw("output_padding", None) is None:
        spatial = tuple(move.spread(size, padding) for move, size in axes)
    else:
        extras = call.sizes("output_padding", call.dimensions, least=0)
        spatial = tuple(
            move.spread_with(extra, size, padding) for extra, (move, size) in zip(extras, axes, strict=True)
        )
    filters = call.size("filters")
    kernel = product(grid.channels, filters, *(move.size for move in moves))
    return priced(
        grid.shape(spatial, filters),
        parameters=total(kernel, given(call.flag("use_bias", True), filters)),
        macs=product(kernel, *grid.spatial),
    )


@layer("DepthwiseConv1D", "DepthwiseConv2D")
def depthwise(call: LayerCall) -> LayerCost:
    """A convolution of each channel by itself."""
    grid = Grid.of(call)
    moves = windows(call)
    spatial = slid(grid, moves, call.word("padding", "valid", PADDINGS, any_case=True))
    channels = product(grid.channels, call.size("depth_multiplier", 1))
    kernel = product(channels, *(move.size for move in moves))
    return priced(
        grid.shape(spatial, channels),
        parameters=total(kernel, given(call.flag("use_bias", True), channels)),
        macs=product(kernel, *spatial),
    )


@layer("SeparableConv1D", "SeparableConv2D", "SeparableConvolution1D", "SeparableConvolution2D")
def separable(call: LayerCall) -> LayerCost:
    """A depthwise convolution and then a mixture of the channels at each place."""
    grid = Grid.of(call)
    moves = windows(call)
    causal = call.generation == 2 and call.dimensions == 1
    spatial = slid(
        grid, moves, call.word("padding", "valid", _CAUSAL_TOO if causal else PADDINGS, any_case=True)
    )
    filters = call.size("filters")
    channels = product(grid.channels, call.size("depth_multiplier", 1))
    kernels = total(product(channels, *(move.size for move in moves)), product(channels, filters))
    return priced(
        grid.shape(spatial, filters),
        parameters=total(kernels, given(call.flag("use_bias", True), filters)),
        macs=product(kernels, *spatial),
    )


@layer("LocallyConnected1D", "LocallyConnected2D")
def locally_connected(call: LayerCall) -> LayerCost:
    """A convolution with other weights at each place."""
    if call.value("implementation", 1) != 1:
        raise UnsizedError("the weights are stored with those that are zero")
    grid = Grid.of(call)
    rank = call.dimensions
    moves = tuple(
        Window(*axis)
        for axis in zip(call.sizes("kernel_size", rank), call.sizes("strides", rank, 1), strict=True)
    )
    spatial = slid(grid, moves, call.word("padding", "valid", ("valid",), any_case=True))
    filters = call.size("filters")
    outputs = product(filters, *spatial)
    kernel = product(outputs, grid.channels, *(move.size for move in moves))
    return priced(
        grid.shape(spatial, filters),
        parameters=total(kernel, given(call.flag("use_bias", True), outputs)),
        macs=kernel,
    )
