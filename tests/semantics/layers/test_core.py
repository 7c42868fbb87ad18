import pytest

from keraslint.semantics.layers import layer_cost


@pytest.mark.parametrize("shape", [(None, 7), (None, 5, 7), (None, None, 7), (2, 3, 4, 7), (None,)])
@pytest.mark.parametrize("use_bias", [True, False])
def test_dense(agrees, shape, use_bias):
    agrees("Dense", {"units": 5, "use_bias": use_bias}, shape)


@pytest.mark.parametrize("units", [5.0, None, -1])
def test_odd_widths(agrees, units):
    agrees("Dense", {"units": units}, (None, 4))


@pytest.mark.parametrize("shape", [(None, 7), (None, None), (None, 3, 4), (None,)])
def test_embedding(agrees, shape):
    agrees("Embedding", {"input_dim": 50, "output_dim": 8, "mask_zero": True}, shape)


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("Dense", {"units": 5, "lora_rank": 3}, (None, 4)),
        ("Embedding", {"input_dim": 50, "output_dim": 8, "lora_rank": 2}, (None, 4)),
        ("ReversibleEmbedding", {"input_dim": 50, "output_dim": 8}, (None, 3)),
        ("ReversibleEmbedding", {"input_dim": 50, "output_dim": 8, "tie_weights": False}, (None, 3)),
        ("ReversibleEmbedding", {"input_dim": 50, "output_dim": 8, "reverse": True}, (None, 3, 8)),
    ],
)
def test_layers_of_keras_3(agrees, kind, config, shape):
    agrees(kind, config, shape, generations=(3,))


@pytest.mark.parametrize(
    ("kind", "config", "shape", "macs"),
    [
        ("Dense", {"units": 10}, (None, 128), 1280),
        ("Dense", {"units": 10}, (None, 6, 128), 6 * 1280),
        ("Dense", {"units": 10}, (None, None, 128), None),
        ("Embedding", {"input_dim": 1000, "output_dim": 64}, (None, 20), 0),
        ("ReversibleEmbedding", {"input_dim": 50, "output_dim": 8, "reverse": True}, (None, 3, 8), 3 * 400),
    ],
)
def test_multiply_accumulates(kind, config, shape, macs):
    assert layer_cost(f"keras.layers.{kind}", config, (shape,)).macs == macs
