"""Arithmetic with sizes of which some are not known: unknown in, unknown out."""

from __future__ import annotations

from collections.abc import Iterable

from keraslint.semantics.layers.cost import Dim
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.cost import Shape


class UnsizedError(Exception):
    """Nothing can be said of a call: its configuration is not known, or Keras would refuse it."""


def product(*sizes: Dim) -> Dim:
    """The product, if every factor is known."""
    result = 1
    for size in sizes:
        if size is None:
            return None
        result *= size
    return result


def total(*sizes: Dim) -> Dim:
    """The sum, if every term is known."""
    result = 0
    for size in sizes:
        if size is None:
            return None
        result += size
    return result


def given(condition: bool | None, size: Dim) -> Dim:
    """The size where the condition holds, else 0; unknown where the condition is."""
    if condition is None:
        return None
    return size if condition else 0


def agreed(sizes: Iterable[Dim]) -> Dim:
    """The size that all the known ones agree on; no cost where two of them differ."""
    known = {size for size in sizes if size is not None}
    if len(known) > 1:
        raise UnsizedError(known)
    return known.pop() if known else None


def axis_of(axis: object, rank: int) -> int:
    """An axis counted from the front; no cost where the tensor has no such axis."""
    if type(axis) is not int or not -rank <= axis < rank:
        raise UnsizedError(axis)
    return axis % rank


def priced(
    *outputs: Shape,
    parameters: Dim = 0,
    non_trainable: Dim = 0,
    macs: Dim = 0,
) -> LayerCost:
    """The cost of a call with these outputs."""
    return LayerCost(
        output=outputs[0] if len(outputs) == 1 else outputs,
        parameters=parameters,
        non_trainable=non_trainable,
        macs=macs,
        activations=total(*(product(*shape[1:]) for shape in outputs)),
    )
