"""What single operations do to an element of a dataset: the one table of that kind.

Names are canonical. Each list is held to the installed TensorFlow by
``tests/semantics/evaluation/test_operations.py``: exact operations give the same bits on a
batch as on its elements, stateful ones put a stateful op into the graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache

from keraslint.semantics import names


class Kind(Enum):
    """What an operation does to one element."""

    EXACT = "the same bits on a batch as on its elements"
    INEXACT = "elementwise, but the last bit may differ on a batch"
    RESHAPE = "a new shape for one element"
    CHEAP = "cheap, but about one element: an axis, a rank, a shape"
    COSTLY = "decoding, resizing, parsing, tokenising, large linear algebra"
    RANDOM = "a draw that differs from call to call"
    PYTHON = "runs Python for each element"
    UNKNOWN = "nothing is known of it"


_OPERATORS = "+ - * / // % < <= > >= == != & | ^ ~"
_EXACT = """
    abs add bitwise.bitwise_and bitwise.bitwise_or bitwise.bitwise_xor cast clip_by_value divide equal
    floor gather greater greater_equal identity less less_equal logical_and logical_not logical_or
    math.abs math.add math.ceil math.divide math.divide_no_nan math.equal math.floor math.floordiv
    math.floormod math.greater math.greater_equal math.less math.less_equal math.logical_and
    math.logical_not math.logical_or math.maximum math.minimum math.mod math.multiply math.negative
    math.not_equal math.round math.sign math.square math.subtract maximum minimum multiply negative
    not_equal nn.relu nn.relu6 one_hot ones_like round saturate_cast sign square stop_gradient subtract
    truediv math.truediv where zeros_like image.convert_image_dtype
"""
_INEXACT = """
    acos asin atan cos exp math.exp math.expm1 math.log math.log1p math.pow math.rsqrt math.sigmoid
    math.sin math.cos math.tan math.sqrt math.tanh math.softplus nn.elu nn.gelu nn.selu nn.sigmoid
    nn.silu nn.softplus nn.tanh pow sigmoid sin sqrt tan tanh
"""
_CHEAP = """
    concat ensure_shape expand_dims fill image.flip_left_right image.flip_up_down image.rot90
    image.transpose image.grayscale_to_rgb image.rgb_to_grayscale linspace math.argmax math.reduce_max
    math.reduce_mean math.reduce_min math.reduce_sum argmax ones pad range rank reduce_all reduce_any
    reduce_max reduce_mean reduce_min reduce_sum repeat reverse roll shape size slice split
    squeeze stack tile transpose unstack zeros constant convert_to_tensor image.central_crop
    image.crop_to_bounding_box image.pad_to_bounding_box image.resize_with_crop_or_pad
    image.per_image_standardization boolean_mask sequence_mask scatter_nd tensor_scatter_nd_update
    gather_nd print debugging.assert_equal unique unique_with_counts
"""
_COSTLY = """
    audio.decode_wav image.adjust_brightness image.adjust_contrast image.adjust_gamma image.adjust_hue
    image.adjust_jpeg_quality image.adjust_saturation image.crop_and_resize image.decode_and_crop_jpeg
    image.encode_jpeg image.encode_png image.extract_patches image.hsv_to_rgb image.resize
    image.resize_with_pad image.rgb_to_hsv image.rgb_to_yuv image.sobel_edges image.yuv_to_rgb
    io.decode_and_crop_jpeg io.decode_base64 io.decode_bmp io.decode_compressed io.decode_csv
    io.decode_gif io.decode_image io.decode_jpeg io.decode_json_example io.decode_png io.decode_raw
    io.encode_jpeg io.encode_png io.parse_example io.parse_sequence_example io.parse_single_example
    io.parse_single_sequence_example io.parse_tensor io.read_file linalg.matmul matmul einsum tensordot
    nn.conv1d nn.conv2d nn.conv3d nn.depthwise_conv2d signal.fft signal.frame signal.inverse_stft
    signal.mfccs_from_log_mel_spectrograms signal.rfft signal.stft sort linalg.svd linalg.inv
    strings.bytes_split strings.regex_replace strings.split strings.to_number strings.unicode_decode
    strings.unicode_split strings.unicode_encode strings.ngrams
