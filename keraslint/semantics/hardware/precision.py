"""Dtype policies, and layers whose widths do not suit the units that compute in half precision."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.model import connections
from keraslint.semantics.model.connections import Connection

if TYPE_CHECKING:
    from keraslint.semantics.model.architecture import Layer
    from keraslint.semantics.model.model_facts import ModelFact

MULTIPLE = 8
HEAVY = 0.1
_SETTERS = ("keras.config.set_dtype_policy", "keras.mixed_precision.experimental.set_policy")
_WIDTHS = {
    "Conv1D": "filters",
    "Conv2D": "filters",
    "Conv3D": "filters",
    "Conv2DTranspose": "filters",
    "Dense": "units",
    "GRU": "units",
    "LSTM": "units",
}


@dataclass(frozen=True, slots=True, eq=False)
class UnalignedLayer:
    """A heavy layer in mixed precision whose width is no multiple of 8."""

    layer: Layer
    call: CallRecord
    width: int
    policy: str

    @property
    def at(self) -> Site:
        """The width where the call holds it, else the layer."""
        given = argument(self.call, _WIDTHS[self.layer.name]).at
        return self.call.name_site if given is None else given

    @property
    def is_literal(self) -> bool:
        """Whether the call itself holds the width as a number."""
        return argument(self.call, _WIDTHS[self.layer.name]).is_literal

    @property
    def aligned(self) -> int:
        """The next width that is a multiple of 8."""
        return -(-self.width // MULTIPLE) * MULTIPLE


def unaligned_layers(index: CallIndex, models: Iterable[ModelFact]) -> Iterator[UnalignedLayer]:
    """The heavy layers of trained models with such widths, one for each place; a model's last layer is none."""
    setting = index.in_order(record for setter in _SETTERS for record in index.of(setter))
    if not setting:
        return
    order = index.order
    settings = [(order[id(record)], record) for record in setting]
    seen: set[Site] = set()
    for model in models:
        whole = model.architecture.macs if model.is_trained else None
        for part in model.architecture.parts if whole else ():
            for layer in part.layers:
                width = layer.config.get(_WIDTHS.get(layer.name, ""))
                if layer.call is None or not isinstance(width, int) or layer.call.site in seen:
                    continue
                made = order.get(id(layer.call), 0)
                policy = _policy([record for place, record in settings if place < made])
                heavy = layer.macs is not None and layer.macs >= HEAVY * (whole or 0)
                plain = layer.config.get("dtype") is None
                if (
                    policy
                    and heavy
                    and plain
                    and width % MULTIPLE
                    and _feeds_weights(part.connections, layer)
                ):
                    seen.add(layer.call.site)
                    yield UnalignedLayer(layer, layer.call, width, policy)


def _policy(settings: list[CallRecord]) -> str:
    """The mixed policy in force after these settings, "" where there is none or it is not known."""
    if not settings:
        return ""
    name = _name(next(iter(settings[-1].arguments.values()), None))
    return name if name.startswith("mixed_") else ""


def _name(policy: Value | None) -> str:
    if isinstance(policy, External) and policy.made_by.endswith("Policy") and policy.call is not None:
        policy = next(iter(policy.call.arguments.values()), None)
    return policy.value if isinstance(policy, Const) and isinstance(policy.value, str) else ""


def _feeds_weights(connected: Sequence[Connection], layer: Layer) -> bool:
    """Whether a layer with weights comes after another: else it makes the model's output."""
    pending, seen = [layer], {id(layer)}
    while pending:
        for follower in connections.followers(connected, pending.pop()):
            if follower is not None and id(follower) not in seen:
                if follower.name in _WIDTHS:
                    return True
                seen.add(id(follower))
                pending.append(follower)
    return False
