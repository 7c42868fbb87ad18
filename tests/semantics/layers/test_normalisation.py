import pytest

SHAPES = [(None, 8), (None, 5, 8), (None, 4, 5, 8), (None, None, None, 8)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "config", [{}, {"scale": False}, {"center": False, "scale": False}, {"trainable": False}, {"axis": 9}]
)
def test_statistics_scales_and_offsets(agrees, shape, config):
    agrees("BatchNormalization", config, shape)
    agrees("LayerNormalization", config, shape)
    agrees("GroupNormalization", {"groups": 4, **config}, shape)


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("BatchNormalization", {"axis": 1}, (None, 3, 5, 8)),
        ("BatchNormalization", {"renorm": True}, (None, 4, 5)),
        ("BatchNormalization", {"axis": [1, 2]}, (None, 4, 5)),
        ("BatchNormalization", {"axis": [2]}, (None, 4, 5)),
        ("GroupNormalization", {"groups": -1}, (None, 4, 5)),
        ("GroupNormalization", {}, (None, 8)),
        ("GroupNormalization", {}, (None, 4, 4, 64)),
        ("LayerNormalization", {"axis": [1, 2]}, (None, 4, 5)),
        ("LayerNormalization", {"axis": [-1, -2], "scale": False}, (None, 4, 5)),
        ("UnitNormalization", {}, (None, 5)),
        ("UnitNormalization", {"axis": [1, 2]}, (None, 4, 5)),
    ],
)
def test_axes(agrees, kind, config, shape):
    agrees(kind, config, shape)


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("LayerNormalization", {"rms_scaling": True}),
        ("RMSNormalization", {}),
        ("RMSNormalization", {"axis": [1, 2]}),
    ],
)
def test_root_mean_squares(agrees, kind, config):
    agrees(kind, config, (None, 4, 5), generations=(3,))
