"""The convolutions of a model, with what decides whether one is too large for its place."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.lowering.ir import Site

if TYPE_CHECKING:
    from keraslint.semantics.model.architecture import Architecture
    from keraslint.semantics.model.architecture import Layer

_DENSE = ("Conv1D", "Conv2D", "Conv3D")
_CONVOLUTIONS = (*_DENSE, "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
_BYTES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """A convolution as its model applies it. ``scale`` is its input's height over the model's input's."""

    layer: Layer
    scale: float | None

    @property
    def name(self) -> str:
        """The class's name: ``Conv2D``."""
        return self.layer.name

    @property
    def at(self) -> Site:
        """The call that made the layer."""
        assert self.layer.call is not None
        return self.layer.call.name_site

    @property
    def filters(self) -> int:
        """How many filters it has."""
        filters = self.layer.config.get("filters")
        assert isinstance(filters, int)
        return filters

    @property
    def filters_at(self) -> Site | None:
        """The number of filters where the constructor call holds it as a literal."""
        assert self.layer.call is not None
        given = argument(self.layer.call, "filters")
        return given.at if given.is_literal else None

    @property
    def channels(self) -> int | None:
        """How many channels its input has."""
        shape = self.layer.inputs[0]
        if shape is None:
            return None
        return shape[1] if self.layer.config.get("data_format") == "channels_first" else shape[-1]

    @property
    def sources(self) -> int | None:
        """How many channels its input has, where an axis that the kernel spans whole counts as channels too."""
        shape, kernel = self.layer.inputs[0], self.kernel
        if shape is None or self.channels is None or kernel is None:
            return self.channels
        channels_first = self.layer.config.get("data_format") == "channels_first"
        sizes = shape[2:] if channels_first else shape[1:-1]
        spanned = [
            size for size, width in zip(sizes, kernel, strict=True) if size is not None and width >= size
        ]
        return self.channels * prod(spanned)

    @property
    def kernel(self) -> tuple[int, ...] | None:
        """The sizes of its kernel."""
        return _sizes(self.layer.config.get("kernel_size"), self._rank)

    @property
    def _rank(self) -> int:
        return int(self.name[4])

    @property
    def weights(self) -> int | None:
        """How many weights its kernel has."""
        if self.kernel is None or self.channels is None:
            return None
        return prod(self.kernel) * self.channels * self.filters

    @property
    def is_dense(self) -> bool:
        """Whether it is a plain convolution: not transposed, not grouped, and wider than 1x1."""
        groups = self.layer.config.get("groups", 1)
        return self.name in _DENSE and groups == 1 and self.kernel is not None and max(self.kernel) >= 2

    @property
    def is_patch_embedding(self) -> bool:
        """Whether its strides are as large as its kernel: each patch is seen once."""
        strides = _sizes(self.layer.config.get("strides", 1), self._rank)
        return self.kernel is None or strides is None or max(strides) >= max(self.kernel)

    def cost(self, architecture: Architecture) -> str:
        """Its parameters, multiply-accumulates and activation memory, and the share of those from here on."""
        layer = self.layer
        parts = []
        if layer.parameters is not None:
            parts.append(f"{layer.parameters:,} parameters")
        if layer.macs is not None:
            parts.append(f"{_short(layer.macs)} multiply-accumulates")
        if layer.activations is not None:
            parts.append(f"{_mebibytes(layer.activations * _BYTES)} of activations a sample")
        if not parts:
            return "its cost depends on the input"
        return ", ".join(parts) + self._share(architecture)

    def _share(self, architecture: Architecture) -> str:
        """What the stack from this layer on is of the whole model: a wide layer costs most in the next one."""
        if not architecture.parameters or not architecture.macs:
            return ""
        stack = [each.layer for each in architecture.convolutions]
        after = stack[[id(layer) for layer in stack].index(id(self.layer)) :]
        parameters = sum(layer.parameters or 0 for layer in after)
        macs = sum(layer.macs or 0 for layer in after)
        return (
            f"; from here on the convolutions hold {100 * parameters / architecture.parameters:.0f} % of the model's "
            f"{architecture.parameters:,} parameters and {100 * macs / architecture.macs:.0f} % of its "
            f"{_short(architecture.macs)} multiply-accumulates"
        )


def convolutions(architecture: Architecture) -> tuple[Convolution, ...]:
    """The convolutions of known width, in the order of their application."""
    first = next((layer.inputs[0] for layer in architecture.layers if layer.inputs and layer.inputs[0]), None)
    whole = _height(first)
    found = []
    for layer in architecture.layers:
        known = isinstance(layer.config.get("filters"), int) and layer.call is not None
        if layer.name in _CONVOLUTIONS and known and layer.inputs:
            own = _height(layer.inputs[0])
            found.append(Convolution(layer, own / whole if own and whole else None))
    return tuple(found)


def _height(shape: tuple[int | None, ...] | None) -> int | None:
    return shape[1] if shape is not None and len(shape) > 2 else None


def _sizes(value: object, rank: int) -> tuple[int, ...] | None:
    if isinstance(value, int):
        return (value,) * rank
    if isinstance(value, (tuple, list)) and value and all(isinstance(size, int) for size in value):
        return tuple(value)
    return None


def _short(number: int) -> str:
    if number >= 1_000_000_000:
        return f"{number / 1e9:,.1f} G"
    return f"{number / 1e6:,.1f} M" if number >= 100_000 else f"{number:,}"


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MiB" if size >= 2**20 / 10 else f"{size / 2**10:,.0f} KiB"
