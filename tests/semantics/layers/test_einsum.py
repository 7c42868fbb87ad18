import pytest

from keraslint.semantics.layers import layer_cost


@pytest.mark.parametrize(
    ("equation", "output_shape", "bias_axes", "shape"),
    [
        ("ab,bc->ac", 64, "c", (None, 32)),
        ("abc,cd->abd", (10, 64), "bd", (None, 10, 32)),
        ("...x,xy->...y", 64, "y", (None, 10, 32)),
        ("ab...,bc->ac...", 6, None, (None, 4, 5)),
        ("ab...,bc->ac...", 6, "c", (None, 4, 5, 7)),
        ("abc,bcd->abd", (10, 64), "d", (None, 10, 32)),
        ("...bc,bcd->...bd", (10, 64), None, (None, 3, 10, 32)),
        ("abc,cd->abd", (None, 64), "x", (None, 10, 32)),
        ("abc,cd->abd", (9, 64), "bd", (None, 10, 32)),
        ("...x,xy->...y", (None, 64), "y", (None, 10, 32)),
        ("ab,bc", 64, "c", (None, 32)),
    ],
)
def test_equations(agrees, equation, output_shape, bias_axes, shape):
    agrees("EinsumDense", {"equation": equation, "output_shape": output_shape, "bias_axes": bias_axes}, shape)


@pytest.mark.parametrize(
    "config",
    [
        {"equation": "abc,cd->abd", "output_shape": (None, 64), "bias_axes": "d"},
        {"equation": "abc,cde->abde", "output_shape": (None, 2, 8), "bias_axes": "de"},
        {"equation": "abc,bd->adc", "output_shape": (6, None), "bias_axes": "d"},
        {"equation": "abc,cde->abde", "output_shape": (None, 8, 2), "lora_rank": 2},
    ],
)
def test_sizes_left_to_the_input(agrees, config):
    agrees("EinsumDense", config, (None, 10, 32), generations=(3,))


@pytest.mark.parametrize(
    ("config", "shape", "macs"),
    [
        ({"equation": "ab,bc->ac", "output_shape": 64}, (None, 32), 32 * 64),
        ({"equation": "abc,cde->abde", "output_shape": (None, 2, 8)}, (None, 10, 32), 10 * 32 * 16),
        ({"equation": "...x,xy->...y", "output_shape": 64}, (None, 10, 10, 32), 100 * 32 * 64),
        ({"equation": "ab...,bc->ac...", "output_shape": 6}, (None, 4, 5), 5 * 4 * 6),
    ],
)
def test_multiply_accumulates(config, shape, macs):
    assert layer_cost("keras.layers.EinsumDense", config, (shape,)).macs == macs
