import pytest

IMAGES = (None, 9, 10, 3)


@pytest.mark.parametrize("kind", ["CenterCrop", "RandomCrop", "Resizing"])
def test_sizes_that_are_asked_for(agrees, kind):
    config = {"height": 4, "width": 5}
    agrees(kind, config, IMAGES)
    agrees(kind, {**config, "data_format": "channels_first"}, IMAGES, generations=(3,))


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("RandomBrightness", {"factor": 0.1}),
        ("RandomContrast", {"factor": 0.1}),
        ("RandomFlip", {}),
        ("RandomRotation", {"factor": 0.1}),
        ("RandomTranslation", {"height_factor": 0.1, "width_factor": 0.1}),
        ("RandomZoom", {"height_factor": 0.1}),
    ],
)
def test_augmentation(agrees, kind, config):
    agrees(kind, config, IMAGES)


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("AugMix", {}),
        ("AutoContrast", {}),
        ("CutMix", {}),
        ("Equalization", {}),
        ("MixUp", {}),
        ("RandAugment", {}),
        ("RandomColorDegeneration", {"factor": 0.1}),
        ("RandomColorJitter", {}),
        ("RandomElasticTransform", {}),
        ("RandomErasing", {}),
        ("RandomGaussianBlur", {}),
        ("RandomGrayscale", {}),
        ("RandomHue", {"factor": 0.1}),
        ("RandomInvert", {}),
        ("RandomPerspective", {}),
        ("RandomPosterization", {"factor": 4}),
        ("RandomSaturation", {"factor": 0.1}),
        ("RandomSharpness", {"factor": 0.1}),
        ("RandomShear", {}),
        ("Solarization", {}),
    ],
)
def test_augmentation_of_keras_3(agrees, kind, config):
    agrees(kind, config, IMAGES, generations=(3,))


@pytest.mark.parametrize("kind", ["RandomHeight", "RandomWidth"])
def test_sizes_by_chance(agrees, kind):
    agrees(kind, {"factor": 0.1}, IMAGES, generations=(2,))
