"""Attention layers.

Multiply-accumulates are those of the projections, of the scores (each query with each
key) and of the weighted sums of the values.
"""

from __future__ import annotations

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import Dim
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.cost import Shape
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import UnsizedError
from keraslint.semantics.layers.sizes import agreed
from keraslint.semantics.layers.sizes import given
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total


def _query_value_key(call: LayerCall, least: int) -> tuple[Shape, Shape, Shape]:
    if len(call.inputs) not in (2, 3):
        raise UnsizedError("query, value and perhaps key are wanted")
    query, value = call.inputs[:2]
    key = call.inputs[2] if len(call.inputs) == 3 else value
    if min(map(len, (query, value, key))) < least or len(key) != len(value):
        raise UnsizedError(call.inputs)
    for one, other in zip(key[1:-1], value[1:-1], strict=True):
        agreed((one, other))
    return query, value, key


def _with_scores(call: LayerCall, cost: LayerCost, scores: Shape) -> LayerCost:
    """The cost, with the scores as a second output where the call asks for them."""
    if not call.settled("return_attention_scores", False):
        return cost
    return priced(
        *cost.outputs,
        scores,
        parameters=cost.parameters,
        non_trainable=cost.non_trainable,
        macs=cost.macs,
    )


@layer("Attention", "AdditiveAttention")
def attention(call: LayerCall) -> LayerCost:
    """Attention without projections, called on a list of query, value and perhaps key."""
    query, value, key = _query_value_key(call, least=3)
    pairs = product(*query[1:-1], key[-2])
    if call.kind == "AdditiveAttention":
        weights = given(call.flag("use_scale", True), query[-1])
        scores = product(pairs, query[-1])
    else:
        mode = call.word("score_mode", "dot", ("dot", "concat"))
        weights = total(given(call.flag("use_scale", False), 1), 1 if mode == "concat" else 0)
        scores = product(pairs, agreed((query[-1], key[-1])) if mode == "dot" else 0)
    cost = priced(
        (*query[:-1], value[-1]),
        parameters=weights,
        macs=total(scores, product(pairs, value[-1])),
    )
    return _with_scores(call, cost, (*query[:-1], key[-2]))


@layer("MultiHeadAttention")
def multi_head_attention(call: LayerCall) -> LayerCost:
    """Attention of several heads, each with projections of its own."""
    query, value, key = _query_value_key(call, least=3)
    heads = call.size("num_heads")
    key_width = call.size("key_dim")
    value_width = key_width if call.raw("value_dim", None) is None else call.size("value_dim")
    output = _output_axes(call, query)
    keys = product(heads, key_width)
    values = product(heads, value_width)
    queries = product(*query[1:-1])
    gates = given(call.flag("use_gate", False), values)
    entries = product(*value[1:-1])
    width = product(*output)
    kernels = (
        (queries, product(query[-1], keys)),
        (entries, product(key[-1], keys)),
        (entries, product(value[-1], values)),
        (queries, product(query[-1], gates)),
        (queries, product(values, width)),
    )
    biases = total(product(2, keys), values, gates, width)
    pairs = _pairs(call, query, value)
    cost = priced(
        (*query[:-1], *output),
        parameters=total(*(kernel for _, kernel in kernels), given(call.flag("use_bias", True), biases)),
        macs=total(*(product(*pair) for pair in kernels), product(pairs, total(keys, values))),
    )
    sources = value[1] if len(query) == len(value) == 3 and query[1] == value[1] else None
    return _with_scores(call, cost, (query[0], heads, query[1], sources))


def _output_axes(call: LayerCall, query: Shape) -> Shape:
    written = call.value("output_shape", None)
    if not written:
        return query[-1:]
    return call.sizes("output_shape", len(written) if isinstance(written, (tuple, list)) else 1)


def _pairs(call: LayerCall, query: Shape, value: Shape) -> Dim:
    """How many queries meet how many keys, all in all."""
    if call.raw("attention_axes", None) is None:
        return product(*query[1:-1], *value[1:-1])
    if len(query) != len(value):
        raise UnsizedError("query and value have other axes")
    attended = call.axes("attention_axes", None, len(query))
    return product(*query[1:-1], *(value[axis] for axis in attended))


@layer("GroupQueryAttention", "GroupedQueryAttention")
def grouped_query_attention(call: LayerCall) -> LayerCost:
    """Attention in which several heads of queries share one of keys and values."""
    query, value, key = _query_value_key(call, least=3)
    if not len(query) == len(value) == 3:
        raise UnsizedError(call.inputs)
    width = agreed((query[-1], value[-1]))
    head = call.size("head_dim")
    heads = call.size("num_query_heads")
    shared = call.size("num_key_value_heads")
    if heads is not None and shared is not None and heads % shared:
        raise UnsizedError("the heads cannot be shared out")
    queries = product(heads, head)
    keys = product(shared, head)
    gates = given(call.flag("use_gate", False), queries)
    kernels = (
        (query[1], product(query[-1], total(queries, gates))),
        (value[1], product(total(key[-1], value[-1]), keys)),
        (query[1], product(queries, query[-1])),
    )
    biases = total(queries, gates, product(2, keys), width)
    cost = priced(
        query,
        parameters=total(*(kernel for _, kernel in kernels), given(call.flag("use_bias", True), biases)),
        macs=total(*(product(*pair) for pair in kernels), product(2, query[1], value[1], queries)),
    )
    return _with_scores(call, cost, (query[0], heads, query[1], value[1]))
