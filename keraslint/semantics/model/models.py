"""Keras models and layers: what makes them, what applying them gives, what their methods change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from keraslint.semantics import names
from keraslint.semantics.evaluation import arrays
from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import LayerCall
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.model import architecture
from keraslint.semantics.model import configuration
from keraslint.semantics.model import ends
from keraslint.semantics.model import subclasses
from keraslint.semantics.model import tracking

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

MODEL = "keras.Model"
LAYER = "keras.Layer"
SEQUENTIAL = "keras.Sequential"
_LOADERS = (
    "keras.models.clone_model",
    "keras.models.load_model",
    "keras.models.model_from_config",
    "keras.models.model_from_json",
    "keras.saving.load_model",
)
# Where Keras's own sources and those who copy them find the class of functional models.
_FUNCTIONAL = (".engine.functional.Functional", ".models.Functional", ".models.functional.Functional")
_INPUTS = ("keras.Input", "keras.layers.Input")


def construct(evaluator: Evaluator, symbol: Symbol, given: Arguments, record: CallRecord) -> Value | None:
    """The model, layer result or symbolic input that a Keras symbol makes, None where it makes none."""
    name = symbol.name
    if not name.startswith("keras."):
        return None
    if name in _INPUTS:
        return _input(evaluator, given, record)
    if name == SEQUENTIAL:
        return _sequential(evaluator, given, record)
    if name == MODEL or name.endswith(_FUNCTIONAL):
        return _functional(evaluator, given, record)
    if name in _LOADERS:
        return Model(evaluator.new_ref(), "loaded", record)
    if name.startswith("keras.applications."):
        return _application(evaluator, name, given, record)
    if name.startswith("keras.layers.") and name.rsplit(".", 1)[-1] in architecture.FUNCTIONAL_FORMS:
        return _functional_form(evaluator, name, given, record)
    if name not in (LAYER, MODEL) and names.is_a(name, LAYER):
        layer = External(f"{name}()", record, evaluator.new_ref())
        # Until it is called it has no weights, on whichever path that is.
        evaluator.state.set((layer.ref, tracking.WEIGHTS), Const(None))
        return layer
    return None


def _input(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    shape = given.positional[0] if given.positional else given.keyword("shape")
    whole = given.keyword("batch_shape")
    dtype = given.keyword("dtype")
    name = dtype.value if isinstance(dtype, Const) and isinstance(dtype.value, str) else "float32"
    if whole is not None:
        known = arrays.shape_of(evaluator, whole)
    else:
        sizes = arrays.shape_of(evaluator, shape) if isinstance(shape, Sequence) else None
        batch = given.keyword("batch_size")
        size = batch.value if isinstance(batch, Const) and isinstance(batch.value, int) else None
        known = None if sizes is None else (size, *sizes)
    layer = External("keras.layers.InputLayer()", record, evaluator.new_ref())
    return Tensor(known, name, LayerCall(layer, (), record))


def _sequential(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    model = Model(evaluator.new_ref(), "sequential", record)
    layers = given.positional[0] if given.positional else given.keyword("layers")
    initial: Value = Sequence("tuple", ())
    if given.open and layers is None:
        initial = UNKNOWN
    elif layers is not None and not (isinstance(layers, Const) and layers.value is None):
        items = iteration.items(evaluator, layers)
        initial = UNKNOWN if items is None else Sequence("tuple", items)
    evaluator.state.set((model.ref, architecture.LAYERS), initial)
    return model


def _functional(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    model = Model(evaluator.new_ref(), "functional", record)
    inputs = given.positional[0] if given.positional else given.keyword("inputs") or given.keyword("input")
    outputs = (
        given.positional[1]
        if len(given.positional) > 1
        else given.keyword("outputs") or given.keyword("output")
    )
    both = Sequence("tuple", (inputs or UNKNOWN, outputs or UNKNOWN))
    evaluator.state.set((model.ref, architecture.ENDS), both)
    return model


def _application(evaluator: Evaluator, name: str, given: Arguments, record: CallRecord) -> Value | None:
    function = name.rsplit(".", 1)[-1]
    if not function[:1].isupper():
        return None
    model = Model(evaluator.new_ref(), "application", record)
    given_tensor = given.keyword("input_tensor")
    built = architecture.architecture(evaluator, model)
    if not built.complete:
        return model
    (layer,) = built.layers
    if isinstance(given_tensor, Tensor):
        start = given_tensor
    else:
        start = ends.input_tensor(evaluator, layer.inputs[0], model)
    outcome = Tensor(layer.output, None, LayerCall(model, (start,), record))
    evaluator.state.set((model.ref, architecture.ENDS), Sequence("tuple", (start, outcome)))
    return model


def _functional_form(evaluator: Evaluator, name: str, given: Arguments, record: CallRecord) -> Value:
    """``keras.layers.add([a, b])``: the class of the same name, made and called at once."""
    class_name = architecture.FUNCTIONAL_FORMS[name.rsplit(".", 1)[-1]]
    made = replace(record, arguments=Arguments((), given.keywords, given.open))
    layer = External(f"keras.layers.{class_name}()", made, evaluator.new_ref())
    inputs = Arguments(given.positional[:1])
    result = apply(evaluator, layer, inputs, record)
    return UNKNOWN if result is None else result


def is_layer(value: Value) -> bool:
    """Whether a value is a Keras layer that a public class made."""
    return isinstance(value, External) and value.made_by != "" and names.is_a(value.made_by, LAYER)


def apply(
    evaluator: Evaluator, callee: External | Model, given: Arguments, record: CallRecord
) -> Value | None:
    """Call a layer or a model on tensors; None where ``callee`` is neither."""
    if not isinstance(callee, Model) and not is_layer(callee):
        return None
    inputs = subclasses.input_tensors(evaluator, given)
    element = any(tensor.element for tensor in inputs)
    call = LayerCall(callee, inputs, record)
    evaluator.sizing.applied.append(call)
    shapes = tuple(tensor.shape for tensor in inputs)
    outputs = configuration.output_shapes(evaluator, callee, shapes)
    result: Value
    if outputs is None or len(outputs) == 1:
        result = Tensor(None if outputs is None else outputs[0], None, call, element)
    else:
        result = Sequence("tuple", tuple(Tensor(shape, None, call, element) for shape in outputs))
    if isinstance(callee, External):
        ends.note(evaluator, callee, result)
        tracking.note_call(evaluator, callee, shapes)
    elif callee.kind == "sequential":
        _build_by_call(evaluator, callee, given)
    return result


def _build_by_call(evaluator: Evaluator, model: Model, given: Arguments) -> None:
    """A Sequential that was not built yet is built for what it is first called on."""
    key = (model.ref, architecture.BUILT)
    first = given.positional[0] if given.positional else UNKNOWN
    if evaluator.state.get(key) is None and isinstance(first, (Array, Tensor)) and first.shape:
        sizes = tuple(Const(size) for size in (None, *first.shape[1:]))
        evaluator.state.set(key, Sequence("tuple", sizes))


def call_method(
    evaluator: Evaluator, model: Model, method: str, given: Arguments, record: CallRecord
) -> Value:
    """A method of a model."""
    record.callee = f"{MODEL}.{method}"
    record.receiver = model
    evaluator.records.append(record)
    if method == "add" and model.kind == "sequential":
        current = evaluator.state.get((model.ref, architecture.LAYERS))
        if isinstance(current, Sequence) and current.items is not None and given.positional:
            grown = Sequence("tuple", (*current.items, given.positional[0]))
            evaluator.state.set((model.ref, architecture.LAYERS), grown)
        else:
            evaluator.state.set((model.ref, architecture.LAYERS), UNKNOWN)
        return Const(None)
    if method == "pop" and model.kind == "sequential":
        current = evaluator.state.get((model.ref, architecture.LAYERS))
        if isinstance(current, Sequence) and current.items:
            evaluator.state.set((model.ref, architecture.LAYERS), Sequence("tuple", current.items[:-1]))
        return UNKNOWN
    if method == "build":
        built = given.positional[0] if given.positional else given.keyword("input_shape")
        evaluator.state.set((model.ref, architecture.BUILT), built or UNKNOWN)
    return after_method(evaluator, model, method, given, record)


def call_inherited(
    evaluator: Evaluator, instance: Instance, method: str, given: Arguments, record: CallRecord
) -> Value:
    """A method that an instance of a project's class inherits from Keras or another package."""
    if method == "__call__" and subclasses.is_layer(instance):
        return subclasses.apply(evaluator, instance, given, record)
    if method == "call":
        return subclasses.call_base(evaluator, instance, given, record)
    if method == "add_weight" and subclasses.is_layer(instance):
        return subclasses.add_weight(evaluator, instance, given)
    if method == "build" and evaluator.generation == 2 and attributes.derives_from(instance.cls, MODEL):
        shape = given.positional[0] if given.positional else given.keyword("input_shape")
        subclasses.build_for(evaluator, instance, shape or UNKNOWN, record)
    if attributes.derives_from(instance.cls, MODEL):
        return after_method(evaluator, instance, method, given, record)
    return UNKNOWN


