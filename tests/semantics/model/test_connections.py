"""What flows between the layers of a model."""

import pytest

HEAD = """
import keras
from keras import layers
from keras.layers import Add, BatchNormalization, Conv2D, Dense, Dropout, Flatten, GlobalAveragePooling2D
"""
PICTURES = "inputs = keras.Input((8, 8, 3))\n"


def connections(evaluate, text):
    (fact,) = evaluate(HEAD + text).facts.models

    def name(layer):
        return None if layer is None else layer.name

    parts = fact.architecture.parts
    return [(name(each.source), name(each.target)) for part in parts for each in part.connections]


def test_layers_of_a_sequential_stand_in_a_row(evaluate):
    text = "model = keras.Sequential([keras.Input((8, 8, 3)), Conv2D(4, 3), Flatten()])"
    assert connections(evaluate, text) == [(None, "Conv2D"), ("Conv2D", "Flatten"), ("Flatten", None)]


def test_what_an_operation_takes_goes_to_no_layer(evaluate):
    text = f"{PICTURES}x = Conv2D(3, 1)(inputs)\nmodel = keras.Model(inputs, BatchNormalization()(x) + x)"
    found = connections(evaluate, text)
    assert ("Conv2D", "BatchNormalization") in found
    assert ("Conv2D", None) in found


def test_an_output_in_the_middle_is_an_end(evaluate):
    text = f"{PICTURES}x = Conv2D(3, 1)(inputs)\nmodel = keras.Model(inputs, [x, Flatten()(x)])"
    assert connections(evaluate, text).count(("Conv2D", None)) == 1


def test_a_subclass_connects_what_its_call_applies(evaluate):
    text = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = Conv2D(3, 1)
        self.norm = BatchNormalization()

    def call(self, x):
        y = self.conv(x)
        return self.norm(y) + y

model = Net()
model(keras.Input((8, 8, 3)))
"""
    found = connections(evaluate, text)
    assert ("Conv2D", "BatchNormalization") in found
    assert ("Conv2D", None) in found


FLATTENED = {
    "Conv2D(4, 3)(inputs)": (144, 1450),
    "Dropout(0.5)(Conv2D(4, 3)(inputs))": (144, 1450),
    "inputs": None,
    "Dropout(0.5)(inputs)": None,
}


@pytest.mark.parametrize(("text", "known"), FLATTENED.items())
def test_a_flattening_knows_the_dense_layer_behind_it(evaluate, text, known):
    chain = f"Dense(10)(Dropout(0.5)(Flatten()({text})))"
    (fact,) = evaluate(f"{HEAD}{PICTURES}model = keras.Model(inputs, {chain})").facts.models
    found = [(each.features, each.weights) for each in fact.architecture.flattened]
    assert found == ([] if known is None else [known])


def test_weights_count_as_loaded_only_before_the_training(evaluate):
    known = evaluate(
        HEAD
        + """
before = keras.Sequential([keras.Input((4,)), Dense(2)])
before.load_weights("old.weights.h5")
before.fit([[0.0] * 4], [0.0])
after = keras.Sequential([keras.Input((4,)), Dense(2)])
after.fit([[0.0] * 4], [0.0])
after.load_weights("best.weights.h5")
"""
    )
    assert [fact.loads_weights for fact in known.facts.models] == [True, False]


RUNS = {
    "if test: agent.load()\nelse: agent.train()": False,
    "if test:\n    agent.load()\nelif again:\n    agent.train()": False,
    "match test:\n    case 1: agent.load()\n    case _: agent.train()": False,
    "if test:\n    if again: agent.load()\nelse: agent.train()": False,
    "if test: agent.load()\nagent.train()": True,
    "if test: agent.load()\nif again: agent.train()": True,
    "if test:\n    agent.load()\n    agent.train()\nelse: agent.train()": True,
    "for turn in range(turns):\n    if turn % 2: agent.load()\n    else: agent.train()": True,
    "try: agent.load()\nexcept OSError: agent.train()": True,
}


@pytest.mark.parametrize(("run", "loads"), RUNS.items())
def test_weights_count_as_loaded_only_where_the_same_run_trains(evaluate, run, loads):
    known = evaluate(
        f"""{HEAD}
from environment import test, again, turns

class Agent:
    def __init__(self):
        self.model = keras.Sequential([keras.Input((4,)), Dense(2)])

    def load(self):
        self.model.load_weights("old.weights.h5")

    def train(self):
        self.model.fit([[0.0] * 4], [0.0])

agent = Agent()
{run}
"""
    )
    assert [fact.loads_weights for fact in known.facts.models] == [loads]


USELESS = {
    "BatchNormalization()(Conv2D(4, 3)(inputs))": ["Conv2D"],
    "BatchNormalization(axis=3)(Conv2D(4, 3)(inputs))": ["Conv2D"],
    "BatchNormalization(axis=1)(Conv2D(4, 3)(inputs))": [],
    "BatchNormalization(axis=1)(layers.Conv2D(4, 3, data_format='channels_first')(inputs))": ["Conv2D"],
    "BatchNormalization()(Conv2D(4, 3, activation='relu')(inputs))": [],
    "BatchNormalization()(Conv2D(4, 3, activation=given)(inputs))": [],
    "BatchNormalization()(Conv2D(4, 3, **given)(inputs))": [],
    "BatchNormalization()(Dropout(0.5)(Conv2D(4, 3)(inputs)))": [],
}


@pytest.mark.parametrize(("text", "layers"), USELESS.items())
def test_a_bias_is_useless_straight_in_front_of_a_normalisation(evaluate, text, layers):
    given = "import numpy as np\nfrom unknown import given\n"
    known = evaluate(
        f"{HEAD}{given}{PICTURES}model = keras.Model(inputs, {text})\nmodel.fit(np.zeros((8, 8, 8, 3)))"
    )
    assert [bias.layer.name for bias in known.facts.useless_biases] == layers
