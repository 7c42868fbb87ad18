"""Where models begin and end: the tensors ``model.input``, ``model.output`` and those between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import LayerCall
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.model import architecture
from keraslint.semantics.model import configuration

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.layers import Shape

CHAIN = "#chain"
INPUT, OUTPUT = "input", "output"


def end(evaluator: Evaluator, model: Model, name: str) -> Value:
    """``model.input``, ``model.output`` and their plurals."""
    first = name.startswith(INPUT)
    chain = tensors_of_sequential(evaluator, model) if model.kind == "sequential" else None
    if chain is not None:
        value: Value = chain[0 if first else -1]
    else:
        ends = evaluator.state.get((model.ref, architecture.ENDS))
        if not isinstance(ends, Sequence) or ends.items is None:
            return UNKNOWN
        value = architecture.spread(evaluator, ends.items[0 if first else 1])
    if name.endswith("s"):
        return value if isinstance(value, Sequence) else Sequence("tuple", (value,))
    if isinstance(value, Sequence) and value.items is not None and len(value.items) == 1:
        return value.items[0]
    return value


def tensors_of_sequential(evaluator: Evaluator, model: Model) -> tuple[Tensor, ...] | None:
    """The input of a Sequential and the output of each of its layers, None where layers are hidden.

    The tensors stay the same ones as long as the layers do, as in Keras.
    """
    stack = evaluator.state.get((model.ref, architecture.LAYERS))
    if not isinstance(stack, Sequence) or stack.items is None:
        return None
    known = evaluator.state.get((model.ref, CHAIN))
    if isinstance(known, Sequence) and known.items is not None and known.items[0] is stack:
        return tuple(tensor for tensor in known.items[1:] if isinstance(tensor, Tensor))
    first = stack.items[0] if stack.items else UNKNOWN
    if isinstance(first, Tensor):
        current = first
    else:
        shape = architecture.declared_input(evaluator, model)
        current = input_tensor(evaluator, shape, model)
    chain = [current]
    for layer in layers_of_sequential(stack.items):
        if not isinstance(layer, (External, Model)):
            current = Tensor(None)
        else:
            shapes = configuration.output_shapes(evaluator, layer, (current.shape,))
            shape = shapes[0] if shapes is not None and len(shapes) == 1 else None
            current = Tensor(shape, None, LayerCall(layer, (current,), model.call))
            if isinstance(layer, External):
                note(evaluator, layer, current)
        chain.append(current)
    evaluator.state.set((model.ref, CHAIN), Sequence("tuple", (stack, *chain)))
    return tuple(chain)


def layers_of_sequential(stack: tuple[Value, ...]) -> tuple[Value, ...]:
    """What ``model.layers`` holds: inputs are no layers there."""
    return tuple(
        layer
        for layer in stack
        if not isinstance(layer, Tensor)
        and not (isinstance(layer, External) and layer.made_by == architecture.INPUT_LAYER)
    )


def input_tensor(evaluator: Evaluator, shape: Shape | None, model: Model) -> Tensor:
    """The tensor that a model makes for its own input."""
    layer = External(f"{architecture.INPUT_LAYER}()", model.call, evaluator.new_ref())
    return Tensor(shape, "float32", LayerCall(layer, (), model.call))


def note(evaluator: Evaluator, layer: External, output: Value) -> None:
    """Keep what a layer gave for ``layer.output``; a layer that is used twice has none."""
    key = (layer.ref, OUTPUT)
    known = evaluator.state.get(key)
    evaluator.state.set(key, output if known is None or known is output else UNKNOWN)