def after_method(
    evaluator: Evaluator, model: Model | Instance, method: str, given: Arguments, record: CallRecord
) -> Value:
    """What a model's method gives and changes, whoever made the model."""
    if method == "compile":
        previous = evaluator.state.get((model.ref, architecture.COMPILED))
        items = previous.items if isinstance(previous, Sequence) and previous.items else ()
        compiled = External(f"{MODEL}.compile()", record, evaluator.new_ref())
        evaluator.state.set((model.ref, architecture.COMPILED), Sequence("tuple", (*items, compiled)))
        return Const(None)
    if method in ("fit", "fit_generator"):
        return External("keras.callbacks.History()", record, evaluator.new_ref())
    if method in ("predict", "predict_on_batch", "predict_generator"):
        return Array(None, "float32", f"{MODEL}.{method}")
    if method == "count_params":
        return Some("int")
    return UNKNOWN


def attribute(evaluator: Evaluator, model: Model, name: str) -> Value:
    """An attribute of a model that the program did not set."""
    if name in ("output", "outputs", "input", "inputs"):
        return ends.end(evaluator, model, name)
    if name in ("layers", "get_layer"):
        stack = evaluator.state.get((model.ref, architecture.LAYERS))
        if isinstance(stack, Sequence) and stack.items is not None:
            ends.tensors_of_sequential(evaluator, model)
            if name == "layers":
                return Sequence("list", ends.layers_of_sequential(stack.items))
        # Who has a layer that nobody sees may freeze it.
        tracking.freeze(evaluator, model, UNKNOWN)
        return UNKNOWN if name == "layers" else Method(model, name)
    if name in ("input_shape", "output_shape"):
        tensor = ends.end(evaluator, model, name.removesuffix("_shape"))
        if isinstance(tensor, Tensor):
            return attributes.get(evaluator, tensor, "shape")
        return UNKNOWN
    if name in _PLAIN_ATTRIBUTES:
        return UNKNOWN
    return Method(model, name)


_PLAIN_ATTRIBUTES = (
    "history",
    "losses",
    "metrics_names",
    "optimizer",
    "loss",
    "metrics",
    "stop_training",
    "trainable",
    "trainable_variables",
    "trainable_weights",
    "variables",
    "weights",
)
