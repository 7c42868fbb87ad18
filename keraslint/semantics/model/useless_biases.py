"""Biases that a batch normalisation takes out again."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.model import connections

if TYPE_CHECKING:
    from keraslint.semantics.model.architecture import Architecture
    from keraslint.semantics.model.architecture import Layer
    from keraslint.semantics.model.model_facts import ModelFact

_WITH_BIAS = (
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "SeparableConv1D",
    "SeparableConv2D",
)
_NORMS = ("BatchNormalization", "SyncBatchNormalization")


@dataclass(frozen=True, slots=True, eq=False)
class UselessBias:
    """A layer with a bias whose output goes into a batch normalisation and nowhere else."""

    layer: Layer
    call: CallRecord
    norm: Layer
    model: ModelFact

    @property
    def at(self) -> Site:
        """The class's name where the layer is made."""
        return self.call.name_site

    @property
    def is_written(self) -> bool:
        """Whether the call says nothing of the bias, or says it as a literal."""
        given = argument(self.call, "use_bias")
        return given.is_literal or not (given.is_given or given.may_be_given)


def useless_biases(models: Iterable[ModelFact]) -> Iterator[UselessBias]:
    """The useless biases of models that are trained from the start, one for each place that makes such layers.

    What is made in one place must be without use in every model that has it.
    """
    found: dict[Site, UselessBias | None] = {}
    others: list[ModelFact] = []
    for model in models:
        if not model.is_trained:
            others.append(model)
            continue
        # Weights that a program only predicts with are those of its own training.
        is_tuned = model.loads_weights
        for part, layer, call in _with_bias(model):
            norm = None if is_tuned else _norm_behind(part, layer)
            if norm is None:
                found[call.site] = None
            elif found.get(call.site, norm) is not None:
                found[call.site] = UselessBias(layer, call, norm, model)
    useless = {site: each for site, each in found.items() if each is not None}
    for model in others if useless else ():
        for part, layer, call in _with_bias(model):
            if call.site in useless and _norm_behind(part, layer) is None:
                del useless[call.site]
    yield from useless.values()


def _with_bias(model: ModelFact) -> Iterator[tuple[Architecture, Layer, CallRecord]]:
    """The layers of a model that may have a bias, each with its part of the model and the call that made it."""
    for part in model.architecture.parts:
        for layer in part.layers:
            if layer.call is not None and layer.name in _WITH_BIAS:
                yield part, layer, layer.call


def _norm_behind(part: Architecture, layer: Layer) -> Layer | None:
    if layer.config.get("use_bias", True) is not True or layer.config.get("activation") not in (
        None,
        "linear",
    ):
        return None
    followers = connections.followers(part.connections, layer)
    first = followers[0] if followers else None
    if first is None or any(each is not first for each in followers) or first.name not in _NORMS:
        return None
    return first if first.config.get("center", True) is True and _is_along_channels(layer, first) else None


def _is_along_channels(layer: Layer, norm: Layer) -> bool:
    """Whether a normalisation has statistics of its own for each number that has a bias of its own."""
    rank = None if layer.output is None else len(layer.output)
    channels_first = layer.config.get("data_format") == "channels_first"
    axis = norm.config.get("axis", -1)
    return axis == 1 if channels_first else axis == -1 or (rank is not None and axis == rank - 1)
