"""Random models in real Keras: every layer's shape and the model's totals are ours."""

import math

import keras
from hypothesis import given
from hypothesis import reject
from hypothesis import settings
from hypothesis import strategies as st

from keraslint.semantics.layers import InnerLayer
from keraslint.semantics.layers import layer_cost

SIZES = st.sampled_from((1, 2, 3, 4, 6, 8))
FLAGS = st.booleans()
PADDINGS = st.sampled_from(("valid", "same"))
STRIDES = st.sampled_from((1, 1, 2))


def of(kind, **parameters):
    """A layer with drawn parameters."""
    return st.fixed_dictionaries(parameters).map(lambda config: (kind, config))


ANYWHERE = [
    of("BatchNormalization", scale=FLAGS, center=FLAGS),
    of("LayerNormalization"),
    of("Dropout", rate=st.just(0.5)),
    of("Activation", activation=st.just("relu")),
    of("Dense", units=SIZES, use_bias=FLAGS),
]
ON_IMAGES = [
    *ANYWHERE,
    of(
        "Conv2D",
        filters=SIZES,
        kernel_size=st.sampled_from((1, 3, (3, 1))),
        strides=STRIDES,
        padding=PADDINGS,
    ),
    of("Conv2D", filters=SIZES, kernel_size=st.just(3), dilation_rate=st.just(2), use_bias=FLAGS),
    of(
        "Conv2DTranspose",
        filters=SIZES,
        kernel_size=st.sampled_from((2, 3)),
        strides=STRIDES,
        padding=PADDINGS,
    ),
    of(
        "DepthwiseConv2D", kernel_size=st.just(3), strides=STRIDES, padding=PADDINGS, depth_multiplier=STRIDES
    ),
    of("SeparableConv2D", filters=SIZES, kernel_size=st.just(3), padding=PADDINGS),
    of("MaxPooling2D", padding=PADDINGS),
    of("AveragePooling2D", pool_size=st.just(3), strides=STRIDES, padding=PADDINGS),
    of("UpSampling2D"),
    of("ZeroPadding2D", padding=st.sampled_from((1, ((0, 1), (2, 0))))),
    of("Cropping2D", cropping=st.just(1)),
    of("PReLU", shared_axes=st.just([1, 2])),
]
ON_SEQUENCES = [
    *ANYWHERE,
    of("Conv1D", filters=SIZES, kernel_size=STRIDES, padding=st.sampled_from(("valid", "same", "causal"))),
    of("MaxPooling1D", padding=PADDINGS),
    of("GRU", units=SIZES, return_sequences=st.just(True), reset_after=FLAGS),
    of("LSTM", units=SIZES, return_sequences=st.just(True), use_bias=FLAGS),
    of(
        "Bidirectional",
        layer=SIZES.map(
            lambda units: InnerLayer("keras.layers.LSTM", {"units": units, "return_sequences": True})
        ),
        merge_mode=st.sampled_from(("concat", "sum")),
    ),
    of("TimeDistributed", layer=SIZES.map(lambda units: InnerLayer("keras.layers.Dense", {"units": units}))),
    of("SpatialDropout1D", rate=st.just(0.5)),
]
ON_VECTORS = [*ANYWHERE, of("RepeatVector", n=SIZES)]
TO_VECTORS = {
    4: [of("Flatten"), of("GlobalAveragePooling2D"), of("GlobalMaxPooling2D")],
    3: [of("Flatten"), of("GlobalAveragePooling1D"), of("SimpleRNN", units=SIZES)],
    2: [of("Dense", units=SIZES)],
}
# Two paths from one tensor, and the layer in which they meet again.
BRANCHES = st.tuples(st.sampled_from(("Add", "Multiply", "Average", "Concatenate")), FLAGS)


@st.composite
def stacks(draw):
    """An input's shape and layers for it; a step without a layer is a place where the path divides."""
    shape = draw(st.sampled_from(((None, 12, 11, 3), (None, 8, 8, 1), (None, 9, 5), (None, 6))))
    rank = len(shape)
    steps = []
    for _ in range(draw(st.integers(1, 6))):
        choices = {4: ON_IMAGES, 3: ON_SEQUENCES, 2: ON_VECTORS}[rank]
        steps.append(draw(st.one_of(*choices, BRANCHES)))
        if steps[-1][0] == "RepeatVector":
            rank = 3
    steps.append(draw(st.one_of(*TO_VECTORS[rank])))
    return shape, steps


@settings(max_examples=80)
@given(stacks())
def test_random_models(stack):
    shape, steps = stack
    branched = any(isinstance(step[1], bool) for step in steps)
    tensor = start = keras.Input(batch_shape=shape)
    layers, costs = [], []
    for kind, config in steps:
        inputs = (tensor,)
        if isinstance(config, bool):
            around = "Dense", {"units": 4 if kind == "Concatenate" else tensor.shape[-1], "use_bias": config}
            layer, cost = both(*around, inputs)
            costs.append(cost)
            inputs, config = (tensor, layer(tensor)), {}
        layer, cost = both(kind, config, inputs)
        layers.append(layer)
        costs.append(cost)
        try:
            tensor = layer(inputs if len(inputs) > 1 else tensor)
        except ValueError:
            assert cost is None
            reject()
        assert cost is not None
        assert cost.output == tuple(tensor.shape), kind
    model = keras.Model(start, tensor) if branched else keras.Sequential([start, *layers])
    assert sum(cost.parameters for cost in costs) == model.count_params()
    frozen = sum(math.prod(weight.shape) for weight in model.non_trainable_weights)
    assert sum(cost.non_trainable for cost in costs) == frozen


def both(kind, config, inputs):
    """A real layer, and what we say of it on these tensors."""
    real = {
        name: keras.layers.__dict__[value.kind](**value.config) if isinstance(value, InnerLayer) else value
        for name, value in config.items()
    }
    shapes = tuple(tuple(tensor.shape) for tensor in inputs)
    return getattr(keras.layers, kind)(**real), layer_cost(f"keras.layers.{kind}", config, shapes)
