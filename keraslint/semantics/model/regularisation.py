"""What in a program works against overfitting: callbacks that stop, layers, losses, augmentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.layers import UNKNOWN as UNKNOWN_SETTING
from keraslint.semantics.lowering import ir

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.model.architecture import Architecture
    from keraslint.semantics.training.training import TrainingCall

_STOPPING = "keras.callbacks.EarlyStopping"
_REGULARISERS = ("kernel_regularizer", "bias_regularizer", "activity_regularizer", "recurrent_regularizer")
_REGULARISING_LAYERS = (
    "ActivityRegularization",
    "AlphaDropout",
    "BatchNormalization",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "GroupNormalization",
    "LayerNormalization",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
)


def stops_early(evaluator: Evaluator, call: TrainingCall) -> bool | None:
    """Whether a callback may end the training before its last epoch; None where they are not known."""
    callbacks = call.argument("callbacks")
    if callbacks.value is None:
        return None if callbacks.may_be_given else False
    if callbacks.is_absent:
        return False
    evaluator.state = evaluator.root
    known = True
    for value in alternatives(callbacks.value):
        items = iteration.items(evaluator, value) if isinstance(value, Sequence) else (value,)
        for item in items or ():
            if isinstance(item, External) and item.made_by == _STOPPING:
                return True
            known = known and (
                (isinstance(item, External) and item.made_by.startswith("keras.callbacks."))
                or (isinstance(item, Instance) and _only_watches(evaluator, item))
            )
        known = known and items is not None
    return False if known else None


def _only_watches(evaluator: Evaluator, callback: Instance) -> bool:
    """Whether a callback of the project's own certainly leaves the end of the training alone."""
    cls = callback.cls
    bases = attributes.external_bases(cls)
    return (
        not attributes.has_unknown_base(cls)
        and bool(bases)
        and all(base.name.startswith("keras.callbacks.") and base.name != _STOPPING for base in bases)
        and not any(_stops(method.node) for method in attributes.methods(evaluator, cls))
        and not (
            any(_hands_on(method.node) for method in attributes.methods(evaluator, cls))
            and any(_stops(module.body) for module in evaluator.modules.values())
        )
    )


def _stops(node: object) -> bool:
    """Whether code names what ends a training."""
    if isinstance(node, ir.Attribute) and node.attr == "stop_training":
        return True
    return isinstance(node, tuple) and any(_stops(part) for part in node)


def _hands_on(node: object) -> bool:
    """Whether code hands on the model or the callback, by which other code can end a training."""
    if not isinstance(node, tuple):
        return False
    if isinstance(node, ir.Call) and not (isinstance(node.func, ir.Name) and node.func.id == "super"):
        if any(_is_own(each.value) for each in node.arguments):
            return True
    return any(_hands_on(part) for part in node)


def _is_own(node: ir.Expression) -> bool:
    if isinstance(node, ir.Attribute):
        return node.attr == "model"
    return isinstance(node, ir.Name) and node.id == "self"


def has_regularising_layers(architecture: Architecture) -> bool:
    """Whether a layer drops, normalises, augments or penalises."""
    for layer in architecture.layers:
        if layer.name in _REGULARISING_LAYERS or layer.name.startswith("Random"):
            return True
        for setting in (*_REGULARISERS, "dropout", "recurrent_dropout"):
            value = layer.config.get(setting)
            if value not in (None, 0, 0.0, UNKNOWN_SETTING) or value is UNKNOWN_SETTING:
                return True
        if layer.nested is not None and has_regularising_layers(layer.nested):
            return True
    return False


def decays_weights(value: Value | None) -> bool:
    """Whether an optimizer decays weights, as far as can be seen."""
    for part in alternatives(value) if value is not None else ():
        if isinstance(part, Instance):
            return True
        if isinstance(part, External) and part.call is not None:
            if "AdamW" in part.made_by or "SGDW" in part.made_by:
                return True
            decay = part.call.arguments.keyword("weight_decay")
            if decay is not None and not (isinstance(decay, Const) and decay.value is None):
                return True
    return False
