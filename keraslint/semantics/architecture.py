"""The architecture of a model: its layers in order, with shapes, parameters and costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING
from typing import TypeAlias

from keraslint.semantics import api
from keraslint.semantics import arrays
from keraslint.semantics import ends
from keraslint.semantics import iteration
from keraslint.semantics import layers
from keraslint.semantics import names
from keraslint.semantics.convolutions import Convolution
from keraslint.semantics.convolutions import convolutions
from keraslint.semantics.ir import Site
from keraslint.semantics.layers import LayerCost
from keraslint.semantics.layers import Shape
from keraslint.semantics.layers import applications
from keraslint.semantics.records import CallRecord
from keraslint.semantics.values import UNKNOWN
from keraslint.semantics.values import Array
from keraslint.semantics.values import Const
from keraslint.semantics.values import Dataset
from keraslint.semantics.values import External
from keraslint.semantics.values import LayerCall
from keraslint.semantics.values import Mapping
from keraslint.semantics.values import Model
from keraslint.semantics.values import Sequence
from keraslint.semantics.values import Symbol
from keraslint.semantics.values import Tensor
from keraslint.semantics.values import Value
from keraslint.semantics.values import leaves

if TYPE_CHECKING:
    from keraslint.semantics.evaluate import Evaluator

LAYERS = "#layers"
ENDS = "#ends"
BUILT = "#built"
COMPILED = "#compiled"
INPUT_LAYER = "keras.layers.InputLayer"
MAX_GRAPH = 5_000
MAX_NESTED = 20
FUNCTIONAL_FORMS = {
    "add": "Add",
    "average": "Average",
    "concatenate": "Concatenate",
    "dot": "Dot",
    "maximum": "Maximum",
    "minimum": "Minimum",
    "multiply": "Multiply",
    "subtract": "Subtract",
}


Weights: TypeAlias = dict[int, tuple[int | None, int | None]]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A layer as the model applies it. Shapes have the batch axis first; None is not known.

    ``parameters`` counts the weights once: a shared layer has them at its first use.
    ``macs`` are multiply-accumulates for one sample.
    """

    kind: str
    call: CallRecord | None
    inputs: tuple[Shape | None, ...]
    output: Shape | None
    parameters: int | None
    non_trainable: int | None
    macs: int | None
    activations: int | None
    config: dict[str, object]
    nested: Architecture | None = None

    @property
    def site(self) -> Site | None:
        """The call that made the layer."""
        return None if self.call is None else self.call.site

    @property
    def name(self) -> str:
        """The class's name: ``Conv2D``."""
        return self.kind.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True, eq=False)
