from dataclasses import dataclass

import pytest

from keraslint.semantics.layers import InnerLayer
from keraslint.semantics.layers import LayerCost
from keraslint.semantics.layers import layer_cost


def layer(kind, **config):
    return InnerLayer(f"keras.layers.{kind}", config)


@pytest.mark.parametrize(
    ("inner", "shape"),
    [
        (layer("Dense", units=3), (None, 5, 4)),
        (layer("Dense", units=3), (None, 4)),
        (layer("Dense", units=3, trainable=False), (None, 5, 4)),
        (layer("Conv2D", filters=3, kernel_size=3), (None, 5, 9, 9, 4)),
        (layer("Flatten"), (None, None, 9, 9, 4)),
        (layer("BatchNormalization"), (None, 5, 4)),
        (layer("LSTM", units=3), (None, 6, 5, 4)),
        (layer("TimeDistributed", layer=layer("Dense", units=3)), (None, 6, 5, 4)),
    ],
)
def test_time_distributed(agrees, inner, shape):
    agrees("TimeDistributed", {"layer": inner}, shape)


def test_time_distributed_work_is_done_at_each_step():
    cost = layer_cost("keras.layers.TimeDistributed", {"layer": layer("Dense", units=3)}, ((None, 5, 4),))
    assert cost.macs == 5 * 12
    assert cost.activations == 15


@dataclass
class Model:
    """Anything with a cost can be wrapped, a model as well."""

    def cost(self, inputs, generation=3):
        return LayerCost(output=(inputs[0][0], 7), parameters=100, non_trainable=10, macs=50, activations=7)


def test_time_distributed_models():
    cost = layer_cost("keras.layers.TimeDistributed", {"layer": Model()}, ((None, 5, 4),))
    assert cost == LayerCost(output=(None, 5, 7), parameters=100, non_trainable=10, macs=250, activations=35)


@pytest.mark.parametrize("merge_mode", ["concat", "sum", "mul", "ave", None, "max"])
@pytest.mark.parametrize("config", [{"return_sequences": True}, {"return_state": True}])
def test_bidirectional(agrees, merge_mode, config):
    agrees(
        "Bidirectional",
        {"layer": layer("LSTM", units=6, **config), "merge_mode": merge_mode},
        (None, 5, 4),
        generations=(3,),
    )


@pytest.mark.parametrize(
    "config",
    [
        {"layer": layer("GRU", units=6)},
        {"layer": layer("GRU", units=6, trainable=False)},
        {
            "layer": layer("GRU", units=6),
            "backward_layer": layer("GRU", units=6, go_backwards=True, use_bias=False),
        },
        {"layer": layer("GRU", units=6), "backward_layer": layer("GRU", units=6)},
        {"layer": layer("RNN", cell=layer("GRUCell", units=3), return_sequences=True)},
        {"layer": layer("Dense", units=3)},
    ],
)
def test_layers_read_from_both_ends(agrees, config):
    agrees("Bidirectional", config, (None, 5, 4))


def test_both_directions_do_their_work():
    inner = layer("LSTM", units=6)
    one = layer_cost("keras.layers.LSTM", inner.config, ((None, 5, 4),))
    both = layer_cost("keras.layers.Bidirectional", {"layer": inner}, ((None, 5, 4),))
    assert both.macs == 2 * one.macs


@pytest.mark.parametrize(
    ("inner", "shape"),
    [
        (layer("Dense", units=3), (None, 5)),
        (layer("Conv2D", filters=3, kernel_size=3), (None, 9, 9, 4)),
        (layer("Conv1D", filters=3, kernel_size=3, use_bias=False), (None, 9, 4)),
        (layer("Embedding", input_dim=9, output_dim=3), (None, 9)),
        (layer("Flatten"), (None, 9)),
    ],
)
def test_spectral_normalisation(agrees, inner, shape):
    agrees("SpectralNormalization", {"layer": inner}, shape, generations=(3,))


def test_pipeline(agrees):
    layers = [layer("RandomFlip"), layer("Resizing", height=4, width=5)]
    agrees("Pipeline", {"layers": layers}, (None, 9, 10, 3), generations=(3,))
