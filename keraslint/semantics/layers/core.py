"""Dense layers and embeddings."""

from __future__ import annotations

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import LayerCost
from keraslint.semantics.layers.low_rank import adapted
from keraslint.semantics.layers.registry import layer
from keraslint.semantics.layers.sizes import given
from keraslint.semantics.layers.sizes import priced
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total


@layer("Dense")
def dense(call: LayerCall) -> LayerCost:
    """A matrix product with the last axis."""
    shape = call.input(least=2)
    units = call.size("units")
    kernel = product(shape[-1], units)
    weights, frozen = adapted(call, kernel, shape[-1], units)
    return priced(
        (*shape[:-1], units),
        parameters=total(weights, given(call.flag("use_bias", True), units)),
        non_trainable=frozen,
        macs=product(kernel, *shape[1:-1]),
    )


@layer("Embedding")
def embedding(call: LayerCall) -> LayerCost:
    """A row of a table for each whole number."""
    shape = call.input()
    rows = call.size("input_dim")
    width = call.size("output_dim")
    weights, frozen = adapted(call, product(rows, width), rows, width)
    return priced((*shape, width), parameters=weights, non_trainable=frozen)


@layer("ReversibleEmbedding")
def reversible_embedding(call: LayerCall) -> LayerCost:
    """An embedding that can also be asked how near a vector is to each of its rows."""
    rows = call.size("input_dim")
    width = call.size("output_dim")
    table = product(rows, width)
    parameters = total(table, given(not call.settled("tie_weights", True), table))
    shape = call.input()
    if not call.settled("reverse", False):
        return priced((*shape, width), parameters=parameters)
    return priced((*shape[:-1], rows), parameters=parameters, macs=product(table, *shape[1:-1]))
