"""Models: their layers, shapes and parameters, however the program puts them together."""

from __future__ import annotations

import pytest

from keraslint.semantics.evaluation import imports

HEAD = """
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.layers import *
from tensorflow.keras.models import Model, Sequential
"""

SIZED = {
    "Sequential([Input((4,)), Dense(2)])": 10,
    "Sequential([keras.Input(shape=(4,)), Dense(2)])": 10,
    "Sequential([InputLayer(shape=(4,)), Dense(2)])": 10,
    "Sequential([InputLayer(input_shape=(4,)), Dense(2)])": 10,
    "Sequential([InputLayer((4,)), Dense(2)])": 10,
    "Sequential([Dense(2, input_shape=(4,))])": 10,
    "Sequential([Dense(2, input_dim=4)])": 10,
    "Sequential([Dense(2, batch_input_shape=(None, 4))])": 10,
    "Sequential(layers=[Dense(2, input_shape=(4,))], name='x')": 10,
    "Sequential((Dense(2, input_shape=(4,)),))": 10,
    "Sequential([Dense(2, input_shape=[4])])": 10,
    "Sequential([Dense(n, input_shape=(4,)) for n in (2,)])": 10,
    "Sequential([Input((4,)), *[Dense(4) for _ in range(3)], Dense(2)])": 70,
    "Sequential([Input((4,))] + [Dense(4)] * 2)": 20,
    "Sequential([Sequential([Input((4,)), Dense(2)]), Dense(3)])": 19,
    "Sequential([Input((8, 8, 3)), Conv2D(4, 3), BatchNormalization(), ReLU(), Flatten(), Dense(2)])": 418,
    "Sequential([Embedding(100, 8, input_length=10), LSTM(4), Dense(1)])": 1013,
    "Sequential([Input((8, 8, 3)), layers.Rescaling(1 / 255), layers.RandomFlip(), Conv2D(4, 3)])": 112,
    "Sequential([Input(4), Dense(2)])": None,
    "Sequential([Dense(2)])": None,
    "Sequential([Input((4,)), Dense(n)])": None,
    "Sequential([Input((4,)), custom()])": None,
    "Sequential([Input((4,)), Dense(2)] + more)": None,
    "Sequential(...)": None,
    "Sequential(load())": None,
    "Sequential()": None,
    "keras.models.load_model('x')": None,
}


@pytest.mark.parametrize(("text", "parameters"), SIZED.items())
def test_sequential(evaluate, text, parameters):
    known = evaluate(f"{HEAD}model = {text}")
    assert known.facts.models[-1 if "Sequential([Seq" in text else 0].architecture.parameters == parameters


def model(evaluate, text):
    known = evaluate(HEAD + text)
    scope = imports.module_scope(known.evaluator, "main.py")
    value = known.evaluator.root.get((scope, "model"))
    (fact,) = [fact for fact in known.facts.models if fact.model is value]
    return fact


def test_add(evaluate):
    fact = model(evaluate, "model = Sequential()\nmodel.add(Dense(4, input_shape=(4,)))\nmodel.add(Dense(2))")
    assert fact.architecture.parameters == 30
    assert [layer.name for layer in fact.architecture.layers] == ["Dense", "Dense"]


def test_add_in_a_loop_over_widths(evaluate):
    fact = model(
        evaluate,
        """
model = Sequential()
model.add(Input((32, 32, 3)))
for width in (16, 32, 64):
    model.add(Conv2D(width, 3, padding="same"))
    model.add(MaxPooling2D())
model.add(Flatten())
model.add(Dense(10))
""",
    )
    assert fact.architecture.parameters == 448 + 4640 + 18496 + 1024 * 10 + 10
    assert fact.architecture.outputs == ((None, 10),)


def test_add_in_a_helper(evaluate):
    fact = model(
        evaluate,
        """
def block(model, width):
    model.add(Dense(width))
    model.add(Dropout(0.5))
    return model
model = Sequential([Input((4,))])
for width in [8, 2]:
    block(model, width)
""",
    )
    assert fact.architecture.parameters == 40 + 18


def test_a_layer_that_may_be_added(evaluate):
    fact = model(
        evaluate, "model = Sequential([Input((4,))])\nif flag:\n    model.add(Dense(4))\nmodel.add(Dense(2))"
    )
    assert fact.architecture.parameters is None
    assert not fact.architecture.complete


