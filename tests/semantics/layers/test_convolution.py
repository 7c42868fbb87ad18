import itertools

import pytest

from keraslint.semantics.layers import layer_cost

PLAIN = {"filters": 6, "kernel_size": 3}


@pytest.mark.parametrize("padding", ["valid", "same", "SAME"])
@pytest.mark.parametrize(("strides", "dilation_rate"), [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2)])
@pytest.mark.parametrize("kernel_size", [1, 2, 5])
def test_windows_slide_as_in_keras(agrees, padding, strides, dilation_rate, kernel_size):
    config = {
        "kernel_size": kernel_size,
        "strides": strides,
        "dilation_rate": dilation_rate,
        "padding": padding,
    }
    agrees("Conv2D", {"filters": 6, **config}, (None, 13, 17, 4))
    agrees("Conv1D", {"filters": 6, **config}, (None, 17, 4), generations=(3,))
    agrees("Conv2DTranspose", {"filters": 6, **config}, (None, 7, 9, 4))
    agrees("DepthwiseConv2D", {"depth_multiplier": 2, **config}, (None, 13, 17, 4))
    agrees("SeparableConv1D", {"filters": 6, "depth_multiplier": 3, **config}, (None, 13, 4))


@pytest.mark.parametrize("data_format", [None, "channels_last", "channels_first"])
@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("Conv1D", (None, 9, 8)),
        ("Conv2D", (None, 9, 8, 7)),
        ("Conv3D", (None, 5, 6, 7, 8)),
        ("Conv1DTranspose", (None, 9, 8)),
        ("Conv2DTranspose", (None, 9, 8, 7)),
        ("Conv3DTranspose", (None, 5, 6, 7, 8)),
    ],
)
def test_formats(agrees, kind, shape, data_format):
    agrees(kind, {**PLAIN, "strides": 2, "data_format": data_format}, shape)


@pytest.mark.parametrize("kind", ["DepthwiseConv1D", "SeparableConv1D"])
@pytest.mark.parametrize("data_format", [None, "channels_first"])
def test_formats_of_depthwise_layers(agrees, kind, data_format):
    config = {"kernel_size": 3, "data_format": data_format, "depth_multiplier": 2}
    if kind == "SeparableConv1D":
        config["filters"] = 5
    agrees(kind, config, (None, 9, 8))
    agrees(kind.replace("1", "2"), config, (None, 9, 8, 7))


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    ("kernel_size", "output_padding"), list(itertools.product((2, 3, 4), (0, 1, 2, (1, 0))))
)
def test_output_padding(agrees, padding, kernel_size, output_padding):
    config = {
        "filters": 6,
        "kernel_size": kernel_size,
        "strides": 2,
        "padding": padding,
        "output_padding": output_padding,
    }
    agrees("Conv2DTranspose", config, (None, 7, 8, 3))


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("Conv1D", {**PLAIN, "padding": "causal", "dilation_rate": 4}, (None, 5, 4)),
        ("Conv2D", {**PLAIN, "padding": "causal"}, (None, 5, 5, 4)),
        ("SeparableConv1D", {**PLAIN, "padding": "causal"}, (None, 5, 4)),
        ("Conv2D", {"filters": 6, "kernel_size": (3, 5), "groups": 2, "use_bias": False}, (None, 5, 5, 4)),
        ("Conv2D", {"filters": 6, "kernel_size": 3, "groups": 3}, (None, 5, 5, 4)),
        ("Conv2D", {"filters": 6, "kernel_size": 3, "trainable": False}, (None, 5, 5, 4)),
        ("Conv2D", PLAIN, (None, None, None, 3)),
        ("Conv2D", PLAIN, (4, None, 9, 3)),
        ("Conv2DTranspose", {**PLAIN, "strides": 3}, (None, None, None, 8)),
        ("Conv3DTranspose", {**PLAIN, "strides": 3, "output_padding": 1}, (None, None, 3, 4, 8)),
        ("Conv2D", {"filters": 6.0, "kernel_size": 3}, (4, 5, 9, 3)),
        ("Conv2D", {"filters": 6, "kernel_size": 7}, (4, 5, 9, 3)),
        ("Conv2D", {"filters": 0, "kernel_size": 3}, (4, 5, 9, 3)),
        ("Conv2D", PLAIN, (4, 5, 9)),
        ("Conv2D", {"filters": 6, "kernel_size": (3, 3, 3)}, (4, 5, 9, 3)),
    ],
)
def test_particular_cases(agrees, kind, config, shape):
    agrees(kind, config, shape)


def test_low_rank_adapters(agrees):
    agrees("Conv2D", {**PLAIN, "lora_rank": 2}, (4, 5, 9, 3), generations=(3,))


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("LocallyConnected1D", PLAIN, (None, 7, 8)),
        ("LocallyConnected2D", {"filters": 6, "kernel_size": (3, 2), "strides": 2}, (None, 7, 9, 8)),
        (
            "LocallyConnected2D",
            {**PLAIN, "use_bias": False, "data_format": "channels_first"},
            (None, 7, 9, 8),
        ),
    ],
)
def test_layers_of_keras_2(agrees, kind, config, shape):
    agrees(kind, config, shape, generations=(2,))


@pytest.mark.parametrize(
    ("kind", "config", "shape", "macs"),
    [
        # Each of 30 x 30 x 16 outputs takes 3 x 3 x 3 products.
        ("Conv2D", {"filters": 16, "kernel_size": 3}, (None, 32, 32, 3), 30 * 30 * 16 * 27),
        ("Conv1D", {"filters": 8, "kernel_size": 3, "padding": "causal"}, (None, 10, 4), 10 * 8 * 12),
        # In two groups each output sees half of the channels.
        ("Conv2D", {"filters": 16, "kernel_size": 1, "groups": 2}, (None, 4, 4, 8), 16 * 16 * 4),
        # Each of 4 x 4 x 8 inputs is spread over 2 x 2 x 16 outputs.
        ("Conv2DTranspose", {"filters": 16, "kernel_size": 2, "strides": 2}, (None, 4, 4, 8), 128 * 64),
        ("DepthwiseConv2D", {"kernel_size": 3, "padding": "same"}, (None, 4, 4, 8), 16 * 8 * 9),
        (
            "SeparableConv2D",
            {"filters": 16, "kernel_size": 3, "padding": "same"},
            (None, 4, 4, 8),
            16 * (72 + 128),
        ),
        ("LocallyConnected1D", {"filters": 5, "kernel_size": 3}, (None, 6, 2), 4 * 5 * 6),
        ("Conv2D", {"filters": 16, "kernel_size": 3}, (None, None, 32, 3), None),
    ],
)
def test_multiply_accumulates(kind, config, shape, macs):
    assert layer_cost(f"keras.layers.{kind}", config, (shape,)).macs == macs
