import pytest


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("Activation", {"activation": "relu"}),
        ("ActivityRegularization", {}),
        ("AlphaDropout", {"rate": 0.1}),
        ("Dropout", {"rate": 0.1}),
        ("ELU", {}),
        ("GaussianDropout", {"rate": 0.1}),
        ("GaussianNoise", {"stddev": 0.1}),
        ("Identity", {}),
        ("LeakyReLU", {}),
        ("Masking", {}),
        ("ReLU", {}),
        ("Softmax", {}),
        ("SpatialDropout1D", {"rate": 0.1}),
    ],
)
def test_the_shape_stays(agrees, kind, config):
    agrees(kind, config, (None, 5, 7))


@pytest.mark.parametrize("shape", [(None, 4, 4, 4), (None, 4, 4, 4, 4)])
def test_spatial_dropout_wants_its_axes(agrees, shape):
    agrees("SpatialDropout2D", {"rate": 0.2}, shape)
    agrees("SpatialDropout3D", {"rate": 0.2}, shape)


@pytest.mark.parametrize("shared_axes", [None, 1, [1], [1, 2], (2,)])
def test_slopes_are_shared(agrees, shared_axes):
    agrees("PReLU", {"shared_axes": shared_axes}, (None, 5, 7))


def test_slopes_of_any_size_must_be_shared(agrees):
    agrees("PReLU", {"shared_axes": [1, 2]}, (None, None, None, 5))


def test_an_activation_of_keras_2(agrees):
    agrees("ThresholdedReLU", {}, (None, 4), generations=(2,))
