"""Preprocessing layers for numbers, categories and text."""

from __future__ import annotations

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import UNKNOWN
from keraslint.semantics.layers.cost import Dim
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.cost import Shape
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import UnsizedError
from keraslint.semantics.layers.sizes import given
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total

_MODES = ("int", "one_hot", "multi_hot", "count", "binary", "tf_idf", "tf-idf")


@layer("Normalization")
def normalisation(call: LayerCall) -> LayerCost:
    """Numbers less their mean, over their deviation; what was seen is kept, and how much of it."""
    shape = call.input()
    kept = () if call.value("axis", -1) is None else call.axes("axis", -1, len(shape))
    statistics = total(product(2, *(shape[axis] for axis in kept)), 1)
    mean = call.raw("mean", None)
    weights = given(None if mean is UNKNOWN else mean is None, statistics)
    return priced(shape, parameters=weights, non_trainable=weights)


@layer("CategoryEncoding")
def category_encoding(call: LayerCall) -> LayerCost:
    """A number for each category, from whole numbers."""
    mode = call.word("output_mode", "multi_hot", ("one_hot", "multi_hot", "count", "binary"))
    return priced(_encoded(call, call.input(least=2), mode, call.size("num_tokens")))


@layer("Discretization")
def discretisation(call: LayerCall) -> LayerCost:
    """The number of the interval that each number lies in."""
    shape = call.input(least=2)
    mode = call.word("output_mode", "int", ("int", "one_hot", "multi_hot", "count"))
    if mode in ("multi_hot", "count") and len(shape) > 2:
        raise UnsizedError("Keras says one shape and makes another")
    boundaries = call.raw("bin_boundaries", None)
    if boundaries is None:
        bins = call.size("num_bins")
    else:
        bins = len(boundaries) + 1 if isinstance(boundaries, (tuple, list)) else None
    return priced(_encoded(call, shape, mode, bins))


@layer("Hashing")
def hashing(call: LayerCall) -> LayerCost:
    """The number of the bucket that each category falls into."""
    shape = call.input(least=2)
    mode = call.word("output_mode", "int", ("int", "one_hot", "multi_hot", "count"))
    if mode == "one_hot" and shape[-1] != 1:
        raise UnsizedError("Keras says one shape and makes another")
    return priced(_encoded(call, shape, mode, call.size("num_bins")))


@layer("HashedCrossing")
def hashed_crossing(call: LayerCall) -> LayerCost:
    """The number of the bucket that a combination of categories falls into."""
    if len(call.inputs) < 2 or any(len(shape) != 2 or shape[1] != 1 for shape in call.inputs):
        raise UnsizedError("columns are wanted")
    mode = call.word("output_mode", "int", ("int", "one_hot"))
    return priced(_encoded(call, call.inputs[0], mode, call.size("num_bins")))


@layer("IntegerLookup", "StringLookup")
def lookup(call: LayerCall) -> LayerCost:
    """The number of each category in a vocabulary."""
    mode = call.word("output_mode", "int", _MODES)
    return priced(
        _encoded(call, call.input(), mode, _vocabulary(call)),
        parameters=_table(mode),
        non_trainable=_table(mode),
    )


@layer("TextVectorization")
def text_vectorisation(call: LayerCall) -> LayerCost:
    """The words of each text as numbers."""
    batch, *rest = call.input()
    if rest not in ([], [1]) or call.settled("ragged", False):
        raise UnsizedError("one text a sample is wanted")
    mode = call.word("output_mode", "int", _MODES)
    if mode != "int":
        if rest:
            raise UnsizedError("Keras says one shape and makes another")
        return priced((batch, _vocabulary(call)), parameters=_table(mode), non_trainable=_table(mode))
    if call.raw("output_sequence_length", None) is None:
        return priced((batch, None))
    return priced((batch, call.size("output_sequence_length")))


def _table(mode: str) -> Dim:
    """The weights of a lookup: how rare words are is kept as weights or not, by version."""
    return None if mode in ("tf_idf", "tf-idf") else 0


def _vocabulary(call: LayerCall) -> Dim:
    """The width of an encoding: the words, and places for those that are not among them."""
    if call.settled("pad_to_max_tokens", False):
        return call.size("max_tokens")
    words = call.value("vocabulary", None)
    special = ("", "[UNK]", -1, call.value("mask_token", None), call.value("oov_token", None))
    if not isinstance(words, (tuple, list)):
        return None
    if any(word in special or not isinstance(word, (str, int)) for word in words):
        return None
    return total(len(words), call.size("num_oov_indices", 1, least=0))


def _encoded(call: LayerCall, shape: Shape, mode: str, depth: Dim) -> Shape:
    """The shape that whole numbers have once they are encoded."""
    if mode == "int":
        return shape
    encoded = (*shape[:-1], depth)
    if mode == "one_hot":
        if shape[-1] is None:
            raise UnsizedError("an axis of one is dropped, others are not")
        if shape[-1] > 1:
            encoded = (*shape, depth)
    if call.generation == 2 and len(encoded) > 2:
        raise UnsizedError("Keras 2 encodes no more than two axes")
    return encoded


@layer("MelSpectrogram")
def mel_spectrogram(call: LayerCall) -> LayerCost:
    """The power of sound in bands, window after window."""
    batch, samples = call.input(rank=2)
    step = call.size("sequence_stride", 512)
    windows = None if samples is None or step is None else (samples + step + 1) // step
    return priced((batch, call.size("num_mel_bins", 128), windows))
