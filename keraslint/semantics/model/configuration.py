"""Layers as the program makes them: their arguments as constants, and what calling them gives and costs."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from typing import TYPE_CHECKING

from keraslint.semantics import api
from keraslint.semantics import layers
from keraslint.semantics import names
from keraslint.semantics.evaluation import arrays
from keraslint.semantics.evaluation import calls
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import LayerCall
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.layers import LayerCost
from keraslint.semantics.layers import Shape
from keraslint.semantics.model import architecture

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

LAMBDA = "keras.layers.Lambda"
_OF_KERAS_1 = frozenset(
    (
        "atrous_rate",
        "bias",
        "border_mode",
        "concat_axis",
        "dim_ordering",
        "filter_length",
        "kernel_dim1",
        "kernel_dim2",
        "kernel_dim3",
        "nb_col",
        "nb_filter",
        "nb_row",
        "pool_length",
        "subsample",
        "subsample_length",
    )
)


@dataclass(frozen=True)
class InnerModel:
    """A model as an argument of a layer: ``TimeDistributed(model)``."""

    evaluator: Evaluator
    model: Model

    def cost(self, inputs: tuple[Shape, ...], generation: int = 3) -> LayerCost | None:
        """What a call on inputs of these shapes costs; None where that is not known."""
        built = architecture.architecture(self.evaluator, self.model, inputs)
        outputs = tuple(shape for shape in built.outputs if shape is not None)
        if not built.complete or not outputs or len(outputs) < len(built.outputs):
            return None
        return LayerCost(
            outputs if len(outputs) > 1 else outputs[0],
            built.parameters,
            built.non_trainable,
            built.macs,
            built.activations,
        )


class Costs:
    """What layers cost that are made with the same arguments and called on the same shapes, and those arguments."""

    def __init__(self) -> None:
        self.configurations: dict[tuple[str, Arguments], dict[str, object]] = {}
        self.layers: dict[tuple[str, Arguments, tuple[Shape, ...]], LayerCost | None] = {}


def output_shapes(
    evaluator: Evaluator, callee: External | Model, inputs: tuple[Shape | None, ...]
) -> tuple[Shape | None, ...] | None:
    """The shapes of what a layer or model gives for inputs of these shapes."""
    if isinstance(callee, Model):
        return architecture.architecture(evaluator, callee, inputs).outputs or None
    cost = layer_cost(evaluator, callee, inputs)
    return None if cost is None else cost.outputs


def layer_cost(evaluator: Evaluator, layer: External, inputs: tuple[Shape | None, ...]) -> LayerCost | None:
    """What a layer costs on inputs of these shapes."""
    known = tuple(shape for shape in inputs if shape is not None)
    if not known or len(known) != len(inputs):
        return None
    if layer.made_by == LAMBDA:
        return _lambda_cost(evaluator, layer, known)
    given = None if layer.call is None else _settled_arguments(layer.call.arguments)
    if given is None:
        return _cost(evaluator, layer, known)
    key = (layer.made_by, given, known)
    costs = evaluator.sizing.costs.layers
    if key not in costs:
        costs[key] = _cost(evaluator, layer, known)
    return costs[key]


def _cost(evaluator: Evaluator, layer: External, inputs: tuple[Shape, ...]) -> LayerCost | None:
    config = configuration(evaluator, layer)
    if not _OF_KERAS_1.isdisjoint(config):
        return None
    return layers.layer_cost(layer.made_by, config, inputs, evaluator.generation)


def _settled_arguments(given: Arguments) -> Arguments | None:
    """Arguments that say everything by themselves, so that they mean the same wherever and whenever they stand."""
    positional = tuple(filter(None, map(_settled, given.positional)))
    keywords = tuple((name, each) for name, value in given.keywords if (each := _settled(value)) is not None)
    is_settled = len(positional) == len(given.positional) and len(keywords) == len(given.keywords)
    return Arguments(positional, keywords, given.open) if is_settled else None


def _settled(value: Value) -> Value | None:
    """A value as far as a configuration has it, None where that depends on the state."""
    if isinstance(value, Sequence):
        items = None if value.ref or value.items is None else tuple(map(_settled, value.items))
        if items is None or None in items:
            return None
        return Sequence(value.kind, tuple(item for item in items if item is not None))
    if value is UNKNOWN or isinstance(value, (Const, Some, Symbol)):
        return value
    # Objects of other packages, but for layers, are not looked into.
    return UNKNOWN if isinstance(value, External) and not _is_layer(value) else None


def _is_layer(value: External) -> bool:
    return value.made_by != "" and names.is_a(value.made_by, "keras.Layer")


def lambda_macs(evaluator: Evaluator, layer: External, inputs: tuple[Shape | None, ...]) -> int | None:
    """What a Lambda costs: nothing where its function only applies operations, whatever shape they give."""
    known = tuple(shape for shape in inputs if shape is not None)
    if layer.made_by != LAMBDA or layer.call is None or not known or len(known) < len(inputs):
        return None
    return _run(evaluator, layer.call, known)[1]


def _lambda_cost(evaluator: Evaluator, layer: External, inputs: tuple[Shape, ...]) -> LayerCost | None:
    """A Lambda has no weights, and the shape that its function gives unless one is written."""
    if layer.call is None:
        return None
    shapes, macs = _run(evaluator, layer.call, inputs)
    written = layer.call.arguments.keyword("output_shape")
    if written is not None and written != Const(None):
        sizes = arrays.shape_of(evaluator, written) if isinstance(written, Sequence) else None
        shapes = () if sizes is None else ((inputs[0][0], *sizes),)
    return LayerCost(shapes if len(shapes) > 1 else shapes[0], 0, 0, macs, None) if shapes else None


def _run(
    evaluator: Evaluator, record: CallRecord, inputs: tuple[Shape, ...]
) -> tuple[tuple[Shape, ...], int | None]:
    """The shapes that a Lambda's function gives for these, and what it costs; nothing else stays of that call."""
    given = record.arguments
    function = given.positional[0] if given.positional else given.keyword("function")
    if function is None:
        return (), None
    start = LayerCall(Symbol("operator.input"), (), record)
    tensors = tuple(Tensor(shape, None, start) for shape in inputs)
    first: Value = tensors[0] if len(tensors) == 1 else Sequence("list", tensors)
    extra = given.keyword("arguments")
    extra = None if extra is None else iteration.contents(evaluator, extra)
    named = () if not isinstance(extra, Mapping) else extra.items
    keywords = tuple((name, value) for name, value in named if isinstance(name, str))
    arguments = Arguments((first,), keywords)
    inner = replace(record, arguments=arguments, inner=[], callee="", method="", receiver=None)
    with architecture.trial(evaluator):
        result = iteration.contents(evaluator, calls.call(evaluator, function, arguments, inner))
        hides = any(_hides(evaluator, each) for each in evaluator.records if each is not inner)
    outcome = list(leaves(result))
    parts = [part for part in outcome if isinstance(part, Tensor)]
    known = tuple(part.shape for part in parts if part.shape is not None)
    is_light = not hides and len(parts) == len(outcome) and architecture.only_operates(parts, tensors)
    return known if len(known) == len(parts) else (), 0 if is_light else None


