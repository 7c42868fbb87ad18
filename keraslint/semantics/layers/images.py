"""Layers that resize, crop or change images."""

from __future__ import annotations

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.convolution import Grid
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import priced


@layer(
    "AugMix",
    "AutoContrast",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "CutMix",
    "Equalization",
    "MixUp",
    "RandAugment",
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
    "Solarization",
)
def augmentation(call: LayerCall) -> LayerCost:
    """Images of the same size, changed."""
    return priced(call.input(rank=4))


@layer("Rescaling")
def rescaling(call: LayerCall) -> LayerCost:
    """Numbers times a constant, and another one added."""
    return priced(call.input())


@layer("CenterCrop", "RandomCrop", "Resizing")
def resizing(call: LayerCall) -> LayerCost:
    """Images of a given size."""
    grid = Grid.in_format(call, call.input(rank=4))
    return priced(grid.shape((call.size("height"), call.size("width")), grid.channels))


@layer("RandomHeight", "RandomWidth")
def random_size(call: LayerCall) -> LayerCost:
    """Images stretched along one axis by chance."""
    batch, height, width, channels = call.input(rank=4)
    if call.kind == "RandomHeight":
        return priced((batch, None, width, channels))
    return priced((batch, height, None, channels))
