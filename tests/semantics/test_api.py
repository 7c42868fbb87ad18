import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from keraslint.semantics import api

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT / "scripts" / "generate_api_tables.py"
TABLES = ROOT / "keraslint" / "semantics" / "tables"


def name_of(dotted):
    resolved = api.resolve(dotted)
    return resolved.name if resolved.known else f"unknown {resolved.name}"


def bound(callee, *positional, **keywords):
    return api.bind(api.signature(callee, 3), positional, keywords)


def check_tables(script):
    return subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)


def test_tables_are_what_the_installed_packages_give():
    finished = check_tables(GENERATOR)

    assert finished.returncode == 0, finished.stdout


def test_check_fails_on_tables_of_another_version(tmp_path):
    script = tmp_path / "scripts" / GENERATOR.name
    script.parent.mkdir()
    shutil.copy(GENERATOR, script)
    tables = tmp_path / TABLES.relative_to(ROOT)
    shutil.copytree(TABLES, tables)
    path = tables / "keras.json"
    installed = json.loads(path.read_text())["version"]
    path.write_text(path.read_text().replace(f'"version": "{installed}"', '"version": "3.0.0"'))

    finished = check_tables(script)

    assert finished.returncode == 1
    assert '-"version": "3.0.0"' in finished.stdout
    assert f'+"version": "{installed}"' in finished.stdout
    assert "keras.json is out of date" in finished.stdout


@pytest.mark.parametrize(
    "dotted", ["numpy.array", "keras_cv.layers.Conv2D", "tensorflow_datasets.load", "kerasx"]
)
def test_other_packages_are_no_symbols(dotted):
    assert api.resolve(dotted) is None


@pytest.mark.parametrize(
    ("dotted", "generation"),
    [
        ("keras.layers.Conv2D", None),
        ("tensorflow.keras.layers.Conv2D", None),
        ("tensorflow.compat.v1.keras.layers.Conv2D", None),
        ("tensorflow.compat.v2.keras.layers.Conv2D", None),
        ("keras.layers.Convolution2D", None),
        ("keras.layers.convolutional.Conv2D", None),
        ("keras.layers.convolutional.conv2d.Convolution2D", None),
        ("keras.src.layers.Conv2D", None),
        ("keras.src.layers.convolutional.conv2d.Conv2D", None),
        ("keras._tf_keras.keras.layers.Conv2D", 3),
        ("tf_keras.layers.Conv2D", 2),
        ("tf_keras.src.layers.convolutional.conv2d.Conv2D", 2),
        ("tensorflow.python.keras.layers.Conv2D", 2),
        ("tensorflow.python.keras.layers.convolutional.Conv2D", 2),
    ],
)
def test_every_road_to_a_layer_ends_at_one_name(dotted, generation):
    assert api.resolve(dotted) == ("keras.layers.Conv2D", generation, True, api.Kind.CLASS)


@pytest.mark.parametrize(
    ("dotted", "name"),
    [
        ("tensorflow.dtypes.cast", "tensorflow.cast"),
        ("tensorflow.reduce_mean", "tensorflow.math.reduce_mean"),
        ("tensorflow.image.decode_jpeg", "tensorflow.io.decode_jpeg"),
        ("tensorflow.half", "tensorflow.float16"),
        ("tensorflow.data.experimental.AUTOTUNE", "tensorflow.data.AUTOTUNE"),
        (
            "tensorflow.distribute.experimental.ParameterServerStrategy",
            "tensorflow.distribute.ParameterServerStrategy",
        ),
        ("tensorflow.losses.mse", "keras.metrics.mean_squared_error"),
        ("tensorflow.optimizers", "keras.optimizers"),
        ("tensorflow.python.data.ops.dataset_ops.DatasetV2", "tensorflow.data.Dataset"),
        ("tensorflow.python.framework.ops.Tensor", "tensorflow.Tensor"),
        ("tensorflow.python.ops.math_ops.reduce_mean", "tensorflow.math.reduce_mean"),
        ("keras.utils.Sequence", "keras.utils.PyDataset"),
        ("keras.utils.data_utils.Sequence", "keras.utils.PyDataset"),
        ("keras.utils.np_utils.to_categorical", "keras.utils.to_categorical"),
        ("keras.models.Model", "keras.Model"),
        ("keras.engine.training.Model", "keras.Model"),
        ("keras.engine.topology.Layer", "keras.Layer"),
        ("keras.layers.core.Dense", "keras.layers.Dense"),
        ("keras.layers.merge.concatenate", "keras.layers.concatenate"),
        ("keras.layers.MaxPool2D", "keras.layers.MaxPooling2D"),
        ("keras.layers.normalization.BatchNormalization", "keras.layers.BatchNormalization"),
        ("keras.layers.recurrent.LSTM", "keras.layers.LSTM"),
        ("keras.layers.experimental.preprocessing.Normalization", "keras.layers.Normalization"),
        ("keras.src.activations.activations.relu", "keras.activations.relu"),
        ("tensorflow.python.keras.optimizer_v2.adam.Adam", "keras.optimizers.Adam"),
        ("tensorflow.keras.backend", "keras.backend"),
    ],
)
def test_aliases_and_private_places_have_a_canonical_name(dotted, name):
    assert name_of(dotted) == name


