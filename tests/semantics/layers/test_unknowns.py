"""Unknown in, unknown out: what is not known makes figures unknown, and never other ones."""

import inspect

import keras
import pytest
import tf_keras
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keraslint.semantics.layers import UNKNOWN
from keraslint.semantics.layers import InnerLayer
from keraslint.semantics.layers import known_layers
from keraslint.semantics.layers import layer_cost

IMAGE = (None, 9, 8, 4)
SEQUENCE = (None, 6, 8)
VECTOR = (None, 8)

CALLS = [
    ("Dense", {"units": 5, "use_bias": True, "lora_rank": None, "trainable": True}, (SEQUENCE,)),
    ("Embedding", {"input_dim": 50, "output_dim": 8}, ((None, 6),)),
    ("Conv2D", {"filters": 6, "kernel_size": (3, 2), "strides": 2, "padding": "same", "groups": 2}, (IMAGE,)),
    ("Conv2D", {"filters": 6, "kernel_size": 3, "dilation_rate": 2, "trainable": False}, (IMAGE,)),
    ("Conv2DTranspose", {"filters": 6, "kernel_size": 3, "strides": 2, "output_padding": 1}, (IMAGE,)),
    ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2, "use_bias": False}, (IMAGE,)),
    ("SeparableConv2D", {"filters": 6, "kernel_size": 3, "data_format": "channels_first"}, (IMAGE,)),
    ("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, (IMAGE,)),
    ("GlobalAveragePooling2D", {"keepdims": True}, (IMAGE,)),
    ("BatchNormalization", {"axis": -1, "scale": False, "center": True, "renorm": False}, (IMAGE,)),
    ("LayerNormalization", {"axis": [1, 2], "scale": True, "center": True}, (SEQUENCE,)),
    ("GroupNormalization", {"groups": 2, "axis": -1}, (IMAGE,)),
    ("PReLU", {"shared_axes": [1]}, (SEQUENCE,)),
    ("Flatten", {}, (IMAGE,)),
    ("Reshape", {"target_shape": (-1, 4)}, (SEQUENCE,)),
    ("Permute", {"dims": (2, 1)}, (SEQUENCE,)),
    ("RepeatVector", {"n": 3}, (VECTOR,)),
    ("UpSampling2D", {"size": (2, 3)}, (IMAGE,)),
    ("ZeroPadding2D", {"padding": ((1, 2), (0, 1))}, (IMAGE,)),
    ("Cropping2D", {"cropping": 1}, (IMAGE,)),
    ("Add", {}, (IMAGE, (None, 1, 1, 4))),
    ("Concatenate", {"axis": 1}, (SEQUENCE, SEQUENCE)),
    ("Dot", {"axes": (2, 2)}, (SEQUENCE, SEQUENCE)),
    ("GRU", {"units": 5, "reset_after": True, "return_sequences": True, "return_state": True}, (SEQUENCE,)),
    ("ConvLSTM2D", {"filters": 3, "kernel_size": 3, "strides": 1}, ((None, 4, *IMAGE[1:]),)),
    ("RNN", {"cell": InnerLayer("keras.layers.LSTMCell", {"units": 5})}, (SEQUENCE,)),
    (
        "Bidirectional",
        {"layer": InnerLayer("keras.layers.LSTM", {"units": 5}), "merge_mode": "sum"},
        (SEQUENCE,),
    ),
    ("TimeDistributed", {"layer": InnerLayer("keras.layers.Dense", {"units": 5})}, (SEQUENCE,)),
    ("Attention", {"use_scale": True, "score_mode": "dot"}, (SEQUENCE, SEQUENCE)),
    (
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 3, "value_dim": 5, "output_shape": 7},
        (SEQUENCE, SEQUENCE),
    ),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (6, 5), "bias_axes": "d"}, (SEQUENCE,)),
    ("Normalization", {"axis": -1, "mean": None, "variance": None}, (SEQUENCE,)),
    ("CategoryEncoding", {"num_tokens": 5, "output_mode": "one_hot"}, (VECTOR,)),
    ("StringLookup", {"vocabulary": ["a"], "output_mode": "multi_hot", "num_oov_indices": 2}, (VECTOR,)),
    ("TextVectorization", {"output_sequence_length": 5}, ((None, 1),)),
    ("Resizing", {"height": 4, "width": 5}, (IMAGE,)),
]


def says_no_more(less, full):
    """Whether all figures of one cost are those of the other or unknown."""
    if less is None:
        return True
    return (
        len(less.outputs) == len(full.outputs)
        and all(map(same_or_unknown, less.outputs, full.outputs))
        and same_or_unknown(
            (less.parameters, less.non_trainable, less.macs, less.activations),
            (full.parameters, full.non_trainable, full.macs, full.activations),
        )
    )