class Architecture:
    """The layers of a model in the order of their application; ``complete`` where none is hidden.

    ``weights`` has all and non-trainable parameters of each layer inside, nested models' too.
    """

    layers: tuple[Layer, ...]
    complete: bool
    outputs: tuple[Shape | None, ...]
    weights: Weights = field(default_factory=dict)

    @property
    def convolutions(self) -> tuple[Convolution, ...]:
        """The convolutions of known width, in the order of their application."""
        return convolutions(self)

    @property
    def parameters(self) -> int | None:
        """All parameters, None where a layer's are not known."""
        return _total([layer.parameters for layer in self.layers]) if self.complete else None

    @property
    def non_trainable(self) -> int | None:
        """The parameters that training does not change."""
        return _total([layer.non_trainable for layer in self.layers]) if self.complete else None

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates of one sample."""
        return _total([layer.macs for layer in self.layers]) if self.complete else None


def _total(numbers: list[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


NOTHING_KNOWN = Architecture((), complete=False, outputs=())


def output_shapes(
    evaluator: Evaluator, callee: External | Model, inputs: tuple[Shape | None, ...]
) -> tuple[Shape | None, ...] | None:
    """The shapes of what a layer or model gives for inputs of these shapes."""
    if isinstance(callee, Model):
        built = architecture(evaluator, callee, inputs)
        return built.outputs or None
    cost = layer_cost(evaluator, callee, inputs)
    return None if cost is None else cost.outputs


def layer_cost(evaluator: Evaluator, layer: External, inputs: tuple[Shape | None, ...]) -> LayerCost | None:
    """What a layer costs on inputs of these shapes."""
    known = tuple(shape for shape in inputs if shape is not None)
    if not known or len(known) != len(inputs):
        return None
    return layers.layer_cost(layer.made_by, configuration(evaluator, layer), known, evaluator.generation)


def configuration(evaluator: Evaluator, layer: External) -> dict[str, object]:
    """The constructor arguments of a layer as Python constants, defaults included."""
    if layer.call is None:
        return {}
    given = layer.call.arguments
    return _bound(evaluator, layer.made_by, given.positional, dict(given.keywords), given.open)


def _bound(
    evaluator: Evaluator, name: str, positional: tuple[Value, ...], keywords: dict[str, Value], is_open: bool
) -> dict[str, object]:
    signature = api.signature(name, evaluator.generation)
    config: dict[str, object] = {name: constant(evaluator, value) for name, value in keywords.items()}
    if signature is None:
        return config
    bound = api.bind(signature, positional, keywords, open=is_open)
    for name in bound.names:
        value = bound.get(name)
        if isinstance(value, Value):
            config[name] = constant(evaluator, value)
        elif bound.is_unknown(name):
            config[name] = layers.UNKNOWN
    return config


def constant(evaluator: Evaluator, value: Value) -> object:
    """A value as the layer functions take it: a constant, a tuple of those, an inner layer, or UNKNOWN."""
    value = iteration.contents(evaluator, value)
    if isinstance(value, Const):
        return value.value
    if isinstance(value, Sequence) and value.items is not None:
        items = tuple(constant(evaluator, item) for item in value.items)
        return list(items) if value.kind == "list" else items
    if isinstance(value, External) and value.made_by and names.is_a(value.made_by, "keras.Layer"):
        return layers.InnerLayer(value.made_by, configuration(evaluator, value))
    if isinstance(value, Symbol):
        return value.name.rsplit(".", 1)[-1]
    return layers.UNKNOWN


class Sizing:
    """The models that are being sized: each once, however often others hold it, itself included."""

    def __init__(self) -> None:
        self._open: set[object] = set()
        self._done: dict[object, Architecture] = {}

    def size(self, key: object, work: Callable[[], Architecture]) -> Architecture:
        """What ``work`` gives, unless it is known or under way under this key."""
        if key in self._open:
            return NOTHING_KNOWN
        if key not in self._done:
            self._open.add(key)
            self._done[key] = work()
            self._open.remove(key)
        result = self._done[key]
        if not self._open:
            # The program may change its models before the next one is sized.
            self._done.clear()
        return result


def architecture(evaluator: Evaluator, model: Model, inputs: tuple[Shape | None, ...] = ()) -> Architecture:
    """The architecture of a model as the state at hand has it."""
    return evaluator.sizing.size((model.ref, inputs), lambda: _architecture(evaluator, model, inputs))


def _architecture(evaluator: Evaluator, model: Model, inputs: tuple[Shape | None, ...]) -> Architecture:
    if model.kind == "sequential":
        return _sequential(evaluator, model, inputs)
    if model.kind == "functional":
        return _functional(evaluator, model)
    if model.kind == "application":
        return _application(evaluator, model, inputs)
    return NOTHING_KNOWN


def _sequential(evaluator: Evaluator, model: Model, inputs: tuple[Shape | None, ...]) -> Architecture:
    stack = evaluator.state.get((model.ref, LAYERS))
    if not isinstance(stack, Sequence) or stack.items is None:
        return NOTHING_KNOWN
    shape = inputs[0] if len(inputs) == 1 else None
    if shape is None:
        shape = _declared_input(evaluator, model, stack.items)
    found: list[Layer] = []
    complete = len(stack.items) > 0
    seen: Weights = {}
    for item in stack.items:
        if isinstance(item, Tensor):
            shape = item.shape
            continue
        if isinstance(item, External) and item.made_by == INPUT_LAYER:
            continue
        layer = _applied(evaluator, item, (shape,), seen)
        if layer is None:
            complete, shape = False, None
            continue
        found.append(layer)
        shape = layer.output
    return Architecture(tuple(found), complete, (shape,), seen)


def _declared_input(evaluator: Evaluator, model: Model, stack: tuple[Value, ...]) -> Shape | None:
    first = stack[0] if stack else UNKNOWN
    for _ in range(MAX_NESTED):
        inner = evaluator.state.get((first.ref, LAYERS)) if isinstance(first, Model) else None
        if not isinstance(inner, Sequence) or not inner.items:
            break
        first = inner.items[0]
    if isinstance(first, Tensor):
        return first.shape
    if isinstance(first, Model):
        return None if first.kind == "sequential" else declared_input(evaluator, first)
    if isinstance(first, External) and first.call is not None:
        declared = _input_arguments(evaluator, first)
        if declared is not None:
            return declared
    built = evaluator.state.get((model.ref, BUILT))
    return None if built is None else arrays.shape_of(evaluator, built)


def declared_input(evaluator: Evaluator, model: Model) -> Shape | None:
    """The shape of a model's input as the program declares it, None where it does not."""
    if model.kind == "sequential":
        stack = evaluator.state.get((model.ref, LAYERS))
        if isinstance(stack, Sequence) and stack.items is not None:
            return _declared_input(evaluator, model, stack.items)
    tensor = ends.end(evaluator, model, "input")
    return tensor.shape if isinstance(tensor, Tensor) else None


