"""The judgement of a mapped function, made in one place for all rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.operations import Kind
from keraslint.semantics.evaluation.operations import kind_of
from keraslint.semantics.evaluation.operations import layer_kind
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Partial
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.lowering import ir
from keraslint.semantics.model import architecture
from keraslint.semantics.model import configuration
from keraslint.semantics.model import models

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator


_IN_GRAPHS = ("keras.", "operator.", "tensorflow.")


class Elementwise(Enum):
    """Whether a function gives on a batch what it gives on each element."""

    EXACT = "the same bits"
    INEXACT = "the same but for the last bit"
    RESHAPES = "the same where its reshape takes a leading -1"
    NO = "something else, or not provable"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation that a mapped function does to its element."""

    call: CallRecord
    kind: Kind


@dataclass(frozen=True, slots=True)
class Mapped:
    """What is known of a function given to ``map`` and its kind.

    ``name`` is how messages call it. A function with an operation that nobody
    can see is ``opaque``: what it does beyond the known operations is unknown.
    """

    name: str
    function: Value
    operations: tuple[Operation, ...]
    elementwise: Elementwise
    opaque: bool

    def _first(self, kind: Kind) -> Operation | None:
        return next((operation for operation in self.operations if operation.kind is kind), None)

    @property
    def random(self) -> Operation | None:
        """The first operation that draws random numbers from a state."""
        return self._first(Kind.RANDOM)

    @property
    def costly(self) -> Operation | None:
        """The first operation that decodes, resizes, parses or the like."""
        return self._first(Kind.COSTLY)

    @property
    def python(self) -> Operation | None:
        """The first operation that runs Python for each element."""
        return self._first(Kind.PYTHON)

    @property
    def may_run_python(self) -> bool:
        """Whether Python may run for each element: it does, or something is called that nobody can see.

        What TensorFlow and Keras do to tensors becomes a graph, whether or not its kind is known.
        """
        return (
            self.python is not None
            or _is_opaque(self.function)
            or any(
                operation.kind is Kind.UNKNOWN and not operation.call.callee.startswith(_IN_GRAPHS)
                for operation in self.operations
            )
        )

    @property
    def is_stateful(self) -> bool:
        """Whether tf.data must take the function for stateful and leaves it alone."""
        return self.random is not None or self.python is not None

    @property
    def work(self) -> Operation | None:
        """The first operation that is real work: more than casts, arithmetic, lookups and the like."""
        return self.random or self.costly

    @property
    def is_slight(self) -> bool:
        """Whether all that it does can be seen and is no real work; operators take parts or compute."""
        seen = not _is_opaque(self.function) and all(
            operation.kind is not Kind.UNKNOWN or operation.call.callee.startswith("operator.")
            for operation in self.operations
        )
        return seen and self.work is None and self.python is None


def judge(evaluator: Evaluator, function: Value, call: CallRecord) -> Mapped:
    """Judge the function of a dataset step from what its evaluation on an element recorded."""
    operations = tuple(_operations(evaluator, call.inner))
    opaque = _is_opaque(function) or any(operation.kind is Kind.UNKNOWN for operation in operations)
    elementwise = Elementwise.NO
    if not opaque and _gives_parts_of_elements(call.returned):
        elementwise = _elementwise(operations)
    return Mapped(_name(function, call), function, operations, elementwise, opaque)


def _gives_parts_of_elements(returned: Value) -> bool:
    """Whether all that a function returns comes from its element: a constant has no batch axis."""
    return not any(isinstance(leaf, (Array, Const, Some)) for leaf in leaves(returned))


def _operations(evaluator: Evaluator, records: list[CallRecord]) -> Iterator[Operation]:
    for record in records:
        if record.callee == "keras.Model()" and isinstance(record.receiver, Model):
            yield from _model_operations(evaluator, record.receiver, record)
        elif isinstance(record.function, External) and models.is_layer(record.function):
            yield Operation(record, _layer_kind(evaluator, record.function, record))
        elif (isinstance(record.function, (Function, Class)) and not record.callee) or (
            isinstance(record.function, Method) and record.function.function is not None
        ):
            continue
        elif _touches_element(record) or kind_of(record.callee) in (Kind.RANDOM, Kind.PYTHON):
            yield Operation(record, kind_of(record.callee))


def _layer_kind(evaluator: Evaluator, layer: External, record: CallRecord) -> Kind:
    training = record.arguments.keyword("training")
    value = training.value if isinstance(training, Const) else training
    return layer_kind(layer.made_by, configuration.configuration(evaluator, layer), value)


