"""What ``facts`` tells about a project."""

import json
import re

import nbformat
import pytest
from nbformat import v4

MODEL = """\
import keras

def build_model(width):
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(width)])
    model.compile(loss="mse")
    return model
"""
TRAIN = """\
import numpy as np
import tensorflow as tf
from model import build_model

def parse(x):
    return tf.image.resize(tf.io.decode_jpeg(x), (8, 8))

x = np.zeros((64, 8))
data = tf.data.Dataset.list_files("*.jpg").map(parse).batch(8)
model = build_model(4)
model.fit(data, epochs=2)
model.predict(x)
"""
HOLDER = """\
class Holder:
    def __init__(self):
        self.m = keras.Sequential()

m = Holder().m
"""


@pytest.fixture
def facts(keraslint_cli):
    def run(*arguments: str):
        result = keraslint_cli("facts", *arguments, "--output-format", "json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return run


def test_training_calls_say_their_data_and_their_model(facts, write):
    write("model.py", MODEL)
    write("train.py", TRAIN)
    assert facts()["training_calls"] == [
        {
            "filename": "train.py",
            "cell": None,
            "location": {"row": 11, "column": 1},
            "method": "fit",
            "data": "dataset",
            "model": "build_model.<locals>.model",
            "pipeline": 0,
        },
        {
            "filename": "train.py",
            "cell": None,
            "location": {"row": 12, "column": 1},
            "method": "predict",
            "data": "arrays",
            "model": "build_model.<locals>.model",
            "pipeline": None,
        },
    ]


def test_pipelines_say_their_steps_and_what_mapped_functions_do(facts, write):
    write("model.py", MODEL)
    write("train.py", TRAIN)
    (pipeline,) = facts()["pipelines"]
    assert pipeline["source"] == "list_files"
    assert pipeline["location"] == {"row": 9, "column": 8}
    assert [(step["name"], step["location"]) for step in pipeline["steps"]] == [
        ("list_files", {"row": 9, "column": 24}),
        ("map", {"row": 9, "column": 44}),
        ("batch", {"row": 9, "column": 55}),
    ]
    assert [step["function"] for step in pipeline["steps"]] == [
        None,
        {
            "name": "parse",
            "random": None,
            "costly": "tensorflow.io.decode_jpeg",
            "python": None,
            "elementwise": "no",
            "opaque": False,
        },
        None,
    ]


def test_models_say_their_layers_and_sizes(facts, write):
    write("model.py", MODEL)
    write("train.py", TRAIN)
    assert facts()["models"] == [
        {
            "filename": "model.py",
            "cell": None,
            "location": {"row": 4, "column": 13},
            "name": "build_model.<locals>.model",
            "kind": "sequential",
            "complete": True,
            "parameters": 36,
            "non_trainable": 0,
            "macs": 32,
            "layers": [
                {
                    "kind": "Dense",
                    "filename": "model.py",
                    "cell": None,
                    "location": {"row": 4, "column": 50},
                    "output": [None, 4],
                    "parameters": 36,
                    "macs": 32,
                }
            ],
        }
    ]


def test_one_call_reached_with_different_data_is_unknown(facts, write):
    write(
        "train.py",
        """\
        import keras
        import numpy as np
        import tensorflow as tf

        def train(data):
            model = keras.Sequential([keras.layers.Dense(1)])
            model.fit(data)

        train(np.zeros((8, 8)))
        train(tf.data.Dataset.range(8).batch(2))
        """,
    )
    (call,) = facts()["training_calls"]
    assert (call["data"], call["pipeline"], call["model"]) == ("unknown", None, "train.<locals>.model")


def test_one_call_reached_twice_with_data_of_one_kind_is_told(facts, write):
    write(
        "train.py",
        """\
        import keras
        import numpy as np

        class Net(keras.Model):
            pass

        def train(model, data):
            model.fit(data)

        train(Net(), np.zeros((8, 8)))
        train(keras.Sequential(), np.ones(4))
        """,
    )
    (call,) = facts()["training_calls"]
    assert (call["data"], call["model"]) == ("arrays", None)


@pytest.mark.parametrize(
    ("setup", "told"),
    [
        ("m = keras.Sequential()", "m"),
        (HOLDER, "Holder.__init__.<locals>.self.m"),
        ("m = [keras.Sequential()][0]", "sequential"),
        ("m = Net()", "Net"),
        ("m = o()", None),
    ],
)
def test_a_model_is_named_by_what_is_known_of_it(facts, write, setup, told):
    text = f"import keras\nclass Net(keras.Model):\n    pass\n{setup}\nm.fit(x, epochs=2)\n"
    write("train.py", text)
    (call,) = facts()["training_calls"]
    assert call["model"] == told


def test_a_file_that_several_programs_share_is_told_once(facts, write):
    write("model.py", MODEL)
    for name in ("first.py", "second.py"):
        write(name, TRAIN)
    told = facts("-j", "2")
    assert [call["filename"] for call in told["training_calls"]] == [
        "first.py",
        "first.py",
        "second.py",
        "second.py",
    ]
    assert [call["pipeline"] for call in told["training_calls"]] == [0, None, 1, None]
    assert len(told["models"]) == 1


def test_cells_are_counted(facts, project):
    notebook = v4.new_notebook(
        cells=[
            v4.new_markdown_cell("Words"),
            v4.new_code_cell("import keras\nmodel = keras.Sequential()"),
            v4.new_code_cell("\nmodel.fit([[1.0]], epochs=2)"),
        ]
    )
    nbformat.write(notebook, project / "train.ipynb")
    (call,) = facts("train.ipynb")["training_calls"]
    assert (call["cell"], call["location"]) == (3, {"row": 2, "column": 1})


def test_the_text_draws_chains_and_tables(keraslint_cli, write):
    write("model.py", MODEL)
    write("train.py", TRAIN)
    assert (
        keraslint_cli("facts").stdout
        == """\
2 training calls
  train.py:11:1  fit on dataset (pipeline 0), model `build_model.<locals>.model`
  train.py:12:1  predict on arrays, model `build_model.<locals>.model`

1 pipeline
  0  train.py:9:8
    ┌ list_files
    ├ map parse  costly: tf.io.decode_jpeg
    ├ batch
    └▶ fit  train.py:11:1

1 model
  model.py:4:13  build_model.<locals>.model, 36 parameters, 32 MACs a sample
    layer  output  parameters  MACs  cost
    Dense  4               36    32  ██████████ 100 %
"""
    )


LAYERS = """\
import keras

model = keras.Sequential([
    keras.Input((28, 28, 1)), keras.layers.Rescaling(1 / 255),
    keras.layers.Conv2D(256, 3), keras.layers.MaxPooling2D(),
    keras.layers.Conv2D(128, 3), keras.layers.Flatten(), keras.layers.Dense(10),
])
model.compile(loss="mse")
model.fit(x, y, epochs=2)
"""


def drawn(keraslint_cli, monkeypatch, width):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    plain = re.sub(r"\x1b\[[\d;]*m", "", keraslint_cli("facts").stdout)
    # What was measured changes with every measurement.
    return re.sub(r"(▲ KL\d+ [a-z-]+), [\d.]+x.*", r"\1", plain).splitlines()


def test_the_slow_link_of_a_chain_is_marked(keraslint_cli, write, monkeypatch):
    write("model.py", MODEL)
    flip = "tf.image.random_flip_left_right"
    write(
        "train.py",
        TRAIN.replace("def parse(x):\n    return ", f"def parse(x):\n    return {flip}(").replace(
            "(8, 8))\n", "(8, 8)))\n", 1
        ),
    )
    lines = drawn(keraslint_cli, monkeypatch, 80)
    at = next(index for index, line in enumerate(lines) if "├ map parse" in line)
    assert lines[at : at + 5] == [
        "    ├ map parse",
        "    │ random: tf.image.random_flip_left_right",
        "    │ costly: tf.io.decode_jpeg",
        "    │ ▲ KL103 sequential-map",
        "    ├ batch",
    ]


def test_a_layer_is_marked_and_costs_are_drawn(keraslint_cli, write, monkeypatch):
    write("train.py", LAYERS)
    assert drawn(keraslint_cli, monkeypatch, 80)[7:15] == [
        "    layer         output         parameters    MACs  cost",
        "    Rescaling     28 x 28 x 1             0       0",
        "    Conv2D        26 x 26 x 256      2.56 k  1.56 M  ▍            4 %",
        "    ▲ KL301 oversized-conv",
        "    MaxPooling2D  13 x 13 x 256           0       0",
        "    Conv2D        11 x 11 x 128       295 k  35.7 M  ██████████  95 %",
        "    Flatten       15488                   0       0",
        "    Dense         10                  155 k   155 k              <1 %",
    ]


@pytest.mark.parametrize("width", [40, 50, 60])
def test_a_narrow_terminal_is_kept_to(keraslint_cli, write, monkeypatch, width):
    write("model.py", MODEL)
    write("train.py", TRAIN)
    write("layers.py", LAYERS)
    lines = drawn(keraslint_cli, monkeypatch, width)
    assert max(map(len, lines)) <= width
    assert any("MACs" in line for line in lines)


def test_what_cannot_be_read_is_said_and_hides_nothing(keraslint_cli, write):
    write("broken.py", "import keras\ndef\n")
    write("model.py", MODEL)
    result = keraslint_cli("facts", "--output-format", "json")
    assert "broken.py:2:" in result.stderr
    assert len(json.loads(result.stdout)["models"]) == 1
    assert result.exit_code == 0


def test_a_path_that_does_not_exist_is_a_bad_call(keraslint_cli):
    result = keraslint_cli("facts", "nowhere.py")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nowhere.py: no such file or folder" in result.stderr


def test_nothing_is_known_of_nothing(facts, write):
    write("other.py", "print('hello')\n")
    assert facts() == {"training_calls": [], "pipelines": [], "models": []}
