import pytest

from keraslint.semantics.layers import UNKNOWN
from keraslint.semantics.layers import layer_cost


@pytest.mark.parametrize("shape", [(None,), (None, 4), (None, 4, 5), (None, None, 5), (None, 4, 0)])
def test_flatten(agrees, shape):
    agrees("Flatten", {}, shape)


@pytest.mark.parametrize(
    ("target_shape", "shape"),
    [
        ((4, 5), (None, 20)),
        ([4, 5], (None, 20)),
        ((-1,), (None, 3, 5)),
        ((-1, 5), (None, 3, 5)),
        ((3, -1), (None, None, 5)),
        ((2, -1), (None, 5, 5)),
        ((7,), (None, 5)),
        ((5, -1, -1), (None, 5, 10)),
        ((), (None, 1)),
        ((1,), (None,)),
        ((0, -1), (None, 4)),
        ((None, 5), (None, 10)),
        ((None, 5), (None, None, 5)),
    ],
)
def test_reshape(agrees, target_shape, shape):
    agrees("Reshape", {"target_shape": target_shape}, shape)


@pytest.mark.parametrize(
    ("target_shape", "output"),
    [((UNKNOWN, 5), (None, None, 5)), ((-1, UNKNOWN), (None, None, None)), ((-1, 5), (None, 4, 5))],
)
def test_reshape_to_unknown_sizes(target_shape, output):
    assert layer_cost("keras.layers.Reshape", {"target_shape": target_shape}, ((None, 20),)).output == output


@pytest.mark.parametrize(
    ("dims", "shape"),
    [
        ((2, 1), (None, 3, 4)),
        ((3, 1, 2), (None, 3, 4, 5)),
        ((2, 1), (None, 3, 4, 5)),
        ((0, 1), (None, 3, 4)),
    ],
)
def test_permute(agrees, dims, shape):
    agrees("Permute", {"dims": dims}, shape)


@pytest.mark.parametrize("shape", [(None, 3), (None, 3, 3)])
def test_repeat_vector(agrees, shape):
    agrees("RepeatVector", {"n": 4}, shape)


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("UpSampling1D", {}, (None, 3, 4)),
        ("UpSampling1D", {"size": 3}, (None, None, 4)),
        ("UpSampling2D", {}, (None, 3, 4, 5)),
        ("UpSampling2D", {"size": (2, 3), "interpolation": "bilinear"}, (None, 3, 4, 5)),
        ("UpSampling2D", {"size": (2, 3), "data_format": "channels_first"}, (None, 3, 4, 5)),
        ("UpSampling3D", {"size": 2}, (None, 3, 4, 5, 6)),
        ("UpSampling3D", {"size": (1, 2, 3), "data_format": "channels_first"}, (None, 3, 4, 5, 6)),
    ],
)
def test_up_sampling(agrees, kind, config, shape):
    agrees(kind, config, shape)


@pytest.mark.parametrize(
    ("axes", "margins"),
    [
        (1, 0),
        (1, 1),
        (1, (1, 2)),
        (2, 1),
        (2, (1, 2)),
        (2, ((1, 2), (0, 1))),
        (2, (1, (0, 2))),
        (2, (1, 2, 3)),
        (3, 1),
        (3, (1, 2, 0)),
        (3, ((1, 2), (0, 1), (1, 1))),
        (3, ((1, 2), (0, 1))),
    ],
)
def test_margins(agrees, axes, margins):
    shape = (None, 5, 6, 7, 8)[: axes + 2]
    formats = [{}] if axes == 1 else [{}, {"data_format": "channels_first"}]
    for config in formats:
        agrees(f"ZeroPadding{axes}D", {"padding": margins, **config}, shape)
        agrees(f"Cropping{axes}D", {"cropping": margins, **config}, shape)


@pytest.mark.parametrize(
    ("axes", "shape"), [(1, (None, 9, 3)), (2, (None, 9, 9, 3)), (3, (None, 9, 9, 9, 3))]
)
def test_margins_left_to_keras(agrees, axes, shape):
    agrees(f"ZeroPadding{axes}D", {}, shape)
    agrees(f"Cropping{axes}D", {}, shape)


def test_cropping_leaves_something(agrees):
    agrees("Cropping1D", {"cropping": 1}, (None, 2, 6))
    agrees("Cropping2D", {"cropping": 2}, (None, None, 3, 7))


def test_padding_with_channels_first(agrees):
    config = {"padding": (1, 0), "data_format": "channels_first"}
    agrees("ZeroPadding1D", config, (None, 5, 6), generations=(3,))