def test_a_layer_that_is_added_in_a_loop_of_unknown_length(evaluate):
    for loop in ("for _ in range(n)", "while flag()", "for _ in range(100)"):
        fact = model(evaluate, f"model = Sequential([Input((4,))])\n{loop}:\n    model.add(Dense(4))")
        assert fact.architecture.parameters is None, loop


def test_a_layer_that_is_taken_back(evaluate):
    fact = model(evaluate, "model = Sequential([Input((4,)), Dense(4), Dense(2)])\nmodel.pop()")
    assert fact.architecture.parameters == 20


def test_a_list_that_grows(evaluate):
    fact = model(
        evaluate,
        "stack = [Input((4,))]\nfor n in (4, 2):\n    stack.append(Dense(n))\nstack += [Dense(1)]\nmodel = Sequential(stack)",
    )
    assert fact.architecture.parameters == 20 + 10 + 3


def test_a_list_that_grows_later_is_another(evaluate):
    fact = model(
        evaluate, "stack = [Input((4,)), Dense(2)]\nmodel = Sequential(stack)\nstack.append(Dense(9))"
    )
    assert fact.architecture.parameters == 10


def test_built_by_build(evaluate):
    fact = model(evaluate, "model = Sequential([Dense(2)])\nmodel.build((None, 4))")
    assert fact.architecture.parameters == 10
    fact = model(evaluate, "model = Sequential([Dense(2)])\nmodel.build(input_shape=(None, 4))")
    assert fact.architecture.parameters == 10


def test_built_by_the_first_data(evaluate):
    fact = model(
        evaluate,
        "model = Sequential([Dense(2)])\nmodel.compile(loss='mse')\nmodel.fit(np.zeros((9, 4)), np.zeros(9))",
    )
    assert fact.architecture.parameters == 10


def test_built_by_a_dataset(evaluate):
    fact = model(
        evaluate,
        """
ds = tf.data.Dataset.from_tensor_slices((np.zeros((9, 4)), np.zeros(9))).batch(3)
model = Sequential([Dense(2)])
model.fit(ds)
""",
    )
    assert fact.architecture.parameters == 10


def test_built_by_a_call(evaluate):
    fact = model(evaluate, "model = Sequential([Dense(2)])\nmodel(tf.zeros((1, 4)))")
    assert fact.architecture.parameters == 10


FUNCTIONAL = {
    "i = Input((4,))\nmodel = Model(i, Dense(2)(i))": 10,
    "i = Input((4,))\nmodel = Model(inputs=i, outputs=Dense(2)(i))": 10,
    "i = Input((4,))\nmodel = Model(inputs=[i], outputs=[Dense(2)(i)])": 10,
    "i = Input((4,))\nmodel = keras.models.Model(i, Dense(2)(i), name='x')": 10,
    "i = Input(shape=4)\nmodel = Model(i, Dense(2)(i))": None,
    "i = Input((4,))\nx = Dense(4)(i)\nx = Dense(4)(x)\nmodel = Model(i, x)": 40,
    "i = Input((4,))\nd = Dense(4)\nx = d(d(i))\nmodel = Model(i, x)": 20,
    "i = Input((4,))\nx = Dense(4)(i)\nx = Add()([x, i])\nmodel = Model(i, Dense(2)(x))": 30,
    "i = Input((4,))\nx = Dense(4)(i)\nx = layers.add([x, i])\nmodel = Model(i, Dense(2)(x))": 30,
    "i = Input((4,))\nx = Concatenate()([Dense(3)(i), Dense(5)(i)])\nmodel = Model(i, Dense(1)(x))": 49,
    "i = Input((4,))\nx = keras.layers.concatenate([Dense(3)(i), i], axis=-1)\nmodel = Model(i, Dense(1)(x))": 23,
    "a, b = Input((4,)), Input((3,))\nx = Concatenate()([a, b])\nmodel = Model([a, b], [Dense(1)(x), Dense(2)(x)])": 24,
    "a, b = Input((4,)), Input((4,))\nd = Dense(3)\nmodel = Model([a, b], Add()([d(a), d(b)]))": 15,
    "a, b = Input((4,)), Input((4,))\nmodel = Model({'a': a, 'b': b}, {'y': Add()([Dense(2)(a), Dense(2)(b)])})": 20,
    "i = Input((4,))\ninner = Sequential([Input((4,)), Dense(2)])\nmodel = Model(i, Dense(1)(inner(i)))": 13,
    "def inner():\n    i = Input((4,))\n    return Model(i, Dense(2)(i))\ni = Input((4,))\nm = inner()\nmodel = Model(i, Add()([m(i), m(i)]))": 10,
    "base = Sequential([Input((4,)), Dense(3)])\nmodel = Model(base.input, Dense(1)(base.output))": 19,
    "base = Sequential([Input((4,)), Dense(3)])\nmodel = Model(base.inputs, Dense(1)(base.layers[-1].output))": 19,
    "i = Input((4,))\nmodel = Model(i, i * 2 + Dense(4)(i))": 20,
    "i = Input((4,))\nmodel = Model(i, tf.nn.relu(Dense(4)(i)))": 20,
    "i = Input((4,))\nmodel = Model(i, helper(i))": None,
    "i = Input((4,))\nx = Dense(4)(i) if flag else i\nmodel = Model(i, x)": None,
    "i = Input((4,))\nx = i\nfor _ in range(n):\n    x = Dense(4)(x)\nmodel = Model(i, x)": None,
    "i = Input((8, 8, 3))\nx = i\nfor n in (4, 8):\n    x = Conv2D(n, 3)(x)\n    x = BatchNormalization()(x)\n    x = Activation('relu')(x)\nmodel = Model(i, GlobalAveragePooling2D()(x))": 112
    + 16
    + 296
    + 32,
    "i = Input((10,))\nx = Embedding(100, 8)(i)\nx = Bidirectional(LSTM(4))(x)\nmodel = Model(i, Dense(1)(x))": 800
    + 416
    + 9,
    "i = Input((5, 4))\nx, h, c = LSTM(3, return_state=True)(i)\nmodel = Model(i, Dense(1)(h))": 96 + 4,
    "i = Input((5, 4))\nx = TimeDistributed(Dense(3))(i)\nmodel = Model(i, x)": 15,
    "i = Input((5, 4))\nx = MultiHeadAttention(2, 3)(i, i)\nmodel = Model(i, x)": 118,
}


