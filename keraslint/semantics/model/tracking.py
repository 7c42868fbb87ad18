"""The weights that a layer or model of the program's own class holds: its own, and those of its attributes.

Keras finds the layers among an object's attributes, in lists, tuples, sets and dicts as well,
and counts the weights of those that are built, whether or not ``call`` uses them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraslint.semantics import names
from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Union
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.model import architecture
from keraslint.semantics.model import configuration
from keraslint.semantics.model import models
from keraslint.semantics.model import subclasses

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.layers import Shape
    from keraslint.semantics.model.architecture import Weights

TRAINABLE = "trainable"
WEIGHTS = "#weights"
_WITHOUT_WEIGHTS = (
    "builtins.",
    "functools.",
    "keras.activations.",
    "keras.callbacks.",
    "keras.constraints.",
    "keras.initializers.",
    "keras.losses.",
    "keras.optimizers.",
    "keras.random.",
    "keras.regularizers.",
    "math.",
    "numpy.",
    "os.",
    "random.",
    "tensorflow.random.",
    "time.",
)
_COUNTING = ("add_weight", "count_params", "get_config_weights", "trainable_weights", "variables", "weights")


def note(evaluator: Evaluator, layer: External, parameters: int | None, non_trainable: int | None) -> None:
    """Keep what weights a layer has from its first call on; what is known stays."""
    key = (layer.ref, WEIGHTS)
    known = evaluator.state.get(key)
    if _counts(known) in (None, (None, None)):
        pair = (UNKNOWN if number is None else Const(number) for number in (parameters, non_trainable))
        evaluator.state.set(key, Sequence("tuple", tuple(pair)))


def frozen(
    evaluator: Evaluator, layer: External | Model, parameters: int | None, non_trainable: int | None
) -> tuple[int | None, int | None]:
    """The counts of a layer, as what the program assigned to ``trainable`` has them."""
    assigned = evaluator.state.get((layer.ref, TRAINABLE))
    if assigned is None or assigned == Const(True):
        return parameters, non_trainable
    return parameters, parameters if assigned == Const(False) else None


def note_attribute(
    evaluator: Evaluator, target: Instance | Model | External, name: str, value: Value
) -> None:
    """Keep under which names an object has attributes; what is assigned to ``trainable`` goes further."""
    if isinstance(target, Instance):
        evaluator.sizing.note_attribute(target.ref, name)
    if name == TRAINABLE and (
        isinstance(target, Model) or models.is_layer(target) or subclasses.is_layer(target)
    ):
        freeze(evaluator, target, value)


def freeze(evaluator: Evaluator, value: Value, trainable: Value) -> None:
    """``layer.trainable = ...``, which goes for all layers inside as they are now."""
    for ref in _inside(evaluator, value):
        evaluator.state.set((ref, TRAINABLE), trainable)


def _inside(evaluator: Evaluator, value: Value) -> Weights:
    """The layers inside a layer or model, itself included."""
    found: Weights = {}
    if isinstance(value, Model):
        stack = evaluator.state.get((value.ref, architecture.LAYERS))
        if isinstance(stack, Sequence) and stack.items is not None:
            for item in stack.items:
                found.update(_inside(evaluator, item))
        found.update(architecture.architecture(evaluator, value).weights)
        found[value.ref] = (None, None)
    elif isinstance(value, (Instance, External)):
        collect(evaluator, value, found)
        found[value.ref] = (None, None)
    return found


def note_call(evaluator: Evaluator, layer: External, inputs: tuple[Shape | None, ...]) -> None:
    """Keep what weights a layer has once it is called on inputs of these shapes."""
    cost = configuration.layer_cost(evaluator, layer, inputs)
    counts = (None, None) if cost is None else (cost.parameters, cost.non_trainable)
    note(evaluator, layer, *counts)


def _counts(noted: Value | None) -> tuple[int | None, int | None] | None:
    """The noted numbers; None where the layer was certainly never called."""
    if noted is None or noted == Const(None):
        return None
    if not isinstance(noted, Sequence) or noted.items is None:
        return (None, None)
    parameters, non_trainable = (
        number.value if isinstance(number, Const) and isinstance(number.value, int) else None
        for number in noted.items
    )
    return parameters, non_trainable


def collect(evaluator: Evaluator, value: Value, found: Weights) -> bool:
    """Add the weights of all layers in a value, by layer; False where some may be hidden."""
    if isinstance(value, Instance):
        return _of_instance(evaluator, value, found)
    if isinstance(value, Model):
        return _of_model(evaluator, value, found)
    if isinstance(value, External):
        return _of_external(evaluator, value, found)
    if isinstance(value, (Sequence, Mapping)):
        return _of_container(evaluator, value, found)
    if isinstance(value, Union):
        # Which of them it is, nobody knows: fine where none has weights.
        inside: Weights = {}
        return all(collect(evaluator, part, inside) for part in value.alternatives) and not inside
    return value is not UNKNOWN


def _of_container(evaluator: Evaluator, value: Sequence | Mapping, found: Weights) -> bool:
    now = iteration.contents(evaluator, value)
    if isinstance(now, Mapping):
        parts = [collect(evaluator, item, found) for _, item in now.items]
        return all(parts) and not now.open
    assert isinstance(now, Sequence)
    if now.items is not None:
        return all(collect(evaluator, item, found) for item in now.items)
    inside: Weights = {}
    return collect(evaluator, now.element, inside) and not inside


def _of_external(evaluator: Evaluator, value: External, found: Weights) -> bool:
    if value.made_by and names.is_a(value.made_by, subclasses.LAYER):
        counts = _counts(evaluator.state.get((value.ref, WEIGHTS)))
        found[value.ref] = (0, 0) if counts is None else frozen(evaluator, value, *counts)
        return True
    if value.made_by.startswith("keras.metrics."):
        # Those of Keras 2 are layers and count.
        return evaluator.generation == 3
    return value.name.startswith(_WITHOUT_WEIGHTS)


def _of_model(evaluator: Evaluator, value: Model, found: Weights) -> bool:
    built = architecture.architecture(evaluator, value)
    if built.complete and built.parameters is not None:
        found.update(built.weights)
        return True
    stack = evaluator.state.get((value.ref, architecture.LAYERS))
    is_built = evaluator.state.get((value.ref, architecture.BUILT)) is not None
    if (
        value.kind == "sequential"
        and not is_built
        and isinstance(stack, Sequence)
        and stack.items is not None
    ):
        if architecture.declared_input(evaluator, value) is None:
            return all(collect(evaluator, item, found) for item in stack.items)
    return False


def _of_instance(evaluator: Evaluator, value: Instance, found: Weights) -> bool:
    if value.ref in found:
        return True
    if not subclasses.is_layer(value):
        return not attributes.has_unknown_base(value.cls)
    known = not attributes.has_unknown_base(value.cls) and not any(
        attributes.class_attribute(evaluator, value.cls, name) is not None for name in _COUNTING
    )
    found[value.ref] = _own(evaluator, value)
    base = evaluator.state.get((value.ref, subclasses.BASE))
    if base is not None:
        known = collect(evaluator, base, found) and known
    for name in evaluator.sizing.attributes.get(value.ref, ()):
        attribute = evaluator.state.get((value.ref, name))
        if attribute is not None:
            known = collect(evaluator, attribute, found) and known
    return known


def _own(evaluator: Evaluator, value: Instance) -> tuple[int | None, int | None]:
    """The weights that the object added to itself."""
    built = evaluator.state.get((value.ref, architecture.BUILT))
    own = evaluator.state.get((value.ref, subclasses.OWN))
    if built not in (None, Const(None), Const(True)):
        return (None, None)
    if own is None:
        return (0, 0)
    if not isinstance(own, Sequence) or own.items is None:
        return (None, None)
    parameters: int | None = 0
    frozen: int | None = 0
    for weight in own.items:
        assert isinstance(weight, Sequence)
        assert weight.items is not None
        count, trainable = weight.items
        if not isinstance(count, Const) or not isinstance(count.value, int) or parameters is None:
            return (None, None)
        parameters += count.value
        if not isinstance(trainable, Const):
            frozen = None
        elif frozen is not None and not trainable.value:
            frozen += count.value
    return parameters, frozen