def _input_arguments(evaluator: Evaluator, layer: External) -> Shape | None:
    """``input_shape``, ``batch_input_shape``, ``input_dim`` and ``input_length`` of a first layer."""
    assert layer.call is not None
    given = layer.call.arguments
    if layer.made_by == INPUT_LAYER and given.positional:
        return _sizes(evaluator, given.positional[0], has_batch=False)
    for name, has_batch in (
        ("input_shape", False),
        ("shape", False),
        ("batch_input_shape", True),
        ("batch_shape", True),
    ):
        value = given.keyword(name)
        if value is not None:
            return _sizes(evaluator, value, has_batch=has_batch)
    size = given.keyword("input_dim")
    if isinstance(size, Const) and isinstance(size.value, int):
        return (None, size.value)
    length = given.keyword("input_length")
    if isinstance(length, Const) and isinstance(length.value, int):
        return (None, length.value)
    return None


def _sizes(evaluator: Evaluator, value: Value, *, has_batch: bool) -> Shape | None:
    """A shape that a program writes for a layer: a tuple or list, never a bare number."""
    shape = arrays.shape_of(evaluator, value) if isinstance(value, Sequence) else None
    return shape if shape is None or has_batch else (None, *shape)


def _applied(
    evaluator: Evaluator, item: Value, inputs: tuple[Shape | None, ...], seen: Weights
) -> Layer | None:
    """One application of a layer or nested model; weights count at the first one."""
    if isinstance(item, Model):
        nested = architecture(evaluator, item, inputs)
        if not nested.complete:
            return None
        new = {ref: counts for ref, counts in nested.weights.items() if ref not in seen}
        seen.update(new)
        output = nested.outputs[0] if len(nested.outputs) == 1 else None
        return Layer(
            MODEL_KIND,
            item.call,
            inputs,
            output,
            _total([parameters for parameters, _ in new.values()]),
            _total([non_trainable for _, non_trainable in new.values()]),
            nested.macs,
            _total([layer.activations for layer in nested.layers]),
            {},
            nested,
        )
    if not isinstance(item, External) or not item.made_by or not names.is_a(item.made_by, "keras.Layer"):
        return None
    first = item.ref not in seen
    config = configuration(evaluator, item)
    cost = layer_cost(evaluator, item, inputs)
    if first:
        seen[item.ref] = (None, None) if cost is None else (cost.parameters, cost.non_trainable)
    if cost is None:
        return Layer(item.made_by, item.call, inputs, None, None, None, None, None, config)
    output = cost.outputs[0] if len(cost.outputs) == 1 else None
    parameters = cost.parameters if first else 0
    non_trainable = cost.non_trainable if first else 0
    return Layer(
        item.made_by,
        item.call,
        inputs,
        output,
        parameters,
        non_trainable,
        cost.macs,
        cost.activations,
        config,
    )


MODEL_KIND = "keras.Model"


