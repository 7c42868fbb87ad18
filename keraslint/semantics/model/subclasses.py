"""Layers and models of the program's own classes: what calling one builds, and what it gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from keraslint.semantics import api
from keraslint.semantics import names
from keraslint.semantics.evaluation import arrays
from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import functions
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import LayerCall
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.model import architecture
from keraslint.semantics.model import models

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.layers import Shape
    from keraslint.semantics.model.architecture import Architecture

LAYER = "keras.Layer"
MODEL = "keras.Model"
BASE = "#base"
OWN = "#own"
APPLIED = "#applied"
_PLAIN = (LAYER, MODEL)


def is_layer(value: Value) -> bool:
    """Whether a value is an object of a class of the program's own that derives from Keras's layers."""
    return isinstance(value, Instance) and attributes.derives_from(value.cls, LAYER)


def is_model(instance: Instance) -> bool:
    """Whether an object of a class of the program's own is a model."""
    return attributes.derives_from(instance.cls, MODEL)


def base_of(instance: Instance) -> Symbol | None:
    """The class of Keras that a layer or model of the program's own derives from."""
    found = [base for base in attributes.external_bases(instance.cls) if names.is_a(base.name, LAYER)]
    return found[0] if found else None


def initialise(evaluator: Evaluator, instance: Instance, given: Arguments) -> None:
    """Keep what the constructor of a Keras class was given: the layer or model that it makes there."""
    base = base_of(instance)
    if base is None:
        return
    evaluator.state.set((instance.ref, architecture.BUILT), Const(None))
    evaluator.state.set((instance.ref, OWN), Sequence("tuple", ()))
    if instance.call is None:
        return
    record = replace(instance.call, arguments=given, inner=[])
    key = (instance.ref, BASE)
    if base.name not in _PLAIN or (
        base.name == MODEL and (len(given.positional) > 1 or given.keyword("inputs") is not None)
    ):
        evaluator.state.set(key, models.construct(evaluator, base, given, record) or UNKNOWN)


def apply(evaluator: Evaluator, instance: Instance, given: Arguments, record: CallRecord) -> Value:
    """Call a layer or model: its ``build`` at the first time, then its ``call``."""
    inputs = input_tensors(evaluator, given)
    cuts = evaluator.bounds.cuts
    _build(evaluator, instance, given, inputs, record)
    outer = evaluator.sizing.applied
    inside: list[LayerCall] = []
    evaluator.sizing.applied = inside
    result = _call(evaluator, instance, given, record)
    evaluator.sizing.applied = outer
    if evaluator.bounds.cuts > cuts:
        evaluator.state.set((instance.ref, architecture.BUILT), UNKNOWN)
    parts = leaves(iteration.contents(evaluator, result))
    returned = tuple(part for part in parts if isinstance(part, (Array, Tensor)))
    call = LayerCall(instance, inputs, record, tuple(inside), returned)
    evaluator.state.set((instance.ref, APPLIED), call)
    outer.append(call)
    if any(tensor.element for tensor in inputs):
        return result
    return _given_by(evaluator, call, result)


def input_tensors(evaluator: Evaluator, given: Arguments) -> tuple[Tensor, ...]:
    """The tensors and arrays that a layer is called on."""
    found = (leaf for value in given.values() for leaf in leaves(iteration.contents(evaluator, value)))
    return tuple(
        leaf if isinstance(leaf, Tensor) else Tensor(leaf.shape, leaf.dtype)
        for leaf in found
        if isinstance(leaf, (Array, Tensor))
    )


def _call(evaluator: Evaluator, instance: Instance, given: Arguments, record: CallRecord) -> Value:
    function = attributes.class_attribute(evaluator, instance.cls, "call")
    if isinstance(function, Function):
        with_self = replace(given, positional=(instance, *given.positional))
        return functions.call(evaluator, function, with_self, record)
    return call_base(evaluator, instance, given, record)


def call_base(evaluator: Evaluator, instance: Instance, given: Arguments, record: CallRecord) -> Value:
    """What the ``call`` of the Keras class gives that a layer or model derives from."""
    base = evaluator.state.get((instance.ref, BASE))
    if isinstance(base, (External, Model)):
        return models.apply(evaluator, base, given, record) or UNKNOWN
    return UNKNOWN


def _given_by(evaluator: Evaluator, call: LayerCall, result: Value) -> Value:
    """The result of a call with the layer for its producer."""
    result = iteration.contents(evaluator, result)
    if isinstance(result, (Array, Tensor)):
        return Tensor(result.shape, result.dtype, call)
    if isinstance(result, Sequence) and result.items is not None:
        parts = tuple(_given_by(evaluator, call, part) for part in result.items)
        return Sequence(result.kind, parts, UNKNOWN, evaluator.new_ref() if result.ref else 0)
    if isinstance(result, Mapping):
        pairs = tuple((key, _given_by(evaluator, call, part)) for key, part in result.items)
        return Mapping(pairs, result.open, evaluator.new_ref())
    return result


