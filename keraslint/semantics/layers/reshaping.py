"""Layers that move, repeat, add or drop numbers and compute nothing."""

from __future__ import annotations

from collections.abc import Callable

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.convolution import Grid
from keraslint.semantics.layers.cost import UNKNOWN
from keraslint.semantics.layers.cost import Dim
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import UnsizedError
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total


@layer("Flatten")
def flatten(call: LayerCall) -> LayerCost:
    """All numbers of a sample on one axis."""
    batch, *rest = call.input()
    return priced((batch, product(*rest)))


@layer("Reshape")
def reshape(call: LayerCall) -> LayerCost:
    """The same numbers on other axes, of which one may be left open with -1."""
    batch, *rest = call.input()
    target = call.value("target_shape")
    if not isinstance(target, (tuple, list)) or target.count(-1) > 1:
        raise UnsizedError(target)
    numbers = product(*rest)
    if call.generation == 2 and None in target:
        raise UnsizedError("an axis without a size")
    sizes = tuple(_target_size(size) for size in target)
    named = product(*(size for size, written in zip(sizes, target, strict=True) if written != -1))
    if numbers is None or named is None:
        return priced((batch, *sizes))
    if numbers != named and (-1 not in target or named == 0 or numbers % named):
        raise UnsizedError("another count of numbers")
    filled = (
        numbers // named if written == -1 else size for size, written in zip(sizes, target, strict=True)
    )
    return priced((batch, *filled))


def _target_size(size: object) -> Dim:
    if size is UNKNOWN or size is None or size == -1:
        return None
    if type(size) is not int or size < 0:
        raise UnsizedError(size)
    return size


@layer("Permute")
def permute(call: LayerCall) -> LayerCost:
    """The axes of a sample in another order, counted from 1."""
    dims = call.value("dims")
    if not isinstance(dims, (tuple, list)):
        raise UnsizedError(dims)
    shape = call.input(rank=len(dims) + 1)
    if any(type(axis) is not int for axis in dims) or sorted(dims) != list(range(1, len(shape))):
        raise UnsizedError(dims)
    return priced((shape[0], *(shape[axis] for axis in dims)))


@layer("RepeatVector")
def repeat_vector(call: LayerCall) -> LayerCost:
    """A vector, so many times."""
    batch, width = call.input(rank=2)
    return priced((batch, call.size("n"), width))


@layer("UpSampling1D", "UpSampling2D", "UpSampling3D")
def up_sampling(call: LayerCall) -> LayerCost:
    """Each number so many times along each axis."""
    grid = Grid.of(call)
    factors = (call.size("size", 2),) if call.dimensions == 1 else call.sizes("size", call.dimensions, 2)
    spatial = tuple(product(size, factor) for size, factor in zip(grid.spatial, factors, strict=True))
    return priced(grid.shape(spatial, grid.channels))


@layer("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D")
def zero_padding(call: LayerCall) -> LayerCost:
    """Zeros before and after each axis."""
    return _with_margins(call, "padding", 1, total)


@layer("Cropping1D", "Cropping2D", "Cropping3D")
def cropping(call: LayerCall) -> LayerCost:
    """Numbers dropped before and after each axis."""
    return _with_margins(call, "cropping", 1 if call.dimensions != 2 else 0, _cropped)


def _cropped(size: Dim, before: Dim, after: Dim) -> Dim:
    if size is None or before is None or after is None:
        return None
    if size <= before + after:
        raise UnsizedError("nothing is left")
    return size - before - after


def _with_margins(
    call: LayerCall, name: str, default: int, change: Callable[[Dim, Dim, Dim], Dim]
) -> LayerCost:
    grid = Grid.of(call)
    margins = _margins(call, call.value(name, default))
    spatial = tuple(change(size, *margin) for size, margin in zip(grid.spatial, margins, strict=True))
    return priced(grid.shape(spatial, grid.channels))


def _margins(call: LayerCall, written: object) -> list[tuple[Dim, Dim]]:
    """What is written as 1, as (1, 2) or as ((1, 1), (2, 2)), in the last form."""
    if call.dimensions == 1 or not isinstance(written, (tuple, list)):
        return [_margin(written)] * call.dimensions
    if len(written) != call.dimensions:
        raise UnsizedError(written)
    return [_margin(part) for part in written]


def _margin(written: object) -> tuple[Dim, Dim]:
    parts = tuple(written) if isinstance(written, (tuple, list)) else (written, written)
    if len(parts) != 2:
        raise UnsizedError(written)
    before, after = (_margin_size(part) for part in parts)
    return before, after


def _margin_size(written: object) -> Dim:
    if written is UNKNOWN:
        return None
    if type(written) is not int or written < 0:
        raise UnsizedError(written)
    return written