def _functional(evaluator: Evaluator, model: Model) -> Architecture:
    ends = evaluator.state.get((model.ref, ENDS))
    if not isinstance(ends, Sequence) or ends.items is None:
        return NOTHING_KNOWN
    starts, outputs = (list(leaves(spread(evaluator, value))) for value in ends.items)
    if not outputs or not all(isinstance(tensor, Tensor) for tensor in (*starts, *outputs)):
        return NOTHING_KNOWN
    order, complete = _graph([tensor for tensor in outputs if isinstance(tensor, Tensor)], starts)
    seen: Weights = {}
    found: list[Layer] = []
    for call in order:
        if isinstance(call.layer, Symbol):
            # An operator on tensors: it has no weights, and its output's shape is with its tensor.
            continue
        shapes = tuple(tensor.shape for tensor in call.inputs)
        if not shapes and not _makes_input(call.layer):
            # It was called on something that is not known.
            complete = False
        layer = _applied(evaluator, call.layer, shapes, seen)
        if layer is None:
            complete = False
        elif layer.kind != INPUT_LAYER:
            found.append(layer)
    shapes = tuple(tensor.shape for tensor in outputs if isinstance(tensor, Tensor))
    return Architecture(tuple(found), complete, shapes, seen)


def _makes_input(layer: Value) -> bool:
    return isinstance(layer, External) and layer.made_by == INPUT_LAYER


def spread(evaluator: Evaluator, value: Value) -> Value:
    """Lists and dicts of tensors, as they are now, as tuples."""
    value = iteration.contents(evaluator, value)
    if isinstance(value, Sequence) and value.items is not None:
        return Sequence("tuple", tuple(spread(evaluator, item) for item in value.items))
    if isinstance(value, Mapping):
        return Sequence("tuple", tuple(spread(evaluator, item) for _, item in value.items))
    return value


def _graph(outputs: list[Tensor], starts: list[Value]) -> tuple[list[LayerCall], bool]:
    """The layer calls between the inputs and the outputs, inputs first; False where one is hidden."""
    order: list[LayerCall] = []
    done: set[int] = set()
    complete = True
    begin = {id(tensor) for tensor in starts}
    stack: list[tuple[Tensor, bool]] = [(tensor, False) for tensor in reversed(outputs)]
    while stack and len(done) < MAX_GRAPH:
        tensor, expanded = stack.pop()
        if id(tensor) in begin:
            continue
        producer = tensor.producer
        if producer is None:
            complete = False
            continue
        if expanded:
            if id(producer) not in done:
                done.add(id(producer))
                order.append(producer)
            continue
        if id(producer) in done:
            continue
        stack.append((tensor, True))
        stack.extend((inner, False) for inner in reversed(producer.inputs))
    return order, complete and not stack


def _application(evaluator: Evaluator, model: Model, inputs: tuple[Shape | None, ...]) -> Architecture:
    """A ready-made model counts as one layer, sized from the generated table."""
    given = model.call.arguments
    config = _bound(evaluator, model.call.callee, given.positional, dict(given.keywords), given.open)
    tensor = given.keyword("input_tensor")
    own = tensor.shape if isinstance(tensor, Tensor) else None
    built = applications.backbone(model.call.callee, config, own)
    if built is None:
        return NOTHING_KNOWN
    shape = inputs[0] if len(inputs) == 1 and inputs[0] is not None else built.input
    applied = applications.backbone(model.call.callee, config, shape) or built
    cost = built.cost
    layer = Layer(
        model.call.callee,
        model.call,
        (shape,),
        applied.cost.outputs[0],
        cost.parameters,
        cost.non_trainable,
        applied.cost.macs,
        cost.activations,
        config,
    )
    weights: Weights = {model.ref: (cost.parameters, cost.non_trainable)}
    return Architecture((layer,), complete=True, outputs=applied.cost.outputs, weights=weights)


def fitted_input(data: Value) -> Shape | None:
    """The shape that a model is built for when it first sees ``data``."""
    if isinstance(data, Dataset):
        return _batch_shape(data.element)
    return _batch_shape(data)


def _batch_shape(value: Value) -> Shape | None:
    if isinstance(value, Sequence) and value.kind == "tuple" and value.items:
        value = value.items[0]
    if isinstance(value, (Array, Tensor)) and value.shape:
        return (None, *value.shape[1:])
    return None