@pytest.mark.parametrize("dotted", ["keras.optimizers.legacy.Adam", "keras.optimizers.Adam"])
def test_what_one_generation_tells_apart_stays_apart(dotted):
    # Keras 3 answers every legacy optimizer with one and the same class.
    assert name_of(dotted) == dotted


@pytest.mark.parametrize(
    ("dotted", "name"),
    [
        ("tensorflow.keras.utils.multi_gpu_model", "keras.utils.multi_gpu_model"),
        ("keras.layers.CuDNNLSTM", "keras.layers.CuDNNLSTM"),
        ("keras.models.Model.no_such_method", "keras.Model.no_such_method"),
        ("tensorflow.contrib.data.map_and_batch", "tensorflow.contrib.data.map_and_batch"),
        ("tensorflow.placeholder", "tensorflow.placeholder"),
    ],
)
def test_removed_names_keep_their_place(dotted, name):
    assert name_of(dotted) == f"unknown {name}"


def test_tensorflow_1_lends_only_what_takes_the_same_arguments():
    assert (
        name_of("tensorflow.compat.v1.data.Dataset.from_generator")
        == "tensorflow.data.Dataset.from_generator"
    )
    assert name_of("tensorflow.compat.v1.data.TFRecordDataset") == "tensorflow.data.TFRecordDataset"
    # Its second argument was the probability of keeping a unit.
    assert name_of("tensorflow.compat.v1.nn.dropout") == "unknown tensorflow.compat.v1.nn.dropout"
    assert api.signature("tensorflow.compat.v1.nn.dropout") is None


@pytest.mark.parametrize(
    ("dotted", "kind"),
    [
        ("tensorflow.data", api.Kind.MODULE),
        ("tensorflow.data.Dataset", api.Kind.CLASS),
        ("tensorflow.data.TFRecordDataset.from_tensor_slices", api.Kind.METHOD),
        ("tensorflow.data.experimental.AutoShardPolicy.OFF", api.Kind.ATTRIBUTE),
        ("tensorflow.data.AUTOTUNE", api.Kind.CONSTANT),
        ("tensorflow.function", api.Kind.FUNCTION),
        ("keras.layers.Layer.__init__", api.Kind.METHOD),
        ("tensorflow.no_such_thing", api.Kind.UNKNOWN),
    ],
)
def test_kinds(dotted, kind):
    assert api.resolve(dotted).kind is kind


@pytest.mark.parametrize(
    ("dotted", "generations"),
    [
        ("keras.layers.Dense", {2, 3}),
        ("keras.ops.relu", {3}),
        ("keras.utils.PyDataset", {3}),
        ("keras.utils.Sequence", {2, 3}),
        ("keras.layers.experimental.preprocessing.Normalization", {2}),
        ("keras.layers.convolutional.Conv2D", {2}),
        ("keras.Model.fit", {2, 3}),
        ("keras.Model.fit_generator", {2}),
        ("keras.preprocessing.image.ImageDataGenerator", {2}),
        ("tensorflow.keras.preprocessing.image.ImageDataGenerator", {2, 3}),
        ("tf_keras.layers.Dense", {2}),
        ("keras.src.ops.relu", {3}),
        ("keras.utils.multi_gpu_model", set()),
        ("tensorflow.data.Dataset", {2, 3}),
    ],
)
def test_generations_that_have_a_name(dotted, generations):
    assert api.exists_in(dotted) == generations


