"""Recurrent layers and the cells that they are made of."""

from __future__ import annotations

from dataclasses import dataclass

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.convolution import PADDINGS
from keraslint.semantics.layers.convolution import Grid
from keraslint.semantics.layers.convolution import slid
from keraslint.semantics.layers.convolution import windows
from keraslint.semantics.layers.cost import Dim
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.cost import Shape
from keraslint.semantics.layers.registry import InnerLayer
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import UnsizedError
from keraslint.semantics.layers.sizes import given
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total

_GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4, "CuDNNGRU": 3, "CuDNNLSTM": 4}
_STATES = {"SimpleRNN": 1, "GRU": 1, "LSTM": 2, "CuDNNGRU": 1, "CuDNNLSTM": 2}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a recurrent layer does at one time step."""

    units: Dim
    """Width of the output, and of each state."""

    states: int
    """How many states are carried to the next step."""

    weights: Dim
    """Weights of the matrices: each is used once a step."""

    biases: Dim

    @classmethod
    def of(cls, call: LayerCall, features: Dim) -> Cell:
        """The cell of a layer such as ``LSTM``, or of an ``LSTMCell``, for inputs of this width."""
        kind = call.kind.removesuffix("Cell")
        units = call.size("units")
        gates = product(_GATES[kind], units)
        sets = total(1, given(_has_second_bias(kind, call), 1))
        return cls(
            units=units,
            states=_STATES[kind],
            weights=product(gates, total(features, units)),
            biases=given(call.flag("use_bias", True), product(gates, sets)),
        )


def _has_second_bias(kind: str, call: LayerCall) -> bool | None:
    """Whether the recurrent part has biases of its own."""
    if kind == "GRU":
        return call.flag("reset_after", True)
    return kind.startswith("CuDNN")


@layer("CuDNNGRU", "CuDNNLSTM", "GRU", "LSTM", "SimpleRNN")
def recurrent(call: LayerCall) -> LayerCost:
    """One of the layers with a cell of its own."""
    return _unrolled(call, [Cell.of(call, call.first_input(rank=3)[-1])])


@layer("RNN")
def recurrent_with_cells(call: LayerCall) -> LayerCost:
    """A recurrent layer around a cell, or around several on top of one another."""
    features = call.first_input(rank=3)[-1]
    cells = []
    for inner in _flat_cells(call.value("cell")):
        cells.append(Cell.of(LayerCall(inner.kind, inner.config, call.inputs, call.generation), features))
        features = cells[-1].units
    return _unrolled(call, cells)


def _flat_cells(cell: object) -> list[InnerLayer]:
    if isinstance(cell, (tuple, list)) and cell:
        return [inner for part in cell for inner in _flat_cells(part)]
    if not isinstance(cell, InnerLayer):
        raise UnsizedError(cell)
    if cell.kind == "StackedRNNCells":
        return _flat_cells(cell.config.get("cells"))
    if cell.kind.removesuffix("Cell") not in ("SimpleRNN", "GRU", "LSTM") or not cell.kind.endswith("Cell"):
        raise UnsizedError(cell)
    return [cell]


def _unrolled(call: LayerCall, cells: list[Cell]) -> LayerCost:
    if call.generation == 2 and call.settled("time_major", False):
        raise UnsizedError("the batch is not the first axis")
    batch, steps, _ = call.first_input(rank=3)
    width = cells[-1].units
    outputs: list[Shape] = [
        (batch, steps, width) if call.settled("return_sequences", False) else (batch, width)
    ]
    if call.settled("return_state", False):
        if len(cells) > 1 and any(cell.states > 1 for cell in cells):
            raise UnsizedError("states are nested")
        outputs += [(batch, cell.units) for cell in cells for _ in range(cell.states)]
    weights = total(*(cell.weights for cell in cells))
    return priced(
        *outputs,
        parameters=total(weights, *(cell.biases for cell in cells)),
        macs=product(steps, weights),
    )


@layer("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
def convolutional_recurrent(call: LayerCall) -> LayerCost:
    """An LSTM whose products are convolutions: strided ones of the input, plain ones of the state."""
    batch, steps, *rest = call.first_input(rank=call.dimensions + 3)
    grid = Grid.in_format(call, (batch, *rest))
    moves = windows(call)
    spatial = slid(grid, moves, call.word("padding", "valid", PADDINGS, any_case=True))
    filters = call.size("filters")
    gates = product(4, filters)
    kernels = product(total(grid.channels, filters), gates, *(move.size for move in moves))
    state = grid.shape(spatial, filters)
    outputs = [(batch, steps, *state[1:]) if call.settled("return_sequences", False) else state]
    if call.settled("return_state", False):
        outputs += [state, state]
    return priced(
        *outputs,
        parameters=total(kernels, given(call.flag("use_bias", True), gates)),
        macs=product(steps, kernels, *spatial),
    )
