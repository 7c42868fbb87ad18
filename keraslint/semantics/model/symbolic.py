"""Operations on a model's tensors: what ``tf.reduce_mean(x, axis=1)`` or ``x[:, 0]`` gives.

They have no weights, so a model stays known through them; where the shape of a
result does not follow, it is unknown, and so are the layers that it is given to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import LayerCall
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Slice
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.model import operation_shapes

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.layers import Shape

_MULTIPLYING = ("@", "batch_dot", "conv", "conv1d", "conv2d", "dot", "einsum", "matmul", "tensordot")
_NAMESPACES = (
    "keras.activations.",
    "keras.backend.",
    "keras.ops.",
    "tensorflow.image.",
    "tensorflow.linalg.",
    "tensorflow.math.",
    "tensorflow.nn.",
    "tensorflow.signal.",
)
_CHANGING = (
    "tensorflow.compat",
    "tensorflow.contrib",
    "tensorflow.data",
    "tensorflow.layers",
    "tensorflow.Variable",
)


def activated(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value | None:
    """What an activation that the program looked up gives for a model's tensor."""
    inputs = model_tensors(evaluator, given)
    if len(inputs) != 1:
        return None
    return Tensor(inputs[0].shape, None, LayerCall(Symbol("keras.activations.get"), inputs, record))


def call(evaluator: Evaluator, name: str, given: Arguments, record: CallRecord) -> Value | None:
    """What a function of TensorFlow or Keras gives for a model's tensors; None where it gets none."""
    if not _is_operation(name):
        return None
    inputs = model_tensors(evaluator, given)
    if not inputs:
        return _constant(evaluator, name, given)
    producer = LayerCall(Symbol(name), inputs, record)
    if multiplies(Symbol(name)):
        evaluator.sizing.applied.append(producer)
    shape = operation_shapes.result(evaluator, name, given)
    if isinstance(shape, operation_shapes.Several):
        return Sequence("list", tuple(Tensor(part, None, producer) for part in shape.shapes))
    return shape if isinstance(shape, Value) else Tensor(shape, None, producer)


def _constant(evaluator: Evaluator, name: str, given: Arguments) -> Value | None:
    """What an operation gives that no tensor goes into: an array of known shape, or a number."""
    parts = [iteration.contents(evaluator, value) for value in given.values()]
    if any(isinstance(leaf, Tensor) for part in parts for leaf in leaves(part)):
        return None
    shape = (
        operation_shapes.result(evaluator, name, given)
        if any(isinstance(part, (Array, Const, Some)) for part in parts)
        else None
    )
    if shape is None or isinstance(shape, operation_shapes.Several):
        return None
    if isinstance(shape, Value):
        return shape
    return Array(shape, None, name) if shape else Some("number")


def model_tensors(evaluator: Evaluator, given: Arguments) -> tuple[Tensor, ...]:
    """The tensors among the arguments, if one of them belongs to a model."""
    found = tuple(
        leaf
        for value in given.values()
        for leaf in leaves(iteration.contents(evaluator, value))
        if isinstance(leaf, Tensor)
    )
    return found if any(tensor.producer is not None for tensor in found) else ()


def multiplies(symbol: Symbol) -> bool:
    """Whether an operation multiplies matrices: how often is not counted, so that its model's cost is unknown."""
    return symbol.name.rsplit(".", 1)[-1] in _MULTIPLYING


def _is_operation(name: str) -> bool:
    if name.startswith(_NAMESPACES):
        return True
    if name.startswith("keras.applications.") and name.endswith(".preprocess_input"):
        return True
    return name.startswith("tensorflow.") and not name.startswith(_CHANGING) and name.count(".") == 1


def item(value: Tensor, key: Value) -> Tensor:
    """``x[:, 0]``: of a model's tensor, one that is part of the model."""
    if value.producer is None:
        return Tensor(None, value.dtype, None, value.element)
    producer = LayerCall(Symbol("operator.[]"), (value,), value.producer.call)
    keys = key.items if isinstance(key, Sequence) and key.kind == "tuple" and key.items else (key,)
    return Tensor(_item_shape(value.shape, keys), value.dtype, producer)


def _item_shape(shape: Shape | None, keys: tuple[Value, ...]) -> Shape | None:
    if shape is None:
        return None
    taken = sum(not (isinstance(key, Const) and key.value in (None, Ellipsis)) for key in keys)
    result: list[int | None] = []
    axis = 0
    for key in keys:
        if isinstance(key, Const) and key.value is Ellipsis:
            end = axis + len(shape) - taken
            result += shape[axis:end]
            axis = end
        elif isinstance(key, Const) and key.value is None:
            result.append(1)
        elif axis >= len(shape):
            return None
        elif isinstance(key, Some) and key.type == "slice":
            result.append(_sliced(shape[axis], key))
            axis += 1
        elif (isinstance(key, Const) and type(key.value) is int) or (
            isinstance(key, Some) and key.type == "int"
        ):
            axis += 1
        else:
            return None
    return (*result, *shape[axis:])


def _sliced(size: int | None, key: Value) -> int | None:
    bounds = key.bounds if isinstance(key, Slice) else None
    if bounds == slice(None):
        return size
    return None if bounds is None or size is None else len(range(size)[bounds])
