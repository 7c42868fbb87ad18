"""The models of keras.applications: built in real Keras, without weights, and read layer by layer."""

import importlib.util
from pathlib import Path

import keras
import pytest

from keraslint.semantics.layers import UNKNOWN
from keraslint.semantics.layers.applications import application
from keraslint.semantics.layers.applications import backbone

SCRIPT = Path(__file__).parents[3] / "scripts" / "generate_applications_table.py"


def load_script():
    spec = importlib.util.spec_from_file_location(SCRIPT.stem, SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = load_script()
FUNCTIONS = dict(script.applications())


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_layer_of_every_application(name):
    known = application(f"keras.applications.{name}")
    size = known.input_size
    model = script.build(FUNCTIONS[name], input_shape=(size, size, 3))
    output, costs = script.walk(model, (None, size, size, 3))
    for operation, cost in costs:
        assert cost.outputs[0] == tuple(operation.output.shape), operation.name
        if type(operation).__name__ not in script.ELEMENTWISE:
            assert cost.parameters == operation.count_params(), operation.name
    assert output == (None, 1000)
    assert known.whole.parameters == model.count_params()
    assert known.whole.macs == sum(cost.macs for _, cost in costs)


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("ResNet50", {"include_top": False}),
        ("ResNet50", {"include_top": False, "pooling": "avg", "input_shape": (160, 160, 3)}),
        ("ResNet50", {"classes": 10}),
        ("ResNet50", {"input_shape": (96, 128, 3), "classes": 5}),
        ("VGG16", {}),
        ("VGG16", {"classes": 10}),
        ("VGG16", {"include_top": False, "input_shape": (150, 155, 3)}),
        ("Xception", {"include_top": False, "input_shape": (150, 181, 3)}),
        ("InceptionV3", {"include_top": False, "input_shape": (140, 203, 3)}),
        ("DenseNet121", {"include_top": False, "input_shape": (95, 97, 3)}),
        ("MobileNet", {"include_top": False, "input_shape": (63, 65, 3)}),
        ("MobileNetV2", {"include_top": False, "input_shape": (159, 161, 3), "pooling": "max"}),
        ("MobileNetV3Small", {}),
        ("MobileNetV3Small", {"include_top": False, "input_shape": (100, 97, 3)}),
        ("EfficientNetB0", {"include_top": False, "input_shape": (191, 193, 3)}),
        ("EfficientNetB3", {"classes": 7}),
        ("EfficientNetV2B0", {"include_top": False, "input_shape": (33, 224, 3)}),
        ("NASNetMobile", {"include_top": False, "input_shape": (127, 130, 3)}),
        ("ConvNeXtTiny", {"include_top": False, "input_shape": (95, 96, 3)}),
    ],
)
def test_models_made_of_applications(name, config):
    real = script.build(FUNCTIONS[name], **config)
    made = backbone(f"keras.applications.{name}", config)
    assert made.input == real.input_shape
    assert made.cost.output == real.output_shape
    assert made.cost.parameters == real.count_params()
    assert made.cost.non_trainable == script.weights(real.non_trainable_weights)


def test_an_input_tensor():
    made = backbone(
        "keras.applications.ResNet50", {"include_top": False, "input_tensor": UNKNOWN}, (8, 64, 64, 3)
    )
    assert made.input == (8, 64, 64, 3)
    assert made.cost.output == (8, 2, 2, 2048)


def test_multiply_accumulates_are_those_of_the_default_size():
    assert (
        backbone("keras.applications.VGG16", {}).cost.macs
        == application("keras.applications.VGG16").whole.macs
    )
    assert backbone("keras.applications.VGG16", {"include_top": False}).cost.macs is None
    assert backbone("keras.applications.ResNet50", {"classes": 10}).cost.macs is None


def test_what_the_table_does_not_say_is_unknown():
    grey = backbone("keras.applications.ResNet50", {"include_top": False, "input_shape": (64, 64, 1)})
    assert (grey.cost.output, grey.cost.parameters) == ((None, 2, 2, 2048), None)
    head = backbone("keras.applications.VGG16", {"input_shape": (64, 64, 3)})
    assert (head.cost.output, head.cost.parameters) == ((None, 1000), None)
    huge = backbone("keras.applications.ResNet50", {"include_top": False, "input_shape": (2048, 64, 3)})
    assert huge.cost.output == (None, None, 2, 2048)
    classes = backbone("keras.applications.ResNet50", {"classes": UNKNOWN})
    assert (classes.cost.output, classes.cost.parameters) == ((None, None), None)


@pytest.mark.parametrize(
    "config",
    [
        {"include_top": UNKNOWN},
        {"alpha": 0.5},
        {"alpha": UNKNOWN},
        {"input_tensor": UNKNOWN},
        {"input_shape": UNKNOWN},
        {"input_shape": (64, 64)},
        {"include_top": False, "pooling": UNKNOWN},
    ],
)
def test_architectures_that_cannot_be_told(config):
    assert backbone("keras.applications.MobileNetV2", config) is None


def test_names():
    assert application("keras.applications.resnet50.ResNet50") == application("keras.applications.ResNet50")
    assert application("keras.applications.RegNetX002") is None
    assert application("model.ResNet50") is None


def test_the_table_is_of_the_installed_keras():
    assert keras.__version__ in script.TABLE.read_text(encoding="utf-8")