@pytest.mark.parametrize(("text", "parameters"), FUNCTIONAL.items())
def test_functional(evaluate, text, parameters):
    fact = model(evaluate, text)
    assert fact.architecture.parameters == parameters


def test_blocks_by_helpers(evaluate):
    fact = model(
        evaluate,
        """
def conv(x, filters, size=3, strides=1, activation="relu"):
    x = Conv2D(filters, size, strides=strides, padding="same", use_bias=False)(x)
    x = BatchNormalization()(x)
    if activation is not None:
        x = Activation(activation)(x)
    return x

def residual(x, filters, strides=1):
    shortcut = x
    x = conv(x, filters, strides=strides)
    x = conv(x, filters, activation=None)
    if strides != 1 or shortcut.shape[-1] != filters:
        shortcut = conv(shortcut, filters, 1, strides, activation=None)
    return Activation("relu")(Add()([x, shortcut]))

def build(shape, classes, widths=(16, 32)):
    inputs = Input(shape)
    x = conv(inputs, widths[0])
    for i, width in enumerate(widths):
        for j in range(2):
            x = residual(x, width, strides=2 if i > 0 and j == 0 else 1)
    x = GlobalAveragePooling2D()(x)
    return Model(inputs, Dense(classes, activation="softmax")(x))

model = build((32, 32, 3), 10)
""",
    )
    assert fact.architecture.outputs == ((None, 10),)
    assert fact.architecture.parameters == RESIDUAL


def batched(width):
    return 4 * width


RESIDUAL = (
    27 * 16 + batched(16)
    + 2 * 2 * (9 * 16 * 16 + batched(16))
    + 9 * 16 * 32 + batched(32) + 9 * 32 * 32 + batched(32) + 16 * 32 + batched(32)
    + 2 * (9 * 32 * 32 + batched(32))
    + 330
)  # fmt: skip


def test_a_lambda_chain_of_layers(evaluate):
    fact = model(
        evaluate,
        "i = Input((4,))\nstack = [Dense(4), Dense(2)]\nx = i\nfor layer in stack:\n    x = layer(x)\nmodel = Model(i, x)",
    )
    assert fact.architecture.parameters == 30