def test_classes_know_their_public_bases():
    assert api.bases("keras.Sequential")[:2] == ("keras.Model", "keras.Layer")
    assert api.is_a("tensorflow.keras.models.Sequential", "keras.layers.Layer")
    assert api.is_a("keras.callbacks.EarlyStopping", "keras.callbacks.Callback")
    assert api.is_a("keras.preprocessing.image.DirectoryIterator", "keras.utils.Sequence")
    assert api.is_a("tensorflow.data.TFRecordDataset", "tensorflow.data.Dataset")
    assert api.is_a("tensorflow.distribute.MirroredStrategy", "tensorflow.distribute.Strategy")
    assert api.is_a("keras.optimizers.Adam", "keras.Optimizer")
    assert not api.is_a("keras.layers.Dense", "keras.Model")
    assert not api.is_a("keras.layers.concatenate", "keras.Layer")
    assert not api.is_a("numpy.ndarray", "keras.Layer")


def test_signatures_follow_the_generation():
    assert "workers" in api.method_signature("keras.Model", "fit", 2).by_keyword
    assert "workers" not in api.method_signature("keras.Model", "fit", 3).by_keyword
    assert "workers" not in api.method_signature("keras.Model", "fit", None).by_keyword
    assert "workers" in api.method_signature("tf_keras.Model", "fit", None).by_keyword
    assert api.method_signature("keras.Model", "fit_generator", 3) is None
    assert "generator" in api.method_signature("keras.Model", "fit_generator").by_keyword


def test_methods_are_inherited():
    assert api.method_signature("keras.Sequential", "fit", 3) == api.method_signature("keras.Model", "fit", 3)
    assert api.method_signature("tensorflow.data.TFRecordDataset", "map") is not None
    assert api.signature("tensorflow.distribute.MirroredStrategy.scope").parameters == ()


def test_positional_arguments_of_a_method_skip_self():
    mapped = api.bind(api.method_signature("tensorflow.data.Dataset", "map"), ["f", 4], {})

    assert mapped.get("map_func") == "f"
    assert mapped.get("num_parallel_calls") == 4
    assert mapped.get("deterministic") == api.Default(None)
    assert mapped.is_given("num_parallel_calls")
    assert not mapped.is_given("deterministic")


def test_static_methods_skip_nothing():
    made = bound("tensorflow.data.Dataset.from_tensor_slices", "xs")

    assert made.get("tensors") == "xs"


def test_a_model_is_called_with_inputs_and_outputs():
    model = bound("keras.Model", "in", "out")

    assert (model.get("inputs"), model.get("outputs")) == ("in", "out")


def test_defaults_are_told_from_values():
    conv = bound("keras.layers.Conv2D", 32, kernel_size=3)

    assert conv.get("filters") == 32
    assert conv.get("kernel_size") == 3
    assert conv.get("strides") == api.Default((1, 1))
    assert conv.get("padding") == api.Default("valid")
    assert conv.get("no_such_parameter") is api.MISSING
    assert bound("keras.layers.Conv2D").get("filters") is api.MISSING
    assert conv.names[:3] == ("filters", "kernel_size", "strides")


def test_a_default_that_is_no_constant_is_not_made_up():
    counter = bound("tensorflow.data.Dataset.counter")

    assert counter.get("start") == api.Default(0)
    assert not counter.get("dtype").is_constant


def test_extra_arguments_are_kept_apart():
    zipped = bound("tensorflow.data.Dataset.zip", "a", "b", name="pair")
    assert zipped.extra_positional == ("a", "b")
    assert zipped.get("name") == "pair"

    dense = bound("keras.layers.Dense", 10, input_shape=(4,))
    assert dense.extra_keywords == {"input_shape": (4,)}
    assert dense.unexpected == ()


def test_what_python_would_refuse_is_unexpected():
    fit = api.bind(api.method_signature("keras.Model", "fit", 3), ["x"], {"workers": 4, "x": "again"})

    assert fit.unexpected == ("workers", "x")
    assert fit.get("x") == "x"


def test_an_open_call_leaves_the_rest_unknown():
    fit = api.bind(api.method_signature("keras.Model", "fit", 3), ["x"], {"epochs": 2}, open=True)

    assert (fit.get("x"), fit.get("epochs")) == ("x", 2)
    assert fit.get("callbacks") is api.UNKNOWN
    assert fit.is_unknown("callbacks")
    assert not fit.is_unknown("epochs")


def test_constants_have_their_values():
    assert api.constant("tensorflow.data.experimental.AUTOTUNE") == api.Default(-1)
    assert api.constant("tensorflow.newaxis") == api.Default(None)
    assert not api.constant("tensorflow.float32").is_constant
    assert api.constant("tensorflow.cast") is None


def test_reading_the_tables_imports_no_framework():
    code = (
        "import sys; from keraslint.semantics import api; api.is_a('keras.Model', 'keras.Layer');"
        "sys.exit(any(name.partition('.')[0] in ('keras', 'tensorflow', 'tf_keras') for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
