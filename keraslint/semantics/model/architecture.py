"""The architecture of a model: its layers in order, with shapes, parameters and costs."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING
from typing import NamedTuple
from typing import TypeAlias

from keraslint.semantics import names
from keraslint.semantics.evaluation import arrays
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.state import Key
from keraslint.semantics.evaluation.state import State
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import LayerCall
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.layers import LayerCost
from keraslint.semantics.layers import Shape
from keraslint.semantics.layers import applications
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.model import configuration
from keraslint.semantics.model import connections
from keraslint.semantics.model import ends
from keraslint.semantics.model import subclasses
from keraslint.semantics.model import symbolic
from keraslint.semantics.model import tracking
from keraslint.semantics.model.connections import Connection
from keraslint.semantics.model.convolutions import Convolution
from keraslint.semantics.model.convolutions import convolutions
from keraslint.semantics.model.flattened import FlattenedDense
from keraslint.semantics.model.flattened import flattened

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

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


# Layers whose cost is small whatever the shape is that they get.
_LIGHT = frozenset(
    (
        "Activation",
        "BatchNormalization",
        "Concatenate",
        "Dense",
        "Dropout",
        "Flatten",
        "InputLayer",
        "Reshape",
    )
)


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
    def class_at(self) -> Site | None:
        """The class where the call that made the layer names it."""
        if self.call is None or not isinstance(self.call.node, ir.Call):
            return None
        named = self.call.spelled.rpartition(".")[2] == self.name
        return Site(self.call.site.file, self.call.node.func.place) if named else None

    @property
    def name(self) -> str:
        """The class's name: ``Conv2D``."""
        return self.kind.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True, eq=False)
class Architecture:
    """The layers of a model in the order of their application; ``complete`` where none is hidden.

    ``weights`` has all and non-trainable parameters of each layer inside, nested models' too;
    ``connections`` has what flows between the layers as far as they are known.
    """

    layers: tuple[Layer, ...]
    complete: bool
    outputs: tuple[Shape | None, ...]
    weights: Weights = field(default_factory=dict)
    connections: tuple[Connection, ...] = ()

    @property
    def parts(self) -> Iterator[Architecture]:
        """The model itself and the models inside of it, each as it is applied."""
        yield self
        for layer in self.layers:
            if layer.nested is not None:
                yield from layer.nested.parts

    @property
    def convolutions(self) -> tuple[Convolution, ...]:
        """The convolutions of known width, in the order of their application."""
        return convolutions(self)

    @property
    def flattened(self) -> tuple[FlattenedDense, ...]:
        """The feature maps that are flattened into dense layers."""
        return flattened(self)

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

    @property
    def least_macs(self) -> int:
        """Multiply-accumulates of one sample in those layers whose cost is known."""
        inside = (0 if layer.nested is None else layer.nested.least_macs for layer in self.layers)
        return sum(
            least if layer.macs is None else layer.macs
            for layer, least in zip(self.layers, inside, strict=True)
        )

    @property
    def may_be_costly(self) -> bool:
        """Whether something in it is not known whose cost grows with pictures and sequences."""
        return not self.complete or any(
            layer.macs is None
            and layer.name not in _LIGHT
            and (layer.nested is None or layer.nested.may_be_costly)
            for layer in self.layers
        )

    @property
    def activations(self) -> int | None:
        """Numbers that the layers give for one sample, which training keeps."""
        return _total([layer.activations for layer in self.layers]) if self.complete else None


