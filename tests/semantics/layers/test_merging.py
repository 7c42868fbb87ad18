import pytest

from keraslint.semantics.layers import layer_cost


@pytest.mark.parametrize("kind", ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"])
@pytest.mark.parametrize(
    "shapes",
    [
        ((None, 4), (None, 4)),
        ((None, 4), (None, 5)),
        ((None, 4), (None, 4), (None, 4)),
    ],
)
def test_merge_layers(agrees, kind, shapes):
    agrees(kind, {}, *shapes)


@pytest.mark.parametrize(
    "shapes",
    [
        ((None, 4, 5), (None, 1, 5)),
        ((None, 4, 5), (None, 5)),
        ((None, 5), (None, 3, 4, 5)),
        ((2, 4), (None, 4)),
        ((2, 4), (3, 4)),
        ((None, 1), (None, None)),
        ((None, 1, 1, 6), (None, 4, 4, 6)),
    ],
)
def test_axes_are_stretched(agrees, shapes):
    agrees("Add", {}, *shapes)


def test_an_axis_of_any_size_stays_one(agrees):
    agrees("Add", {}, (None, None, 5), (None, 4, 5), generations=(3,))


@pytest.mark.parametrize(
    ("config", "shapes"),
    [
        ({}, ((None, 4), (None, 5))),
        ({"axis": 1}, ((None, 4, 3), (None, 5, 3))),
        ({}, ((None, 4, 3), (None, 5, 3))),
        ({"axis": -2}, ((None, 4, 3), (None, 5, 3), (None, None, 3))),
        ({}, ((None, 4, 3), (None, None, 3))),
        ({}, ((None, 4), (None, 4, 5))),
        ({"axis": 3}, ((None, 4), (None, 4))),
    ],
)
def test_concatenate(agrees, config, shapes):
    agrees("Concatenate", config, *shapes)


@pytest.mark.parametrize(
    ("config", "shapes"),
    [
        ({"axes": 1}, ((None, 4), (None, 4))),
        ({"axes": -1}, ((None, 4), (None, 4))),
        ({"axes": (2, 1)}, ((None, 3, 4), (None, 4, 5))),
        ({"axes": 2}, ((None, 3, 4), (None, 5, 4))),
        ({"axes": (1, 2), "normalize": True}, ((None, 3, 4), (None, 5, 3))),
        ({"axes": 1}, ((None, 4), (None, 5))),
        ({"axes": [2, 1]}, ((None, 3, 4), (None, 4))),
        ({"axes": (2, 1)}, ((None, 3, 4), (None, 4, 5, 6))),
    ],
)
def test_dot(agrees, config, shapes):
    agrees("Dot", config, *shapes)


def test_functions_cost_what_their_layers_do():
    shapes = ((None, 3, 4), (None, 5, 4))
    assert layer_cost("keras.layers.dot", {"axes": 2}, shapes) == layer_cost(
        "keras.layers.Dot", {"axes": 2}, shapes
    )
    assert layer_cost("keras.layers.concatenate", {"axis": 1}, shapes).output == (None, 8, 4)
    assert layer_cost("keras.layers.add", {}, ((None, 4), (None, 4))).output == (None, 4)


def test_products_of_vectors_are_multiply_accumulates():
    assert layer_cost("keras.layers.Dot", {"axes": 2}, ((None, 3, 4), (None, 5, 4))).macs == 3 * 5 * 4
    assert layer_cost("keras.layers.Add", {}, ((None, 3, 4), (None, 3, 4))).macs == 0
