"""Layers around other layers."""

from __future__ import annotations

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.cost import Shape
from keraslint.semantics.layers.registry import InnerLayer
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sized import Sized
from keraslint.semantics.layers.sizes import UnsizedError
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total

_RECURRENT = frozenset(
    ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "CuDNNGRU", "CuDNNLSTM", "GRU", "LSTM", "RNN", "SimpleRNN")
)

_KERNEL_WIDTHS = {
    "Conv1D": "filters",
    "Conv2D": "filters",
    "Conv3D": "filters",
    "Dense": "units",
    "Embedding": "output_dim",
}
"""Which parameter is the last axis of a layer's kernel."""


def _cost_of(call: LayerCall, inner: object, shape: Shape) -> LayerCost:
    """What the inner layer costs on an input of this shape."""
    if not isinstance(inner, Sized):
        raise UnsizedError(inner)
    cost = inner.cost((shape,), call.generation)
    if cost is None:
        raise UnsizedError(inner)
    return cost


@layer("TimeDistributed")
def time_distributed(call: LayerCall) -> LayerCost:
    """The same layer at each time step."""
    batch, steps, *rest = call.input(least=3)
    cost = _cost_of(call, call.value("layer"), (batch, *rest))
    if len(cost.outputs) > 1:
        raise UnsizedError("one output is wanted")
    return priced(
        (batch, steps, *cost.outputs[0][1:]),
        parameters=cost.parameters,
        non_trainable=cost.non_trainable,
        macs=product(steps, cost.macs),
    )


@layer("Bidirectional")
def bidirectional(call: LayerCall) -> LayerCost:
    """A recurrent layer read from both ends."""
    shape = call.first_input(least=3)
    forward = _recurrent(call.value("layer"))
    backward = forward
    if call.raw("backward_layer", None) is not None:
        backward = _recurrent(call.value("backward_layer"))
        if bool(forward.config.get("go_backwards")) is bool(backward.config.get("go_backwards")):
            raise UnsizedError("both go the same way")
    ahead, behind = _cost_of(call, forward, shape), _cost_of(call, backward, shape)
    if ahead.outputs != behind.outputs:
        raise UnsizedError("the outputs differ")
    sequence, *states = ahead.outputs
    merged: tuple[Shape, ...]
    if call.value("merge_mode", "concat") is None:
        merged = (sequence, sequence)
    elif call.word("merge_mode", "concat", ("sum", "mul", "ave", "concat")) == "concat":
        merged = ((*sequence[:-1], product(2, sequence[-1])),)
    else:
        merged = (sequence,)
    return priced(
        *merged,
        *states,
        *states,
        parameters=total(ahead.parameters, behind.parameters),
        non_trainable=total(ahead.non_trainable, behind.non_trainable),
        macs=total(ahead.macs, behind.macs),
    )


def _recurrent(inner: object) -> InnerLayer:
    if not isinstance(inner, InnerLayer) or inner.kind not in _RECURRENT:
        raise UnsizedError(inner)
    return inner


@layer("SpectralNormalization")
def spectral_normalisation(call: LayerCall) -> LayerCost:
    """A layer whose kernel is kept at a norm of one, with a vector that estimates it."""
    inner = call.value("layer")
    if not isinstance(inner, InnerLayer) or inner.kind not in _KERNEL_WIDTHS:
        raise UnsizedError(inner)
    cost = _cost_of(call, inner, call.input())
    estimate = LayerCall(inner.kind, inner.config, (), call.generation).size(_KERNEL_WIDTHS[inner.kind])
    return priced(
        *cost.outputs,
        parameters=total(cost.parameters, estimate),
        non_trainable=total(cost.non_trainable, estimate),
        macs=cost.macs,
    )


@layer("Pipeline")
def pipeline(call: LayerCall) -> LayerCost:
    """Layers one after the other."""
    shape = call.input()
    costs = []
    layers = call.value("layers")
    if not isinstance(layers, (tuple, list)):
        raise UnsizedError(layers)
    for inner in layers:
        costs.append(_cost_of(call, inner, shape))
        if len(costs[-1].outputs) > 1:
            raise UnsizedError("one output is wanted")
        shape = costs[-1].outputs[0]
    return priced(
        shape,
        parameters=total(*(cost.parameters for cost in costs)),
        non_trainable=total(*(cost.non_trainable for cost in costs)),
        macs=total(*(cost.macs for cost in costs)),
    )
