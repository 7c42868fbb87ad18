"""Low-rank adapters: frozen kernels with two thin, trainable matrices beside them."""

from __future__ import annotations

from keraslint.semantics.layers.call import LayerCall
from keraslint.semantics.layers.cost import Dim
from keraslint.semantics.layers.sizes import UnsizedError
from keraslint.semantics.layers.sizes import product
from keraslint.semantics.layers.sizes import total


def adapted(call: LayerCall, kernel: Dim, *sides: Dim) -> tuple[Dim, Dim]:
    """A kernel's weights with those of its adapter, and how many of them are frozen.

    ``sides`` are the lengths of the adapter's matrices across their rank.
    """
    if call.raw("quantization_config", None) is not None:
        raise UnsizedError("quantised weights are packed")
    if call.raw("lora_rank", None) is None:
        return kernel, 0
    rank = call.size("lora_rank")
    return total(kernel, product(rank, total(*sides))), None if rank is None else kernel