def _hides(evaluator: Evaluator, record: CallRecord) -> bool:
    """Whether a call does with tensors what cannot be seen."""
    given = [
        leaf for value in record.arguments.values() for leaf in leaves(iteration.contents(evaluator, value))
    ]
    takes_tensors = any(isinstance(leaf, Tensor) for leaf in given)
    return takes_tensors and (record.result is UNKNOWN or any(isinstance(leaf, Function) for leaf in given))


def configuration(evaluator: Evaluator, layer: External) -> dict[str, object]:
    """The constructor arguments of a layer as Python constants, defaults included."""
    if layer.call is None:
        return {}
    return bound_arguments(evaluator, layer.made_by, layer.call.arguments)


def bound_arguments(evaluator: Evaluator, name: str, given: Arguments) -> dict[str, object]:
    """The arguments of a call by name, as constants."""
    settled = _settled_arguments(given)
    if settled is None:
        return _bound_arguments(evaluator, name, given)
    known = evaluator.sizing.costs.configurations
    if (name, settled) not in known:
        known[name, settled] = _bound_arguments(evaluator, name, settled)
    return known[name, settled]


def _bound_arguments(evaluator: Evaluator, name: str, given: Arguments) -> dict[str, object]:
    signature = api.signature(name, evaluator.generation)
    config = {keyword: constant(evaluator, value) for keyword, value in given.keywords}
    if signature is None:
        return config
    bound = api.bind(signature, given.positional, dict(given.keywords), open=given.open)
    for parameter in bound.names:
        value = bound.get(parameter)
        if isinstance(value, Value):
            config[parameter] = constant(evaluator, value)
        elif bound.is_unknown(parameter):
            config[parameter] = layers.UNKNOWN
    return config


def constant(evaluator: Evaluator, value: Value) -> object:
    """A value as the layer functions take it: a constant, a tuple of those, an inner layer, or UNKNOWN."""
    value = iteration.contents(evaluator, value)
    if isinstance(value, Const):
        return value.value
    if isinstance(value, Sequence) and value.items is not None:
        items = tuple(constant(evaluator, item) for item in value.items)
        return list(items) if value.kind == "list" else items
    if isinstance(value, External) and _is_layer(value):
        return layers.InnerLayer(value.made_by, configuration(evaluator, value))
    if isinstance(value, Model):
        return InnerModel(evaluator, value)
    if isinstance(value, Symbol):
        return value.name.rsplit(".", 1)[-1]
    return layers.UNKNOWN
