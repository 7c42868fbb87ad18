"""EinsumDense: a dense layer whose axes are named in an equation."""

from __future__ import annotations

import re

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import UNKNOWN
from keraslint.semantics.layers.cost import Dim
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.cost import Shape
from keraslint.semantics.layers.low_rank import adapted
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import UnsizedError
from keraslint.semantics.layers.sizes import agreed
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total

# The three forms that Keras takes: ab,bc->ac and ...b,bc->...c and ab...,bc->ac...
_EQUATIONS = (
    re.compile(r"()([a-zA-Z]+)(),([a-zA-Z]+)->([a-zA-Z]+)"),
    re.compile(r"(\.{3})([a-zA-Z]+)(),([a-zA-Z]+)->\.{3}([a-zA-Z]+)"),
    re.compile(r"()([a-zA-Z]{2,})(\.{3}),([a-zA-Z]+)->([a-zA-Z]+)\.{3}"),
)


@layer("EinsumDense")
def einsum_dense(call: LayerCall) -> LayerCost:
    """A kernel multiplied into some axes, as the equation says."""
    shape = call.input(least=2)
    equation = str(call.value("equation"))
    match = next(filter(None, (form.fullmatch(equation) for form in _EQUATIONS)), None)
    if match is None:
        raise UnsizedError("no such equation")
    left, incoming, right, weights, outgoing = match.groups()
    unnamed = len(shape) - len(incoming)
    if unnamed < 0 or (unnamed and not left and not right):
        raise UnsizedError("the equation names other axes")
    # Keras's output_shape leaves out the batch and every axis that the equation leaves out.
    between = shape[1:unnamed] if left else ()
    output = (
        shape[0],
        # Keras 3 turns these round when it works out the shape, and not when it runs.
        *(one if one == other else None for one, other in zip(between, between[::-1], strict=True)),
        *_target(call),
        *(shape[len(shape) - unnamed :] if right else ()),
    )
    first = unnamed if left else 0
    named_input = shape[first : first + len(incoming)]
    named_output = output[first : first + len(outgoing)]
    if len(output) != unnamed + len(outgoing):
        raise UnsizedError("the output has other axes")
    sizes = _sizes(incoming + outgoing, named_input + named_output)
    if not set(weights) <= sizes.keys():
        raise UnsizedError("an axis of the kernel has no size")
    kernel = [sizes[letter] for letter in weights]
    stored, frozen = adapted(call, product(*kernel), product(*kernel[:-1]), kernel[-1])
    samples = None if first else incoming[0]
    others = between if left else shape[len(incoming) :]
    return priced(
        output,
        parameters=total(stored, _bias(call, outgoing, sizes)),
        non_trainable=frozen,
        macs=product(*(size for letter, size in sizes.items() if letter != samples), *others),
    )


def _target(call: LayerCall) -> Shape:
    """The constructor's ``output_shape``, in which None stands for the size of the input."""
    written = call.value("output_shape")
    sizes: list[Dim] = []
    for size in written if isinstance(written, (tuple, list)) else (written,):
        if size is None or size is UNKNOWN:
            sizes.append(None)
        elif type(size) is int:
            sizes.append(size)
        else:
            raise UnsizedError(size)
    return tuple(sizes)


def _sizes(letters: str, sizes: Shape) -> dict[str, Dim]:
    """The size that each letter stands for."""
    found: dict[str, Dim] = {}
    for letter, size in zip(letters, sizes, strict=True):
        found[letter] = agreed((found.get(letter), size))
    return found


def _bias(call: LayerCall, outgoing: str, sizes: dict[str, Dim]) -> Dim:
    axes = call.raw("bias_axes", None)
    if axes is None:
        return 0
    if axes is UNKNOWN:
        return None
    if not isinstance(axes, str) or not set(axes) <= set(outgoing):
        raise UnsizedError(axes)
    return product(*(sizes[letter] for letter in set(axes)))
