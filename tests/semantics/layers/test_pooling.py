import pytest

SHAPES = {1: (None, 11, 4), 2: (None, 11, 8, 4), 3: (None, 7, 8, 9, 4)}


@pytest.mark.parametrize("padding", ["valid", "same", "SAME"])
@pytest.mark.parametrize(("pool_size", "strides"), [(2, None), (3, 2), (3, 1), (2, 3)])
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_windows(agrees, padding, pool_size, strides, axes):
    config = {"pool_size": pool_size, "strides": strides, "padding": padding}
    agrees(f"MaxPooling{axes}D", config, SHAPES[axes])
    agrees(f"AveragePooling{axes}D", config, SHAPES[axes], generations=(3,))


@pytest.mark.parametrize(
    ("config", "shape"),
    [
        ({}, (None, None, 8, 4)),
        ({"pool_size": (2, 3)}, (None, 5, 8, 4)),
        ({"pool_size": (2, 3)}, (None, 1, 8, 4)),
        ({"data_format": "channels_first"}, (None, 3, 8, 9)),
        ({}, (None, 8, 4)),
    ],
)
def test_particular_cases(agrees, config, shape):
    agrees("MaxPool2D", config, shape)


@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize("data_format", [None, "channels_first"])
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_global_pooling(agrees, keepdims, data_format, axes):
    config = {"keepdims": keepdims, "data_format": data_format}
    agrees(f"GlobalMaxPooling{axes}D", config, SHAPES[axes])
    agrees(f"GlobalAveragePooling{axes}D", config, SHAPES[axes])


def test_global_pooling_of_any_size(agrees):
    agrees("GlobalAveragePooling2D", {}, (None, None, None, 8))


@pytest.mark.parametrize(("axes", "output_size"), [(1, 3), (2, 3), (2, (3, 2)), (3, (2, 2, 2))])
def test_adaptive_pooling(agrees, axes, output_size):
    for kind in ("AdaptiveMaxPooling", "AdaptiveAveragePooling"):
        agrees(f"{kind}{axes}D", {"output_size": output_size}, SHAPES[axes], generations=(3,))