def same_or_unknown(less, full):
    return len(less) == len(full) and all(one in (None, other) for one, other in zip(less, full, strict=True))


@pytest.mark.parametrize(("kind", "config", "shapes"), CALLS)
def test_an_unknown_argument_makes_figures_unknown(kind, config, shapes):
    full = layer_cost(f"keras.layers.{kind}", config, shapes)
    assert full is not None
    for name in config:
        assert says_no_more(layer_cost(f"keras.layers.{kind}", {**config, name: UNKNOWN}, shapes), full), name


@pytest.mark.parametrize(("kind", "config", "shapes"), CALLS)
def test_an_unknown_size_makes_figures_unknown(kind, config, shapes):
    full = layer_cost(f"keras.layers.{kind}", config, shapes)
    for place, shape in enumerate(shapes):
        for axis in range(len(shape)):
            changed = (*shape[:axis], None, *shape[axis + 1 :])
            inputs = (*shapes[:place], changed, *shapes[place + 1 :])
            assert says_no_more(layer_cost(f"keras.layers.{kind}", config, inputs), full), inputs


def test_what_is_known_of_a_layer_is_kept():
    unknown_width = layer_cost("keras.layers.Conv2D", {"filters": UNKNOWN, "kernel_size": 3}, (IMAGE,))
    assert unknown_width.output == (None, 7, 6, None)
    assert unknown_width.parameters is None
    any_size = layer_cost("keras.layers.Conv2D", {"filters": 8, "kernel_size": 3}, ((None, None, None, 3),))
    assert (any_size.output, any_size.parameters, any_size.macs) == ((None, None, None, 8), 224, None)
    one_side = layer_cost("keras.layers.MaxPooling2D", {"pool_size": (2, UNKNOWN)}, (IMAGE,))
    assert one_side.output == (None, 4, None, 4)
    bias = layer_cost("keras.layers.Dense", {"units": 5, "use_bias": UNKNOWN}, (VECTOR,))
    assert (bias.output, bias.parameters, bias.macs) == ((None, 5), None, 40)
    frozen = layer_cost("keras.layers.Dense", {"units": 5, "trainable": UNKNOWN}, (VECTOR,))
    assert (frozen.parameters, frozen.non_trainable) == (45, None)


@pytest.mark.parametrize("name", ["keras.layers.Lambda", "keras.layers.Layer", "model.Block", "Dense"])
def test_layers_of_unknown_make_have_no_cost(name):
    assert layer_cost(name, {"units": 5}, (VECTOR,)) is None


def test_arguments_that_keras_needs_must_be_there():
    assert layer_cost("keras.layers.Dense", {}, (VECTOR,)) is None


def test_one_tensor_is_wanted():
    assert layer_cost("keras.layers.Dense", {"units": 5}, ()) is None
    assert layer_cost("keras.layers.Dense", {"units": 5}, (VECTOR, VECTOR)) is None


def parameters(name):
    kind = name.rpartition(".")[2]
    found = getattr(keras.layers, kind, None) or getattr(tf_keras.layers, kind, None)
    return sorted(inspect.signature(found).parameters) if found else []


NAMES = {name: parameters(name) for name in sorted(known_layers())}
SIZES = st.sampled_from((1, 2, 3, 8))
VALUES = st.recursive(
    SIZES
    | st.sampled_from(("same", "valid", "channels_first", "one_hot", "ab,bc->ac", "concat", "x"))
    | st.sampled_from((UNKNOWN, None, True, False, 0, -1, 1.5, float("nan"), float("inf"), b"", ...)),
    lambda parts: st.lists(parts, max_size=3) | st.tuples(parts, parts) | st.just({}),
    max_leaves=4,
)
SHAPES = st.lists(st.none() | SIZES, max_size=6).map(tuple)


@settings(max_examples=500)
@given(st.data())
def test_no_configuration_is_too_odd(data):
    name = data.draw(st.sampled_from(sorted(NAMES)))
    config = data.draw(st.dictionaries(st.sampled_from(NAMES[name] or ["units"]), VALUES))
    inner = InnerLayer(data.draw(st.sampled_from(sorted(NAMES))), data.draw(st.just({}) | st.just(config)))
    for wrapped in ("layer", "cell"):
        if wrapped in config:
            config = {**config, wrapped: inner}
    layer_cost(
        name, config, tuple(data.draw(st.lists(SHAPES, max_size=3))), data.draw(st.sampled_from((2, 3)))
    )
