import pytest

from keraslint.semantics.layers import InnerLayer
from keraslint.semantics.layers import layer_cost

KINDS = ["GRU", "LSTM", "SimpleRNN"]


def cell(kind, **config):
    return InnerLayer(f"keras.layers.{kind}Cell", config)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "config",
    [
        {},
        {"return_sequences": True},
        {"return_sequences": True, "return_state": True, "go_backwards": True},
        {"return_state": True, "use_bias": False},
        {"trainable": False},
    ],
)
def test_recurrent_layers(agrees, kind, config):
    agrees(kind, {"units": 6, **config}, (None, 5, 4), generations=(3,))


@pytest.mark.parametrize("kind", KINDS)
def test_recurrent_layers_of_keras_2(agrees, kind):
    agrees(kind, {"units": 6, "return_sequences": True, "return_state": True}, (None, 5, 4), generations=(2,))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(None, None, 4), (None, 4)])
def test_shapes(agrees, kind, shape):
    agrees(kind, {"units": 6}, shape)


def test_a_gru_without_biases_of_its_state(agrees):
    agrees("GRU", {"units": 6, "reset_after": False}, (None, 5, 4))


def test_states_as_inputs(agrees):
    agrees("LSTM", {"units": 6}, (None, 5, 4), (None, 6), (None, 6))


def test_states_kept_from_batch_to_batch(agrees):
    agrees("LSTM", {"units": 6, "stateful": True}, (2, 5, 4), generations=(3,))


@pytest.mark.parametrize(
    "config",
    [
        {"cell": cell("LSTM", units=5), "return_sequences": True},
        {"cell": [cell("GRU", units=5), cell("GRU", units=3, use_bias=False)], "return_state": True},
        {"cell": [cell("LSTM", units=5), cell("SimpleRNN", units=3)]},
        {
            "cell": InnerLayer(
                "keras.layers.StackedRNNCells", {"cells": [cell("GRU", units=5), cell("LSTM", units=3)]}
            )
        },
    ],
)
def test_cells(agrees, config):
    agrees("RNN", config, (None, 5, 4))


def test_a_cell_of_ones_own_is_not_known():
    assert (
        layer_cost("keras.layers.RNN", {"cell": InnerLayer("model.MyCell", {"units": 3})}, ((None, 5, 4),))
        is None
    )


@pytest.mark.parametrize(
    "config",
    [
        {"padding": "same", "return_sequences": True},
        {"strides": 2, "return_state": True, "use_bias": False},
        {"dilation_rate": 2, "data_format": "channels_first"},
    ],
)
@pytest.mark.parametrize(("axes", "shape"), [(1, (None, 4, 7, 6)), (2, (None, 4, 7, 6, 5))])
def test_convolutional_recurrent_layers(agrees, config, axes, shape):
    agrees(f"ConvLSTM{axes}D", {"filters": 3, "kernel_size": 3, **config}, shape, generations=(3,))


def test_convolutional_recurrent_layers_of_volumes(agrees):
    agrees("ConvLSTM3D", {"filters": 3, "kernel_size": 3}, (None, 2, 7, 6, 5, 2), generations=(3,))
    agrees("ConvLSTM2D", {"filters": 3, "kernel_size": 3}, (None, None, 7, 6, 5), generations=(2,))


@pytest.mark.parametrize(
    ("kind", "config", "macs"),
    [
        ("SimpleRNN", {"units": 6}, 5 * 6 * (4 + 6)),
        ("GRU", {"units": 6}, 5 * 3 * 6 * (4 + 6)),
        ("LSTM", {"units": 6, "return_sequences": True}, 5 * 4 * 6 * (4 + 6)),
        ("RNN", {"cell": [cell("LSTM", units=6), cell("GRU", units=3)]}, 5 * (24 * 10 + 9 * 9)),
    ],
)
def test_multiply_accumulates(kind, config, macs):
    assert layer_cost(f"keras.layers.{kind}", config, ((None, 5, 4),)).macs == macs


def test_multiply_accumulates_of_convolutional_layers():
    cost = layer_cost("keras.layers.ConvLSTM2D", {"filters": 3, "kernel_size": 3}, ((None, 4, 7, 6, 5),))
    # At 5 x 4 places and 4 steps, four gates of 3 channels see 3 x 3 x 5 inputs and 3 x 3 x 3 states.
    assert cost.macs == 4 * 20 * 12 * (45 + 27)


def test_time_on_the_first_axis_is_not_read():
    config = {"units": 6, "time_major": True}
    assert layer_cost("keras.layers.LSTM", config, ((5, None, 4),), generation=2) is None


@pytest.mark.parametrize(("kind", "gates"), [("CuDNNGRU", 3), ("CuDNNLSTM", 4)])
def test_layers_for_one_make_of_gpu_have_two_sets_of_biases(kind, gates):
    cost = layer_cost(f"keras.layers.{kind}", {"units": 6}, ((None, 5, 4),), generation=2)
    assert cost.parameters == gates * 6 * (4 + 6) + 2 * gates * 6