def test_a_model_returned_with_others(evaluate):
    fact = model(
        evaluate,
        "def make():\n    i = Input((4,))\n    h = Dense(3)(i)\n    return Model(i, h), Model(i, Dense(1)(h))\nencoder, model = make()",
    )
    assert fact.architecture.parameters == 19


def test_a_model_that_is_trained(evaluate):
    known = evaluate(
        HEAD
        + "a = Sequential([Input((4,)), Dense(2)])\nb = Sequential([Input((4,)), Dense(3)])\na.fit(x)\nb.predict(x)"
    )
    assert [fact.is_trained for fact in known.facts.models] == [True, False]


def test_shapes_of_tensors_are_numbers(evaluate):
    fact = model(
        evaluate,
        "i = Input((8, 8, 3))\nx = Conv2D(4, 3)(i)\nx = Reshape((-1, x.shape[-1]))(x)\nx = Dense(int(x.shape[1]))(x)\nmodel = Model(i, x)",
    )
    assert fact.architecture.outputs == ((None, 36, 36),)


def test_a_configuration_object(evaluate):
    fact = model(
        evaluate,
        """
class Config:
    units = 3
    shape = (4,)
def build(cfg):
    i = Input(cfg.shape)
    return Model(i, Dense(cfg.units)(i))
model = build(Config())
""",
    )
    assert fact.architecture.parameters == 15


def test_non_trainable(evaluate):
    fact = model(evaluate, "model = Sequential([Input((4,)), Dense(2), BatchNormalization()])")
    assert (fact.architecture.parameters, fact.architecture.non_trainable) == (18, 4)


def test_channels_first(evaluate):
    fact = model(
        evaluate, "model = Sequential([Input((3, 8, 8)), Conv2D(4, 3, data_format='channels_first')])"
    )
    assert fact.architecture.outputs == ((None, 4, 6, 6),)


def test_positional_arguments_of_layers(evaluate):
    fact = model(evaluate, "model = Sequential([Input((8, 8, 3)), Conv2D(4, (3, 3), (2, 2), 'same')])")
    assert fact.architecture.outputs == ((None, 4, 4, 4),)


def test_weights_count_once_however_deep_they_are_shared(evaluate):
    fact = model(
        evaluate,
        """
shared = Dense(4)
inner = Sequential([Input((4,)), shared, Dense(4)])
model = Sequential([Input((4,)), shared, inner, Sequential([Input((4,)), inner, shared, Dense(1)])])
""",
    )
    assert fact.architecture.parameters == 20 + 20 + 5


def test_a_layer_in_a_partial(evaluate):
    fact = model(
        evaluate,
        "from functools import partial\nC = partial(Conv2D, kernel_size=3, padding='same')\nmodel = Sequential([Input((8, 8, 3)), C(4), C(8, kernel_size=1)])",
    )
    assert fact.architecture.parameters == 112 + 40


def test_layers_with_keywords_from_a_dict(evaluate):
    fact = model(
        evaluate,
        "args = dict(kernel_size=3, padding='same')\nmodel = Sequential([Input((8, 8, 3)), Conv2D(4, **args)])",
    )
    assert fact.architecture.parameters == 112
    fact = model(evaluate, "model = Sequential([Input((8, 8, 3)), Conv2D(4, **args)])")
    assert fact.architecture.parameters is None


APPLICATIONS = {
    "keras.applications.MobileNetV2()": 3538984,
    "keras.applications.MobileNetV2(weights=None)": 3538984,
    "keras.applications.MobileNetV2(include_top=False)": 2257984,
    "keras.applications.MobileNetV2(input_shape=(96, 96, 3), include_top=False, weights='imagenet')": 2257984,
    "keras.applications.MobileNetV2(weights=None, classes=10)": 2270794,
    "keras.applications.ResNet50(include_top=False, pooling='avg')": 23587712,
    "keras.applications.resnet50.ResNet50(include_top=False)": 23587712,
    "tf.keras.applications.resnet.ResNet50(include_top=False)": 23587712,
    "keras.applications.MobileNetV2(alpha=0.5)": None,
    "keras.applications.MobileNetV2(include_top=flag)": None,
    "keras.applications.MobileNetV2(**options)": None,
}


@pytest.mark.parametrize(("text", "parameters"), APPLICATIONS.items())
def test_applications(evaluate, text, parameters):
    assert model(evaluate, f"model = {text}").architecture.parameters == parameters