def _model_operations(evaluator: Evaluator, model: Model, record: CallRecord) -> Iterator[Operation]:
    stack = evaluator.state.get((model.ref, architecture.LAYERS))
    if isinstance(stack, Sequence) and stack.items is not None:
        for item in stack.items:
            if isinstance(item, External) and item.made_by:
                yield Operation(record, _layer_kind(evaluator, item, record))
            elif not isinstance(item, Tensor):
                yield Operation(record, Kind.UNKNOWN)
    else:
        yield Operation(record, Kind.UNKNOWN)


def _touches_element(record: CallRecord) -> bool:
    """Whether a call works on the element, or may: calls on constants alone run once, when traced."""
    if isinstance(record.receiver, Tensor):
        return True
    if record.function is UNKNOWN and not record.callee:
        return True
    if record.callee.startswith("operator.if"):
        return True
    return any(
        isinstance(leaf, Tensor) or leaf is UNKNOWN
        for value in record.arguments.values()
        for leaf in leaves(value)
    )


def _is_opaque(function: Value) -> bool:
    if isinstance(function, Partial):
        return _is_opaque(function.function)
    if isinstance(function, Method):
        return function.function is None
    return not isinstance(function, (Function, Symbol, External, Model))


def _name(function: Value, call: CallRecord) -> str:
    if isinstance(function, Partial):
        return _name(function.function, call)
    if isinstance(function, Function):
        return function.name
    if isinstance(function, Method):
        return ir.plain(function.name)
    if isinstance(function, Symbol):
        return function.name.rsplit(".", 1)[-1]
    if isinstance(function, External) and function.made_by:
        return function.made_by.rsplit(".", 1)[-1]
    if isinstance(function, Instance):
        return function.cls.name
    return "its function"


def _elementwise(operations: tuple[Operation, ...]) -> Elementwise:
    if not operations:
        return Elementwise.NO
    verdict = Elementwise.EXACT
    for operation in operations:
        if operation.kind is Kind.RESHAPE and _is_full_reshape(operation.call):
            verdict = Elementwise.RESHAPES
        elif operation.kind not in (Kind.EXACT, Kind.INEXACT) or not _keeps_rank(operation.call):
            return Elementwise.NO
        elif operation.kind is Kind.INEXACT and verdict is Elementwise.EXACT:
            verdict = Elementwise.INEXACT
    return verdict


def _is_full_reshape(call: CallRecord) -> bool:
    shape = (
        call.arguments.positional[1]
        if len(call.arguments.positional) > 1
        else call.arguments.keyword("shape")
    )
    return (
        isinstance(shape, Sequence)
        and shape.items is not None
        and all(
            isinstance(item, Const) and isinstance(item.value, int) and item.value > 0 for item in shape.items
        )
    )


_TAKES_AXIS = ("axis", "batch_dims")


def _keeps_rank(call: CallRecord) -> bool:
    """Whether the operands combine on a batch as they do on an element.

    Elements of different rank align differently once a batch axis stands before
    each; a constant may not have a higher rank than the element.
    """
    if any(argument(call, name).is_given for name in _TAKES_AXIS):
        return False
    operands = [*call.arguments.positional]
    if call.callee == "tensorflow.where" and len(operands) == 1:
        return False
    if call.callee == "tensorflow.gather":
        if isinstance(operands[0], Tensor):
            return False
        operands = operands[1:2]
    if call.callee in ("tensorflow.cast", "tensorflow.one_hot", "tensorflow.image.convert_image_dtype"):
        operands = operands[:1]
    tensors = [operand for operand in operands if isinstance(operand, Tensor)]
    others = [operand for operand in operands if not isinstance(operand, Tensor)]
    if any(_rank(other) is None for other in others):
        return False
    highest = max((_rank(other) or 0 for other in others), default=0)
    if len(tensors) == 1 and highest == 0:
        return True
    ranks = {None if tensor.shape is None else len(tensor.shape) for tensor in tensors}
    if len(ranks) != 1:
        return False
    rank = ranks.pop()
    return rank is not None and highest <= rank


def _rank(value: Value) -> int | None:
    if isinstance(value, (Const, Some, Symbol)):
        return 0
    if isinstance(value, Array) and value.shape is not None:
        return len(value.shape)
    if isinstance(value, Sequence) and value.items is not None:
        inner = {_rank(item) for item in value.items}
        only = inner.pop() if len(inner) == 1 else None
        return None if only is None else only + 1
    return None


def element_size(element: Value) -> int | None:
    """How many numbers an element holds, None where a shape is not known."""
    total = 0
    for leaf in leaves(element):
        if isinstance(leaf, Mapping) or not isinstance(leaf, Tensor) or leaf.shape is None:
            return None
        size = 1
        for axis in leaf.shape:
            if axis is None:
                return None
            size *= axis
        total += size
    return total
