import pytest

from keraslint.semantics.layers import layer_cost

QUERY = (None, 5, 8)
HEADS = {"num_heads": 2, "key_dim": 3}
GROUPS = {"head_dim": 4, "num_query_heads": 6, "num_key_value_heads": 3}


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"use_scale": True},
        {"score_mode": "concat"},
        {"score_mode": "concat", "use_scale": True},
        {"return_attention_scores": True},
    ],
)
@pytest.mark.parametrize(
    "shapes",
    [
        (QUERY, (None, 7, 8)),
        (QUERY, (None, 7, 6), (None, 7, 8)),
        ((None, None, 8), (None, None, 8)),
        ((2, 3, 5, 8), (2, 3, 7, 8)),
    ],
)
def test_attention(agrees, config, shapes):
    agrees("Attention", config, *shapes)


@pytest.mark.parametrize("config", [{}, {"use_scale": False}, {"return_attention_scores": True}])
def test_additive_attention(agrees, config):
    agrees("AdditiveAttention", config, QUERY, (None, 7, 8))


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"value_dim": 5},
        {"use_bias": False},
        {"output_shape": 7},
        {"output_shape": (3, 4)},
        {"value_dim": 4, "output_shape": [6]},
    ],
)
@pytest.mark.parametrize(
    "shapes",
    [
        (QUERY, QUERY),
        (QUERY, (None, 7, 6), (None, 7, 4)),
        ((None, None, 8), (None, None, 8)),
        ((None, 3, 5, 8), (None, 3, 5, 8)),
    ],
)
def test_multi_head_attention(agrees, config, shapes):
    agrees("MultiHeadAttention", {**HEADS, **config}, *shapes)


@pytest.mark.parametrize("attention_axes", [1, 2, (1, 2), [1]])
def test_attention_along_some_axes(agrees, attention_axes):
    config = {**HEADS, "attention_axes": attention_axes}
    agrees("MultiHeadAttention", config, (None, 3, 5, 8), (None, 3, 5, 8))


def test_keys_without_values_are_refused(agrees):
    agrees("MultiHeadAttention", HEADS, QUERY, (None, 7, 6), (None, 6, 6))


def test_scores_as_a_second_output(agrees):
    agrees("MultiHeadAttention", {**HEADS, "return_attention_scores": True}, QUERY, QUERY)


@pytest.mark.parametrize("config", [{}, {"use_bias": False}, {"use_gate": True}, {"num_key_value_heads": 4}])
@pytest.mark.parametrize(
    "shapes", [(QUERY, QUERY), (QUERY, (None, 7, 8), (None, 7, 5)), (QUERY, (None, 7, 6))]
)
def test_grouped_query_attention(agrees, config, shapes):
    agrees("GroupQueryAttention", {**GROUPS, **config}, *shapes, generations=(3,))


def test_gates(agrees):
    agrees("MultiHeadAttention", {**HEADS, "use_gate": True}, QUERY, QUERY, generations=(3,))


@pytest.mark.parametrize(
    ("kind", "config", "shapes", "macs"),
    [
        # 5 queries meet 7 keys of width 8, and as many values.
        ("Attention", {}, (QUERY, (None, 7, 8)), 5 * 7 * (8 + 8)),
        ("Attention", {"score_mode": "concat"}, (QUERY, (None, 7, 8)), 5 * 7 * 8),
        ("AdditiveAttention", {}, (QUERY, (None, 7, 8)), 5 * 7 * (8 + 8)),
        # Projections of 5 queries, 7 keys, 7 values and 5 outputs between 8 and 2 x 3, then 2 x 3 a pair, twice.
        ("MultiHeadAttention", HEADS, (QUERY, (None, 7, 8)), (5 + 7 + 7 + 5) * 48 + 2 * 5 * 7 * 6),
        ("MultiHeadAttention", HEADS, ((None, None, 8), (None, None, 8)), None),
        # Along the second of two axes, each of 3 rows attends to itself alone.
        (
            "MultiHeadAttention",
            {**HEADS, "attention_axes": 2},
            ((None, 3, 5, 8), (None, 3, 5, 8)),
            4 * 15 * 48 + 2 * 3 * 25 * 6,
        ),
        ("GroupQueryAttention", GROUPS, (QUERY, QUERY), 5 * 8 * (24 + 12 + 12 + 24) + 2 * 25 * 24),
    ],
)
def test_multiply_accumulates(kind, config, shapes, macs):
    assert layer_cost(f"keras.layers.{kind}", config, shapes).macs == macs