def test_an_application_as_first_layer(evaluate):
    fact = model(
        evaluate,
        """
base = keras.applications.MobileNetV2(input_shape=(96, 96, 3), include_top=False)
base.trainable = False
model = Sequential([base, GlobalAveragePooling2D(), Dense(10)])
""",
    )
    assert fact.architecture.parameters == 2257984 + 12810


def test_an_application_in_a_functional_model(evaluate):
    for text in (
        "x = base(i)\nx = GlobalAveragePooling2D()(x)\nmodel = Model(i, Dense(10)(x))",
        "x = base(i, training=False)\nx = GlobalAveragePooling2D()(x)\nmodel = Model(i, Dense(10)(x))",
        "x = GlobalAveragePooling2D()(base.output)\nmodel = Model(base.input, Dense(10)(x))",
        "x = GlobalAveragePooling2D()(base.output)\nmodel = Model(inputs=base.inputs, outputs=Dense(10)(x))",
        "x = Flatten()(base.layers[-1].output)\nmodel = Model(base.input, GlobalAveragePooling2D()(x))",
    ):
        head = "base = keras.applications.MobileNetV2(input_shape=(96, 96, 3), include_top=False)\ni = Input((96, 96, 3))\n"
        fact = model(evaluate, head + text)
        expected = None if "layers[-1]" in text else 2257984 + 12810
        assert fact.architecture.parameters == expected, text


def test_an_application_on_a_tensor(evaluate):
    fact = model(
        evaluate,
        """
i = Input((96, 96, 3))
base = keras.applications.MobileNetV2(input_tensor=i, include_top=False)
model = Model(i, Dense(10)(GlobalAveragePooling2D()(base.output)))
""",
    )
    assert fact.architecture.parameters == 2257984 + 12810


def test_a_layer_from_the_middle_of_an_application(evaluate):
    fact = model(
        evaluate,
        """
base = keras.applications.MobileNetV2(input_shape=(96, 96, 3), include_top=False)
x = base.get_layer("block_6_expand").output
model = Model(base.input, GlobalAveragePooling2D()(x))
""",
    )
    assert fact.architecture.parameters is None


def test_memory_and_operations(evaluate):
    fact = model(evaluate, "model = Sequential([Input((8, 8, 3)), Conv2D(4, 3)])")
    assert fact.architecture.macs == 36 * 4 * 27


LAMBDAS = {
    "lambda x: x * 2.0": 0,
    "lambda x: x * limit": 0,
    "lambda x: tf.nn.l2_normalize(tf.cast(x, 'float32'), axis=-1)": 0,
    "scaled, arguments={'by': 3.0}": 0,
    "scaled, output_shape=(4,), arguments={'by': 3.0}": 0,
    "tf.nn.relu": 0,
    "lambda x: x + keras.backend.random_normal(shape=(keras.backend.shape(x)[0], 4))": 0,
    "lambda x: x + keras.random.normal((tf.shape(x)[0], 4), stddev=0.1)": 0,
    "lambda x: x @ table": None,
    "lambda x: tf.matmul(x, table)": None,
    "lambda x: x + encoder(x)": None,
    "lambda x: tf.map_fn(lambda row: tf.matmul(row[None], table)[0], x)": None,
    "lambda x: shared(x)": None,
    "encoder, output_shape=(4,)": None,
    "encoder": None,
}


@pytest.mark.parametrize(("function", "macs"), LAMBDAS.items())
def test_a_lambda_costs_nothing_where_all_that_it_does_is_known(evaluate, function, macs):
    text = f"""
from environment import encoder, limit

table = tf.ones((4, 4))
shared = Dense(4)

def scaled(x, by):
    return x / tf.reduce_max(x) * by

inputs = Input((4,))
model = Model(inputs, Lambda({function})(inputs))
"""
    (layer,) = model(evaluate, text).architecture.layers
    assert layer.macs == macs


def test_noise_in_a_lambda_has_the_shape_that_it_is_asked_for(evaluate):
    fact = model(
        evaluate,
        """
def sample(parts):
    mean, spread = parts
    noise = keras.backend.random_normal(shape=(keras.backend.shape(mean)[0], 2), mean=0.0, stddev=1.0)
    return mean + keras.backend.exp(spread) * noise

inputs = Input((4,))
z = Lambda(sample)([Dense(2)(inputs), Dense(2)(inputs)])
model = Model(inputs, Dense(3)(z))
""",
    )
    assert fact.architecture.parameters == 10 + 10 + 9
