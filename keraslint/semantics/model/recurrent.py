"""Recurrent layers, and what keeps one from the fused kernel of a GPU."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.arguments import Argument
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.layers import UNKNOWN
from keraslint.semantics.layers import InnerLayer
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.model import configuration

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_FUSED = {"keras.layers.GRU": "GRU", "keras.layers.LSTM": "LSTM"}
_CELLS = {"keras.layers.GRUCell": "GRU", "keras.layers.LSTMCell": "LSTM"}
# What each argument must be for the kernel to do the same.
_WANTED: dict[str, object] = {
    "activation": "tanh",
    "recurrent_activation": "sigmoid",
    "unroll": False,
    "use_bias": True,
    "reset_after": True,
}


@dataclass(frozen=True, slots=True, eq=False)
class SlowRecurrence:
    """An ``LSTM`` or ``GRU`` that the fused kernel cannot compute, and the arguments that are to blame.

    ``cell`` is set where the layer is an ``RNN`` around a cell that the layer ``name`` has inside.
    """

    call: CallRecord
    name: str
    reasons: tuple[Argument, ...]
    cell: str = ""

    @property
    def at(self) -> Site:
        """The first argument that is to blame, else the layer."""
        first = self.reasons[0].at if self.reasons else None
        return self.call.name_site if first is None else first

    @property
    def drops_states(self) -> bool:
        """Whether ``recurrent_dropout`` is among the reasons."""
        return any(reason.name == "recurrent_dropout" for reason in self.reasons)


def slow_recurrences(evaluator: Evaluator) -> Iterator[SlowRecurrence]:
    """The recurrent layers of the program that leave the fused kernel, one for each place that makes them."""
    seen: set[Site] = set()
    for record in evaluator.records:
        layer = record.result
        if not isinstance(layer, External) or layer.call is not record or record.site in seen:
            continue
        found = _slow(evaluator, record, layer)
        if found is not None:
            seen.add(record.site)
            yield found


def _slow(evaluator: Evaluator, record: CallRecord, layer: External) -> SlowRecurrence | None:
    if record.callee in _FUSED:
        config = configuration.configuration(evaluator, layer)
        names = [name for name in ("recurrent_dropout", *_WANTED) if _leaves_kernel(config, name)]
        if not names:
            return None
        return SlowRecurrence(record, _FUSED[record.callee], tuple(argument(record, each) for each in names))
    if record.callee == "keras.layers.RNN":
        cell = configuration.configuration(evaluator, layer).get("cell")
        if isinstance(cell, InnerLayer) and cell.name in _CELLS:
            return SlowRecurrence(record, _CELLS[cell.name], (), cell.kind)
    return None


def _leaves_kernel(config: dict[str, object], name: str) -> bool:
    if name not in config or config[name] is UNKNOWN:
        return False
    if name == "recurrent_dropout":
        rate = config[name]
        return isinstance(rate, (int, float)) and rate > 0
    return config[name] != _WANTED[name]
