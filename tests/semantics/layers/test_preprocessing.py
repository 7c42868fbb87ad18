import pytest

from keraslint.semantics.layers import UNKNOWN
from keraslint.semantics.layers import layer_cost


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"axis": None},
        {"axis": 1},
        {"axis": (1, 2)},
        {"mean": 1.0, "variance": 2.0},
    ],
)
def test_normalisation(agrees, config):
    agrees("Normalization", config, (None, 5, 6))


def test_statistics_that_may_be_given():
    cost = layer_cost("keras.layers.Normalization", {"mean": UNKNOWN, "variance": UNKNOWN}, ((None, 5),))
    assert (cost.output, cost.parameters) == ((None, 5), None)


def test_rescaling(agrees):
    agrees("Rescaling", {"scale": 0.1}, (None, 5, 6))


@pytest.mark.parametrize("output_mode", ["one_hot", "multi_hot", "count"])
@pytest.mark.parametrize("shape", [(None, 1), (None, 5), (None, 3, 1)])
def test_category_encoding(agrees, output_mode, shape):
    agrees("CategoryEncoding", {"num_tokens": 9, "output_mode": output_mode}, shape, dtype="int32")


@pytest.mark.parametrize("output_mode", ["int", "one_hot", "multi_hot", "count"])
def test_buckets(agrees, output_mode):
    agrees("Hashing", {"num_bins": 9, "output_mode": output_mode}, (None, 1), dtype="int32")
    agrees("Discretization", {"bin_boundaries": [1.0, 2.0], "output_mode": output_mode}, (None, 1))


@pytest.mark.parametrize("output_mode", ["int", "one_hot"])
def test_crossing(agrees, output_mode):
    agrees("HashedCrossing", {"num_bins": 9, "output_mode": output_mode}, (None, 1), (None, 1), dtype="int32")


@pytest.mark.parametrize("output_mode", ["int", "one_hot", "multi_hot", "count"])
@pytest.mark.parametrize("config", [{}, {"max_tokens": 9}, {"max_tokens": 9, "pad_to_max_tokens": True}])
@pytest.mark.parametrize("shape", [(None, 1), (None, 4)])
def test_lookups(agrees, output_mode, config, shape):
    config = {"output_mode": output_mode, **config}
    agrees("StringLookup", {"vocabulary": ["a", "b"], **config}, shape, dtype="string")
    agrees("IntegerLookup", {"vocabulary": [5, 6, 7], **config}, shape, dtype="int64")


@pytest.mark.parametrize("vocabulary", [None, UNKNOWN, "words.txt", ["a", UNKNOWN], ["[UNK]", "a"]])
def test_vocabularies_of_unknown_length(vocabulary):
    config = {"vocabulary": vocabulary, "output_mode": "multi_hot"}
    cost = layer_cost("keras.layers.StringLookup", config, ((None, 4),))
    assert cost is None or cost.output == (None, None)


@pytest.mark.parametrize(
    ("config", "shape"),
    [
        ({}, (None,)),
        ({}, (None, 1)),
        ({"output_sequence_length": 7}, (None, 1)),
        ({"output_mode": "multi_hot", "max_tokens": 9, "pad_to_max_tokens": True}, (None,)),
    ],
)
def test_text(agrees, config, shape):
    agrees("TextVectorization", {"vocabulary": ["a", "b"], **config}, shape, dtype="string")


@pytest.mark.parametrize("samples", [16000, None])
def test_spectrograms(agrees, samples):
    agrees("MelSpectrogram", {"num_mel_bins": 40, "sequence_stride": 100}, (None, samples), generations=(3,))
