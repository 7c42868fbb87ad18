"""Arrays and tensors: operators and methods, as far as shapes and dtypes follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import LayerCall
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.lowering import ir

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.layers import Shape

# What TensorFlow makes of whole numbers before it divides them.
_DIVIDED = dict.fromkeys(("int8", "uint8", "int16", "uint16"), "float32")
_DIVIDED |= dict.fromkeys(("int32", "uint32", "int64", "uint64"), "float64")
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def operate(
    evaluator: Evaluator, node: ir.Operation | ir.AugmentedAssign, symbol: str, operands: tuple[Value, ...]
) -> Value:
    """An operator on arrays or tensors; inside a captured function it is recorded like a call.

    A division that widens whole numbers is recorded anywhere: it may make batches twice as large.
    """
    result = _result(symbol, operands)
    whole = any(isinstance(part, Array) and part.dtype != "float64" for part in operands)
    if evaluator.capturing or (symbol == "/" and whole and getattr(result, "dtype", "") == "float64"):
        _record(evaluator, node if isinstance(node, ir.Operation) else node.value, symbol, operands, result)
    return result


def note(
    evaluator: Evaluator, node: ir.Expression, operator: str, operands: tuple[Value, ...], result: Value
) -> None:
    """Record an operator, subscript, attribute or condition like a call, where records are captured."""
    if evaluator.capturing:
        _record(evaluator, node, operator, operands, result)


def _record(
    evaluator: Evaluator, node: ir.Expression, operator: str, operands: tuple[Value, ...], result: Value
) -> None:
    site = evaluator.site(node.place)
    record = CallRecord(
        site,
        site,
        node,
        operator,
        f"operator.{operator}",
        Arguments(operands),
        evaluator.loops,
        evaluator.contexts,
        evaluator.frames,
    )
    record.result = result
    evaluator.records.append(record)


def _result(symbol: str, operands: tuple[Value, ...]) -> Value:
    shape = broadcast([_shape(operand) for operand in operands])
    tensor = next((operand for operand in operands if isinstance(operand, Tensor)), None)
    array = next((operand for operand in operands if isinstance(operand, Array)), None)
    dtype = "bool" if symbol in _COMPARISONS else None
    if tensor is not None:
        inputs = tuple(operand for operand in operands if isinstance(operand, Tensor))
        divided = _DIVIDED.get(tensor.dtype or "") if symbol == "/" else None
        return Tensor(shape, dtype or divided or tensor.dtype, _operator_call(symbol, inputs), tensor.element)
    if array is not None:
        if dtype is None and symbol != "/" and all(isinstance(o, (Array, Const)) for o in operands):
            dtype = array.dtype
        if symbol == "/" and array.dtype is not None and not array.dtype.startswith("float"):
            dtype = "float64"
        return Array(shape, dtype or (array.dtype if symbol == "/" else None), array.function)
    return UNKNOWN


def _operator_call(symbol: str, inputs: tuple[Tensor, ...]) -> LayerCall | None:
    """An operator on a model's tensors is part of its graph."""
    producer = next((tensor.producer for tensor in inputs if tensor.producer is not None), None)
    return None if producer is None else LayerCall(Symbol(f"operator.{symbol}"), inputs, producer.call)


def _shape(value: Value) -> Shape | None:
    if isinstance(value, (Array, Tensor)):
        return value.shape
    if isinstance(value, (Const, Some)):
        return ()
    return None


def broadcast(shapes: list[Shape | None]) -> Shape | None:
    """The shape that NumPy's broadcasting gives; None where one is unknown or they do not fit."""
    known = [shape for shape in shapes if shape is not None]
    if len(known) != len(shapes):
        return None
    rank = max((len(shape) for shape in known), default=0)
    result: list[int | None] = []
    for axis in range(1, rank + 1):
        sizes = {shape[-axis] for shape in known if len(shape) >= axis} - {1}
        if len(sizes) > 1 and None not in sizes:
            return None
        result.append(None if None in sizes else sizes.pop() if sizes else 1)
    return tuple(reversed(result))


def call_method(
    evaluator: Evaluator, receiver: Array | Tensor, method: str, given: Arguments, record: CallRecord
) -> Value:
    """A method of an array or tensor."""
    owner = "numpy.ndarray" if isinstance(receiver, Array) else "tensorflow.Tensor"
    record.callee = f"{owner}.{method}"
    evaluator.records.append(record)
    first = given.positional[0] if given.positional else None
    if isinstance(receiver, Tensor):
        return Tensor(None, receiver.dtype, None, receiver.element)
    if method == "astype":
        return Array(receiver.shape, dtype_name(first or given.keyword("dtype")), receiver.function)
    if method in ("copy", "clip", "numpy"):
        return receiver
    if method == "reshape":
        return Array(reshape(receiver.shape, given.positional), receiver.dtype, receiver.function)
    return Array(None, receiver.dtype, receiver.function)


def reshape(shape: Shape | None, arguments: tuple[Value, ...]) -> Shape | None:
    """The shape that ``reshape`` gives: sizes as one tuple or one by one, -1 for what is left."""
    sizes = arguments
    if len(arguments) == 1 and isinstance(arguments[0], Sequence) and arguments[0].items is not None:
        sizes = arguments[0].items
    if not sizes or isinstance(sizes[0], Sequence):
        return None
    known = [
        size.value if isinstance(size, Const) and isinstance(size.value, int) else None for size in sizes
    ]
    if known.count(-1) != 1:
        return tuple(known)
    rest = 1
    for size in known:
        if size is None:
            return tuple(None if one == -1 else one for one in known)
        rest *= 1 if size == -1 else size
    total: int | None = 1
    for axis in shape if shape is not None else (None,):
        total = None if axis is None or total is None else total * axis
    inferred = total // rest if total is not None and rest and total % rest == 0 else None
    return tuple(inferred if size == -1 else size for size in known)


def dtype_name(value: Value | None) -> str | None:
    """The name of a dtype given as a string, ``np.float32``, ``tf.float32`` or ``float``."""
    if isinstance(value, Const) and isinstance(value.value, str):
        return _NAMES.get(value.value, value.value)
    if isinstance(value, (Symbol, External)):
        last = value.name.rsplit(".", 1)[-1]
        return _NAMES.get(last, last)
    return None


_NAMES = {"float": "float64", "int": "int64", "half": "float16", "double": "float64", "bool_": "bool"}