def _build(
    evaluator: Evaluator,
    instance: Instance,
    given: Arguments,
    inputs: tuple[Tensor, ...],
    record: CallRecord,
) -> None:
    key = (instance.ref, architecture.BUILT)
    built = evaluator.state.get(key)
    if isinstance(built, Const) and built.value is True:
        return
    known = bool(inputs) and all(tensor.shape is not None for tensor in inputs)
    evaluator.state.set(key, Const(True) if known else UNKNOWN)
    function = attributes.class_attribute(evaluator, instance.cls, "build")
    if isinstance(function, Function):
        evaluator.state.set((instance.ref, OWN), Sequence("tuple", ()))
        arguments = Arguments((instance, *_build_arguments(evaluator, function, given)))
        functions.call(evaluator, function, arguments, record)


def _build_arguments(evaluator: Evaluator, function: Function, given: Arguments) -> tuple[Value, ...]:
    """The shapes that ``build`` is given: of the first argument, or of each that it has a parameter for."""
    parameters = function.node.parameters[1:]
    shapes = [shape_value(evaluator, value) for value in given.values()]
    if len(parameters) == 1:
        return tuple(shapes[:1])
    return tuple(shapes[: len(parameters)])


def shape_value(evaluator: Evaluator, value: Value) -> Value:
    """The shape of a tensor as the program sees it in ``build``; of several, a list of shapes."""
    value = iteration.contents(evaluator, value)
    if isinstance(value, (Array, Tensor)):
        return UNKNOWN if value.shape is None else as_value(value.shape)
    if isinstance(value, Sequence) and value.items is not None:
        parts = tuple(shape_value(evaluator, part) for part in value.items)
        return Sequence("list", parts, UNKNOWN, evaluator.new_ref())
    return UNKNOWN


def as_value(shape: Shape) -> Value:
    """A shape as a tuple of the program: the batch is None there, other unknown sizes are some number."""
    sizes = (Const(size) if size is not None or axis == 0 else Some("int") for axis, size in enumerate(shape))
    return Sequence("tuple", tuple(sizes))


def build_for(evaluator: Evaluator, instance: Instance, shape: Value, record: CallRecord) -> None:
    """``model.build(input_shape)``, which Keras makes a call on a symbolic input of."""
    known = arrays.shape_of(evaluator, shape) if isinstance(shape, Sequence) else None
    if known is None:
        evaluator.state.set((instance.ref, architecture.BUILT), UNKNOWN)
    else:
        apply(evaluator, instance, Arguments((Tensor(known),)), record)


def fitted(evaluator: Evaluator, instance: Instance, data: Value) -> Architecture:
    """The architecture of a model once it is built for the first batch of its data."""
    if isinstance(data, Dataset):
        data = data.element
        if isinstance(data, Sequence) and data.kind == "tuple" and data.items:
            data = data.items[0]
    given = _symbolic(evaluator, data)
    if given is None or instance.call is None:
        return architecture.NOTHING_KNOWN
    with architecture.trial(evaluator):
        apply(evaluator, instance, Arguments((given,)), instance.call)
        return architecture.architecture(evaluator, instance)


def _symbolic(evaluator: Evaluator, data: Value) -> Value | None:
    """What a model is called on for a batch of these data."""
    data = iteration.contents(evaluator, data)
    if isinstance(data, (Array, Tensor)):
        return Tensor((None, *data.shape[1:])) if data.shape else None
    if isinstance(data, Sequence) and data.items:
        parts = [_symbolic(evaluator, part) for part in data.items]
        known = tuple(part for part in parts if part is not None)
        return Sequence(data.kind, known) if len(known) == len(parts) else None
    if isinstance(data, Mapping) and not data.open:
        pairs = [(key, _symbolic(evaluator, part)) for key, part in data.items]
        found = tuple((key, part) for key, part in pairs if part is not None)
        return Mapping(found) if len(found) == len(pairs) else None
    return None


def add_weight(evaluator: Evaluator, instance: Instance, given: Arguments) -> Value:
    """A weight of the layer's own."""
    signature = api.method_signature(LAYER, "add_weight", evaluator.generation)
    assert signature is not None
    named = next((value for value in given.positional if isinstance(value, Sequence)), None)
    if evaluator.generation == 2:
        bound = api.bind(signature, given.positional, dict(given.keywords), open=given.open)
        value = bound.get("shape")
        shape = value if isinstance(value, Value) else None
    else:
        shape = given.keyword("shape") or named
    known = arrays.shape_of(evaluator, shape) if shape is not None else ()
    if isinstance(shape, Const) and shape.value is None:
        known = ()
    if given.open:
        known = None
    trainable = given.keyword("trainable") or Const(True)
    count: Value = UNKNOWN
    if known is not None and None not in known:
        number = 1
        for size in known:
            number *= size or 0
        count = Const(number)
    own = evaluator.state.get((instance.ref, OWN))
    if own is None:
        own = Sequence("tuple", ())
    if isinstance(own, Sequence) and own.items is not None:
        weight = Sequence("tuple", (count, trainable))
        evaluator.state.set((instance.ref, OWN), Sequence("tuple", (*own.items, weight)))
    else:
        evaluator.state.set((instance.ref, OWN), UNKNOWN)
    return Array(known, "float32", f"{LAYER}.add_weight")