def _total(numbers: list[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


NOTHING_KNOWN = Architecture((), complete=False, outputs=())


class _Sized(NamedTuple):
    """An architecture, with what was read for it."""

    result: Architecture
    read: dict[Key, Value | None]
    noted: int


class Sizing:
    """The models that are being sized: each once, however often others hold it, itself included.

    ``applied`` are the layers that the call at hand has called so far, ``attributes`` the names
    under which each object of the program's own classes was given anything.
    """

    def __init__(self) -> None:
        self.applied: list[LayerCall] = []
        self.attributes: dict[int, dict[str, None]] = {}
        self.costs = configuration.Costs()
        self._noted = 0
        self._cuts = 0
        self._open: set[object] = set()
        self._done: dict[object, Architecture] = {}
        self._kept: dict[object, _Sized] = {}

    def note_attribute(self, ref: int, name: str) -> None:
        """An object was given an attribute."""
        names_of = self.attributes.setdefault(ref, {})
        if name not in names_of:
            names_of[name] = None
            self._noted += 1

    def size(self, evaluator: Evaluator, key: object, work: Callable[[], Architecture]) -> Architecture:
        """What ``work`` gives, unless it is known or under way under this key."""
        if key in self._open:
            self._cuts += 1
            return NOTHING_KNOWN
        if key in self._done:
            return self._done[key]
        kept = self._kept.get(key)
        state = evaluator.state
        if (
            kept is None
            or kept.noted != self._noted
            or any(state.get(cell) is not value for cell, value in kept.read.items())
        ):
            kept = self._read(evaluator, key, work)
        if self._open:
            self._done[key] = kept.result
        else:
            self._done.clear()
        return kept.result

    def _read(self, evaluator: Evaluator, key: object, work: Callable[[], Architecture]) -> _Sized:
        """Size a model and keep what was read for that: the program may change it before it is asked for again."""
        base, cells, cuts = evaluator.state, set[Key](), self._cuts
        evaluator.state = State(base, cells)
        result = self._run(key, work)
        writes = evaluator.state.writes
        evaluator.state = base
        base.update(writes)
        sized = _Sized(result, {cell: base.get(cell) for cell in cells}, self._noted)
        if self._cuts == cuts or not self._open:
            # One that came to a model under way may be sized otherwise from elsewhere.
            self._kept[key] = sized
        return sized

    def _run(self, key: object, work: Callable[[], Architecture]) -> Architecture:
        self._open.add(key)
        result = work()
        self._open.remove(key)
        return result


@contextmanager
def trial(evaluator: Evaluator) -> Iterator[None]:
    """Run the program's code for what it gives: nothing that it writes, records or calls stays."""
    kept = evaluator.state, evaluator.records, evaluator.called, evaluator.sizing.applied
    evaluator.state = State(evaluator.state)
    evaluator.records, evaluator.called, evaluator.sizing.applied = [], set(evaluator.called), []
    try:
        yield
    finally:
        evaluator.state, evaluator.records, evaluator.called, evaluator.sizing.applied = kept


def architecture(
    evaluator: Evaluator, model: Model | Instance, inputs: tuple[Shape | None, ...] = ()
) -> Architecture:
    """The architecture of a model as the state at hand has it."""
    return evaluator.sizing.size(
        evaluator, (model.ref, inputs), lambda: _architecture(evaluator, model, inputs)
    )


def _architecture(
    evaluator: Evaluator, model: Model | Instance, inputs: tuple[Shape | None, ...]
) -> Architecture:
    if isinstance(model, Instance):
        return _subclassed(evaluator, model)
    if model.kind == "sequential":
        return _sequential(evaluator, model, inputs)
    if model.kind == "functional":
        return _functional(evaluator, model)
    if model.kind == "application":
        return _application(evaluator, model, inputs)
    return NOTHING_KNOWN


def _subclassed(evaluator: Evaluator, model: Instance) -> Architecture:
    """A model of the program's own class: what its last call applied, and all weights that it holds."""
    applied = alternatives(evaluator.state.get((model.ref, subclasses.APPLIED)) or UNKNOWN)
    # Calls in several places apply the same layers, to batches of one size or another.
    call = next((each for each in applied if isinstance(each, LayerCall)), None)
    held: Weights = {}
    complete = tracking.collect(evaluator, model, held)
    if isinstance(call, LayerCall):
        return _inside(evaluator, model, call, held, complete)
    base = evaluator.state.get((model.ref, subclasses.BASE))
    if isinstance(base, Model):
        # Its constructor was given the tensors, or the layers, of a ready model.
        built = architecture(evaluator, base)
        return Architecture(built.layers, built.complete and complete, built.outputs, held)
    return NOTHING_KNOWN


def _inside(
    evaluator: Evaluator, model: Instance, call: LayerCall, held: Weights, complete: bool
) -> Architecture:
    # Layers that `call` makes anew are no part of the model.
    seen: Weights = {ref: (0, 0) for ref in _refs(evaluator, call.inside) if ref not in held}
    found: list[Layer] = []
    made: dict[int, Layer] = {}
    for inner in call.inside:
        layer = _applied(evaluator, inner, seen)
        if layer is None:
            complete = False
        else:
            found.append(layer)
            made[id(inner)] = layer
    rest = [counts for ref, counts in held.items() if ref not in seen]
    if any(count != 0 for count, _ in rest):
        own = (_total([count for count, _ in rest]), _total([count for _, count in rest]))
        used = held.get(model.ref, (None, None))[0] == 0
        found.append(Layer(model.cls.name, model.call, (), None, *own, 0 if used else None, 0, {}))
    returned = [tensor for tensor in call.returned if isinstance(tensor, Tensor)]
    order, _ = _graph(returned, list(call.inputs))
    connected = connections.in_a_graph(order, returned, made)
    return Architecture(tuple(found), complete, call.outputs, held, connected)


def _refs(evaluator: Evaluator, calls: tuple[LayerCall, ...]) -> Iterator[int]:
    for call in calls:
        if isinstance(call.layer, (External, Instance, Model)):
            yield call.layer.ref
        if isinstance(call.layer, Model):
            yield from architecture(evaluator, call.layer).weights
        yield from _refs(evaluator, call.inside)


def _sequential(evaluator: Evaluator, model: Model, inputs: tuple[Shape | None, ...]) -> Architecture:
    stack = evaluator.state.get((model.ref, LAYERS))
    if not isinstance(stack, Sequence) or stack.items is None:
        return NOTHING_KNOWN
    shape = inputs[0] if len(inputs) == 1 else None
    if shape is None:
        shape = _declared_input(evaluator, model, stack.items)
    if any(isinstance(item, Instance) for item in stack.items):
        with trial(evaluator):
            return _stacked(evaluator, model, stack.items, shape)
    return _stacked(evaluator, model, stack.items, shape)


def _stacked(
    evaluator: Evaluator, model: Model, items: tuple[Value, ...], shape: Shape | None
) -> Architecture:
    found: list[Layer] = []
    row: list[Layer | None] = []
    complete = len(items) > 0
    seen: Weights = {}
    for item in items:
        if isinstance(item, Tensor):
            shape = item.shape
            continue
        if isinstance(item, External) and item.made_by == INPUT_LAYER:
            continue
        start = () if shape is None else (Tensor(shape),)
        call = LayerCall(item, start, model.call)
        if isinstance(item, Instance) and start:
            subclasses.apply(evaluator, item, Arguments(start), model.call)
            applied = evaluator.state.get((item.ref, subclasses.APPLIED))
            call = applied if isinstance(applied, LayerCall) else call
        layer = _applied(evaluator, call, seen)
        row.append(layer)
        if layer is None:
            complete, shape = False, None
            continue
        found.append(layer)
        shape = layer.output
    return Architecture(tuple(found), complete, (shape,), seen, connections.in_a_row(row))


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


def _applied(evaluator: Evaluator, call: LayerCall, seen: Weights) -> Layer | None:
    """One application of a layer or nested model; weights count at the first one."""
    item, inputs = call.layer, tuple(tensor.shape for tensor in call.inputs)
    if isinstance(item, Symbol):
        return _operation(item, inputs)
    if isinstance(item, (Instance, Model)):
        return _nested(evaluator, item, call, inputs, seen)
    if not isinstance(item, External) or not item.made_by or not names.is_a(item.made_by, "keras.Layer"):
        return None
    config = configuration.configuration(evaluator, item)
    cost = configuration.layer_cost(evaluator, item, inputs)
    counts = _counted(evaluator, item, config, cost, seen)
    output = cost.outputs[0] if cost is not None and len(cost.outputs) == 1 else None
    macs = configuration.lambda_macs(evaluator, item, inputs) if cost is None else cost.macs
    activations = None if cost is None else cost.activations
    return Layer(item.made_by, item.call, inputs, output, *counts, macs, activations, config)


def _operation(symbol: Symbol, inputs: tuple[Shape | None, ...]) -> Layer:
    """An operation on tensors has no weights; what a product of matrices costs is not counted."""
    macs = None if symbolic.multiplies(symbol) else 0
    return Layer(symbol.name, None, inputs, None, 0, 0, macs, 0, {})


def _counted(
    evaluator: Evaluator, item: External, config: dict[str, object], cost: LayerCost | None, seen: Weights
) -> tuple[int | None, int | None]:
    """The weights that an application of a layer adds to those that were seen."""
    new: Weights
    wrapped = config.get("layer")
    if item.made_by == TIME_DISTRIBUTED and isinstance(wrapped, configuration.InnerModel):
        new = dict(architecture(evaluator, wrapped.model).weights)
        if cost is not None and not new:
            new = {wrapped.model.ref: (cost.parameters, cost.non_trainable)}
    else:
        counts = (None, None) if cost is None else (cost.parameters, cost.non_trainable)
        new = {item.ref: tracking.frozen(evaluator, item, *counts)}
    new = {ref: counts for ref, counts in new.items() if ref not in seen}
    seen.update(new)
    return _total([count for count, _ in new.values()]), _total([count for _, count in new.values()])


def _nested(
    evaluator: Evaluator,
    item: Instance | Model,
    call: LayerCall,
    inputs: tuple[Shape | None, ...],
    seen: Weights,
) -> Layer | None:
    if isinstance(item, Instance):
        held: Weights = {}
        complete = tracking.collect(evaluator, item, held)
        nested = _inside(evaluator, item, call, held, complete)
    else:
        nested = architecture(evaluator, item, inputs)
    if not nested.complete:
        return None
    new = {ref: counts for ref, counts in nested.weights.items() if ref not in seen}
    seen.update(new)
    counts = _total([count for count, _ in new.values()]), _total([count for _, count in new.values()])
    output = nested.outputs[0] if len(nested.outputs) == 1 else None
    kind = item.cls.name if isinstance(item, Instance) else MODEL_KIND
    return Layer(kind, item.call, inputs, output, *counts, nested.macs, nested.activations, {}, nested)


TIME_DISTRIBUTED = "keras.layers.TimeDistributed"
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
    made: dict[int, Layer] = {}
    for call in order:
        if isinstance(call.layer, Symbol) and not symbolic.multiplies(call.layer):
            continue
        if not call.inputs and not _makes_input(call.layer):
            # It was called on something that is not known.
            complete = False
        layer = _applied(evaluator, call, seen)
        if layer is None:
            complete = False
        elif layer.kind != INPUT_LAYER:
            found.append(layer)
            made[id(call)] = layer
    shapes = tuple(tensor.shape for tensor in outputs if isinstance(tensor, Tensor))
    connected = connections.in_a_graph(order, outputs, made)
    return Architecture(tuple(found), complete, shapes, seen, connected)


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


def only_operates(outputs: list[Tensor], starts: tuple[Tensor, ...]) -> bool:
    """Whether operations alone, of which none multiplies matrices, lead from tensors to others."""
    order, complete = _graph(outputs, list(starts))
    return complete and all(
        isinstance(call.layer, Symbol) and not symbolic.multiplies(call.layer) for call in order
    )


def _application(evaluator: Evaluator, model: Model, inputs: tuple[Shape | None, ...]) -> Architecture:
    """A ready-made model counts as one layer, sized from the generated table."""
    config = configuration.bound_arguments(evaluator, model.call.callee, model.call.arguments)
    tensor = model.call.arguments.keyword("input_tensor")
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
        *tracking.frozen(evaluator, model, cost.parameters, cost.non_trainable),
        applied.cost.macs,
        cost.activations,
        config,
    )
    counts = tracking.frozen(evaluator, model, cost.parameters, cost.non_trainable)
    weights: Weights = {model.ref: counts}
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
