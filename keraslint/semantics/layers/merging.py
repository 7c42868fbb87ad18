"""Layers that make one tensor of several, and the functions of the same names."""

from __future__ import annotations

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import Dim
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.cost import Shape
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import UnsizedError
from keraslint.semantics.layers.sizes import agreed
from keraslint.semantics.layers.sizes import axis_of
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total


@layer(
    "Add",
    "Average",
    "Maximum",
    "Minimum",
    "Multiply",
    "Subtract",
    "add",
    "average",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
)
def merge(call: LayerCall) -> LayerCost:
    """Tensors combined number by number; axes of size one are stretched."""
    if not call.inputs or not all(call.inputs):
        raise UnsizedError("tensors are wanted")
    if call.kind.lower() == "subtract" and len(call.inputs) != 2:
        raise UnsizedError("two tensors are wanted")
    merged = call.inputs[0][1:]
    for shape in call.inputs[1:]:
        merged = _broadcast(merged, shape[1:])
    return priced((agreed(shape[0] for shape in call.inputs), *merged))


def _broadcast(one: Shape, other: Shape) -> Shape:
    long, short = (one, other) if len(one) >= len(other) else (other, one)
    lead = len(long) - len(short)
    return long[:lead] + tuple(map(_stretched, long[lead:], short))


def _stretched(one: Dim, other: Dim) -> Dim:
    if one is None or other is None:
        return None
    if one != other and 1 not in (one, other):
        raise UnsizedError("the sizes differ")
    return max(one, other)


@layer("Concatenate", "concatenate")
def concatenate(call: LayerCall) -> LayerCost:
    """Tensors one after the other along an axis, alike along all others."""
    if not call.inputs or len({len(shape) for shape in call.inputs}) > 1:
        raise UnsizedError("tensors of one rank are wanted")
    first = call.inputs[0]
    joined = axis_of(call.value("axis", -1), len(first))
    for axis in range(len(first)):
        if axis != joined:
            agreed(shape[axis] for shape in call.inputs)
    length = total(*(shape[joined] for shape in call.inputs))
    return priced((*first[:joined], length, *first[joined + 1 :]))


@layer("Dot", "dot")
def dot(call: LayerCall) -> LayerCost:
    """The scalar products of two tensors' vectors, sample by sample."""
    if len(call.inputs) != 2:
        raise UnsizedError("two tensors are wanted")
    one, other = call.inputs
    axes = call.value("axes")
    pair = axes if isinstance(axes, (tuple, list)) else (axes, axes)
    if len(pair) != 2 or len(one) < 2 or len(other) < 2:
        raise UnsizedError(axes)
    along, across = axis_of(pair[0], len(one)), axis_of(pair[1], len(other))
    if 0 in (along, across):
        raise UnsizedError("samples are not mixed")
    length = agreed((one[along], other[across]))
    rest = one[1:along] + one[along + 1 :] + other[1:across] + other[across + 1 :]
    return priced((one[0], *(rest or (1,))), macs=product(length, *rest))