"""
_PYTHON = "numpy_function py_function compat.v1.py_func py_func"
_RANDOM_PREFIXES = (
    "tensorflow.image.random_",
    "tensorflow.random.",
    "tensorflow.image.sample_distorted_bounding_box",
)
_STATELESS = "stateless_"
_NO_DRAW = (
    "Algorithm",
    "Generator",
    "all_candidate_sampler",
    "create_rng_state",
    "fold_in",
    "get_global_generator",
    "index_shuffle",
    "set_global_generator",
    "set_seed",
    "split",
)
_EXACT_LAYERS = (
    "Discretization",
    "Hashing",
    "IntegerLookup",
    "Rescaling",
    "StringLookup",
)
_RANDOM_LAYERS = ("AugMix", "CutMix", "MixUp", "RandAugment")
_RANDOM_IN_TRAINING = (
    "AlphaDropout",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
)
_COSTLY_LAYERS = ("MelSpectrogram", "Resizing", "STFTSpectrogram", "TextVectorization")
_TENSOR_METHODS = {"set_shape": Kind.CHEAP, "get_shape": Kind.CHEAP, "lookup": Kind.EXACT}


def _table() -> dict[str, Kind]:
    table = {f"operator.{symbol}": Kind.EXACT for symbol in _OPERATORS.split()}
    table["operator.**"] = Kind.INEXACT
    table["operator.not"] = Kind.CHEAP
    for text, kind in (
        (_CHEAP, Kind.CHEAP),
        (_COSTLY, Kind.COSTLY),
        (_EXACT, Kind.EXACT),
        (_INEXACT, Kind.INEXACT),
        (_PYTHON, Kind.PYTHON),
    ):
        for name in text.split():
            table[names.symbol(f"tensorflow.{name}").name] = kind
    table[names.symbol("tensorflow.reshape").name] = Kind.RESHAPE
    return table


@lru_cache(maxsize=1)
def operations() -> dict[str, Kind]:
    """The table by canonical name."""
    return _table()


def kind_of(callee: str) -> Kind:
    """What the operation of this canonical name does."""
    known = operations().get(callee)
    if known is not None:
        return known
    if callee.startswith(_RANDOM_PREFIXES):
        last = callee.rsplit(".", 1)[-1]
        return Kind.CHEAP if last.startswith(_STATELESS) or last in _NO_DRAW else Kind.RANDOM
    if callee.startswith(("tensorflow.image.stateless_", "tensorflow_text.")):
        return Kind.COSTLY
    if callee.startswith("keras.random."):
        return Kind.RANDOM
    if callee.startswith("keras.applications.") and callee.endswith(".preprocess_input"):
        return Kind.EXACT
    if callee.startswith("tensorflow.Tensor."):
        return _TENSOR_METHODS.get(callee.rsplit(".", 1)[-1], Kind.UNKNOWN)
    if callee.startswith("tensorflow.lookup.") and callee.endswith("().lookup"):
        return Kind.EXACT
    if callee == "keras.utils.to_categorical":
        return Kind.CHEAP
    return Kind.UNKNOWN


def layer_kind(name: str, config: Mapping[str, object], training: object = None) -> Kind:
    """What a layer does to one element.

    ``training`` is that argument of its call: augmenting layers draw unless it is
    false, dropout and noise only where it is given.
    """
    last = name.rsplit(".", 1)[-1]
    if last in _RANDOM_IN_TRAINING:
        return Kind.CHEAP if training is None or training is False else Kind.RANDOM
    if last in _RANDOM_LAYERS or last.startswith("Random"):
        return Kind.CHEAP if training is False else Kind.RANDOM
    if last in _COSTLY_LAYERS:
        return Kind.COSTLY
    if last in _EXACT_LAYERS:
        return Kind.EXACT if config.get("output_mode", "int") == "int" else Kind.CHEAP
    return Kind.UNKNOWN
