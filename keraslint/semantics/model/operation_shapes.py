"""The shapes that operations give: what comes of ``tf.concat`` or ``keras.ops.reshape``."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import TypeAlias

from keraslint.semantics import api
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation import tensors
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.layers import Shape


@dataclass(frozen=True, slots=True)
class Operation:
    """A call of an operation with its arguments by name."""

    evaluator: Evaluator
    name: str
    given: Arguments
    bound: api.Bound[Value] | None

    def argument(self, position: int, *names: str) -> Value | None:
        """An argument by its names in the several packages, else by its position."""
        for name in names:
            value = self.given.keyword(name)
            if value is not None:
                return value
        if position < len(self.given.positional):
            return self.given.positional[position]
        for name in names:
            default = None if self.bound is None else self.bound.get(name)
            if isinstance(default, api.Default) and default.is_constant:
                return Const(default.value)
        return None

    @property
    def last(self) -> str:
        """The last part of the name."""
        return self.name.rsplit(".", 1)[-1]

    @property
    def first(self) -> Value:
        """The tensor, or the list of tensors, that it works on."""
        if self.given.positional:
            return iteration.contents(self.evaluator, self.given.positional[0])
        values = list(self.given.values())
        return iteration.contents(self.evaluator, values[0]) if values else UNKNOWN

    @property
    def shape(self) -> Shape:
        """The shape of that tensor."""
        return _known(_shape_of(self.first))

    def whole(self, value: Value | None) -> int:
        """A whole number that must be known."""
        if isinstance(value, Const) and type(value.value) is int:
            return value.value
        raise _UnshapedError

    def sizes(self, value: Value | None) -> tuple[int | None, ...]:
        """Whole numbers, in a list or alone; None where one is not known."""
        if isinstance(value, Const) and type(value.value) is int:
            return (value.value,)
        items = iteration.items(self.evaluator, value) if isinstance(value, Sequence) else None
        if items is None:
            raise _UnshapedError
        return tuple(
            item.value if isinstance(item, Const) and type(item.value) is int else None for item in items
        )

    def axes(self, value: Value | None, rank: int) -> tuple[int, ...]:
        """Known axes, counted from the front."""
        found = []
        for axis in self.sizes(value):
            if axis is None or not -rank <= axis < rank:
                raise _UnshapedError
            found.append(axis % rank)
        return tuple(found)


class _UnshapedError(Exception):
    """The shape does not follow from what is known."""


_Shaping: TypeAlias = Callable[[Operation], "Shape | Value"]


def result(evaluator: Evaluator, name: str, given: Arguments) -> Shape | Value | None:
    """The shape that a function gives, `Several` for a list of results, another value where it gives no tensor.

    None where the shape does not follow.
    """
    last = name.rsplit(".", 1)[-1]
    shaping = _SHAPES.get(last.removeprefix("reduce_") if last.startswith("reduce_") else last)
    if shaping is None or given.open:
        return None
    signature = api.signature(name, evaluator.generation)
    bound = None
    if signature is not None:
        bound = api.bind(signature, given.positional, dict(given.keywords))
    try:
        return shaping(Operation(evaluator, name, given, bound))
    except _UnshapedError:
        return None


@dataclass(frozen=True, slots=True)
class Several(Value):
    """The shapes of several results."""

    shapes: tuple[Shape, ...]


def _shape_of(value: Value) -> Shape | None:
    """The shape of an operand: a tensor's, an array's, a number's, or that of a stack of equal ones."""
    if isinstance(value, (Array, Tensor)):
        return value.shape
    if isinstance(value, Const) and isinstance(value.value, (bool, int, float)):
        return ()
    if isinstance(value, Some):
        return ()
    return None


def _known(shape: Shape | None) -> Shape:
    if shape is None:
        raise _UnshapedError
    return shape


def _same(operation: Operation) -> Shape:
    return operation.shape


def _broadcast(operation: Operation) -> Shape:
    operands = operation.given.positional or tuple(operation.given.values())
    shapes = [_shape_of(value) for value in operands[: 3 if operation.last == "where" else 2]]
    return _known(tensors.broadcast(shapes))


def _reduced(operation: Operation) -> Shape:
    shape = operation.shape
    axis = operation.argument(1, "axis")
    keeps = operation.argument(2, "keepdims")
    if keeps is not None and not (isinstance(keeps, Const) and isinstance(keeps.value, bool)):
        raise _UnshapedError
    kept = isinstance(keeps, Const) and keeps.value is True
    if axis is None or axis == Const(None):
        return (1,) * len(shape) if kept else ()
    axes = operation.axes(axis, len(shape))
    if kept:
        return tuple(1 if index in axes else size for index, size in enumerate(shape))
    return tuple(size for index, size in enumerate(shape) if index not in axes)


def _argument_of_extreme(operation: Operation) -> Shape:
    shape = operation.shape
    (axis,) = operation.axes(operation.argument(1, "axis"), len(shape))
    return (*shape[:axis], *shape[axis + 1 :])


def _listed(operation: Operation) -> tuple[Shape, ...]:
    first = operation.first
    if not isinstance(first, Sequence) or not first.items:
        raise _UnshapedError
    shapes = tuple(_known(_shape_of(part)) for part in first.items)
    if len({len(shape) for shape in shapes}) > 1:
        raise _UnshapedError
    return shapes


def _common(shapes: tuple[Shape, ...], axis: int) -> int | None:
    sizes = {shape[axis] for shape in shapes} - {None}
    if len(sizes) > 1:
        raise _UnshapedError
    return sizes.pop() if sizes else None


def _concatenated(operation: Operation) -> Shape:
    shapes = _listed(operation)
    (joined,) = operation.axes(operation.argument(1, "axis"), len(shapes[0]))
    lengths = [shape[joined] for shape in shapes]
    known = [length for length in lengths if length is not None]
    total = sum(known) if len(known) == len(lengths) else None
    return tuple(total if axis == joined else _common(shapes, axis) for axis in range(len(shapes[0])))


def _stacked(operation: Operation) -> Shape:
    shapes = _listed(operation)
    (axis,) = operation.axes(operation.argument(1, "axis"), len(shapes[0]) + 1)
    sizes = [_common(shapes, index) for index in range(len(shapes[0]))]
    return (*sizes[:axis], len(shapes), *sizes[axis:])


def _reshaped(operation: Operation) -> Shape:
    return _with_sizes(operation.shape, operation.sizes(operation.argument(1, "shape", "newshape")))


def _with_sizes(shape: Shape, sizes: tuple[int | None, ...]) -> Shape:
    """The shape that ``reshape`` gives: the one -1 is what is left, where all else is known."""
    if sizes.count(-1) != 1:
        return sizes
    given = [size for size in sizes if size != -1]
    if None in shape or None in given:
        return tuple(None if size == -1 else size for size in sizes)
    whole, rest = math.prod(size or 0 for size in shape), math.prod(size or 0 for size in given)
    if not rest or whole % rest:
        raise _UnshapedError
    return tuple(whole // rest if size == -1 else size for size in sizes)


def _expanded(operation: Operation) -> Shape:
    axis = operation.argument(1, "axis")
    rank = len(operation.shape) + len(operation.sizes(axis))
    new = operation.axes(axis, rank)
    if len({*new}) != len(new):
        raise _UnshapedError
    sizes = iter(operation.shape)
    return tuple(1 if index in new else next(sizes) for index in range(rank))


def _squeezed(operation: Operation) -> Shape:
    shape = operation.shape
    axis = operation.argument(1, "axis")
    if axis is None or axis == Const(None):
        if None in shape[1:]:
            raise _UnshapedError
        return tuple(size for index, size in enumerate(shape) if size != 1 or index == 0)
    axes = operation.axes(axis, len(shape))
    return tuple(size for index, size in enumerate(shape) if index not in axes)


def _transposed(operation: Operation) -> Shape:
    shape = operation.shape
    order = operation.argument(1, "perm", "axes", "pattern")
    if order is None or order == Const(None):
        return shape[::-1]
    axes = operation.axes(order, len(shape))
    if sorted(axes) != list(range(len(shape))):
        raise _UnshapedError
    return tuple(shape[axis] for axis in axes)


def _flattened(operation: Operation) -> Shape:
    first, *rest = operation.shape
    known = [size for size in rest if size is not None]
    return (first, math.prod(known) if len(known) == len(rest) else None)


def _tiled(operation: Operation) -> Shape:
    shape = operation.shape
    times = operation.sizes(operation.argument(1, "multiples", "repeats", "n"))
    if len(times) != len(shape):
        raise _UnshapedError
    return tuple(
        None if size is None or many is None else size * many for size, many in zip(shape, times, strict=True)
    )


def _repeated(operation: Operation) -> Shape:
    shape = operation.shape
    if operation.argument(2, "axis") is None:
        # ``K.repeat`` makes a vector a sequence.
        if len(shape) != 2:
            raise _UnshapedError
        return (shape[0], operation.whole(operation.argument(1, "n")), shape[1])
    (axis,) = operation.axes(operation.argument(2, "axis"), len(shape))
    times, size = operation.whole(operation.argument(1, "repeats")), shape[axis]
    return (*shape[:axis], None if size is None else size * times, *shape[axis + 1 :])


def _repeated_elements(operation: Operation) -> Shape:
    shape = operation.shape
    (axis,) = operation.axes(operation.argument(2, "axis"), len(shape))
    times, size = operation.whole(operation.argument(1, "rep")), shape[axis]
    return (*shape[:axis], None if size is None else size * times, *shape[axis + 1 :])


def _padded(operation: Operation) -> Shape:
    shape = operation.shape
    margins = operation.argument(1, "paddings", "pad_width")
    items = iteration.items(operation.evaluator, margins) if isinstance(margins, Sequence) else None
    if items is None or len(items) != len(shape):
        raise _UnshapedError
    result: list[int | None] = []
    for size, margin in zip(shape, items, strict=True):
        both = operation.sizes(margin)
        if len(both) != 2:
            raise _UnshapedError
        before, after = both
        result.append(None if size is None or before is None or after is None else size + before + after)
    return tuple(result)


def _multiplied(operation: Operation) -> Shape:
    if any(name.startswith(("transpose", "adjoint")) for name, _ in operation.given.keywords):
        raise _UnshapedError
    operands = operation.given.positional
    if len(operands) != 2:
        raise _UnshapedError
    one, other = (_known(_shape_of(operand)) for operand in operands)
    return _product(one, other)


def _product(one: Shape, other: Shape) -> Shape:
    """The shape of a matrix product, leading axes broadcast."""
    if len(one) < 2 or len(other) < 2:
        raise _UnshapedError
    lead = _known(tensors.broadcast([one[:-2], other[:-2]]))
    return (*lead, one[-2], other[-1])


def _dotted(operation: Operation) -> Shape:
    operands = operation.given.positional
    if len(operands) != 2:
        raise _UnshapedError
    one, other = (_known(_shape_of(operand)) for operand in operands)
    if len(one) < 2 or len(other) < 2:
        raise _UnshapedError
    return (*one[:-1], *other[:-2], other[-1])


def _summed_products(operation: Operation) -> Shape:
    equation, *operands = operation.given.positional
    if not isinstance(equation, Const) or not isinstance(equation.value, str):
        raise _UnshapedError
    left, arrow, right = equation.value.replace(" ", "").partition("->")
    terms = left.split(",")
    if not arrow or "." in equation.value or len(terms) != len(operands):
        raise _UnshapedError
    sizes: dict[str, int | None] = {}
    for term, operand in zip(terms, operands, strict=True):
        shape = _known(_shape_of(operand))
        if len(shape) != len(term):
            raise _UnshapedError
        for letter, size in zip(term, shape, strict=True):
            if sizes.get(letter) is None:
                sizes[letter] = size
    if not set(right) <= set(sizes):
        raise _UnshapedError
    return tuple(sizes[letter] for letter in right)


def _gathered(operation: Operation) -> Shape:
    table, indices = operation.argument(0, "params", "x"), operation.argument(1, "indices", "ids")
    if table is None or indices is None or operation.given.keyword("batch_dims") is not None:
        raise _UnshapedError
    shape, places = _known(_shape_of(table)), _known(_shape_of(indices))
    axis = operation.given.keyword("axis") or Const(0 if operation.name.startswith("tensorflow.") else None)
    (along,) = operation.axes(axis, len(shape))
    return (*shape[:along], *places, *shape[along + 1 :])


def _one_hot(operation: Operation) -> Shape:
    return (*operation.shape, operation.whole(operation.argument(1, "depth", "num_classes")))


def _split(operation: Operation) -> Value:
    shape = operation.shape
    parts = operation.argument(1, "num_or_size_splits", "indices_or_sections")
    (axis,) = operation.axes(operation.argument(2, "axis"), len(shape))
    size = shape[axis]
    if isinstance(parts, Const):
        count = operation.whole(parts)
        if count < 1 or (size is not None and size % count):
            raise _UnshapedError
        sizes: tuple[int | None, ...] = (None if size is None else size // count,) * count
    elif operation.name.startswith("tensorflow."):
        sizes = operation.sizes(parts)
    else:
        raise _UnshapedError
    return Several(tuple((*shape[:axis], each, *shape[axis + 1 :]) for each in sizes))


def _unstacked(operation: Operation) -> Value:
    shape = operation.shape
    axis_given = operation.given.keyword("axis") or Const(0)
    (axis,) = operation.axes(axis_given, len(shape))
    size = shape[axis]
    if size is None:
        raise _UnshapedError
    return Several(((*shape[:axis], *shape[axis + 1 :]),) * size)


def _resized(operation: Operation) -> Shape:
    shape = operation.shape
    sizes = operation.sizes(operation.argument(1, "size"))
    layout = operation.given.keyword("data_format")
    if len(sizes) != 2 or len(shape) != 4 or layout not in (None, Const(None), Const("channels_last")):
        raise _UnshapedError
    return (shape[0], *sizes, shape[3])


def _scaled(operation: Operation) -> Shape:
    shape = operation.shape
    if len(shape) != 4 or operation.argument(3, "data_format") != Const("channels_last"):
        raise _UnshapedError
    height, width = (
        operation.whole(operation.argument(position, name))
        for position, name in ((1, "height_factor"), (2, "width_factor"))
    )
    _, rows, columns, channels = shape
    return (
        shape[0],
        None if rows is None else rows * height,
        None if columns is None else columns * width,
        channels,
    )


def _rearranged(operation: Operation) -> Shape:
    shape = operation.shape
    block = operation.whole(operation.argument(1, "block_size"))
    if len(shape) != 4 or operation.given.keyword("data_format") is not None or block < 1:
        raise _UnshapedError
    batch, height, width, channels = shape
    if operation.last == "depth_to_space":
        grown = tuple(None if size is None else size * block for size in (height, width))
        return (batch, *grown, None if channels is None else channels // block**2)
    shrunk = tuple(None if size is None else size // block for size in (height, width))
    return (batch, *shrunk, None if channels is None else channels * block**2)


def _sizes(operation: Operation) -> Value:
    shape = operation.shape
    return Sequence("tuple", tuple(Some("int") if size is None else Const(size) for size in shape))


_UNCHANGED = """
    abs cast ceil clip clip_by_value convert_to_tensor cos crelu cumprod cumsum dropout elu erf exp expm1
    flip floor gelu hard_sigmoid hard_silu hard_swish hard_tanh identity image l2_normalize leaky_relu
    linear log log1p log_sigmoid log_softmax logical_not mish negative normalize ones_like pow
    per_image_standardization power preprocess_input random_hue relu relu6 reverse rint round roll rsqrt selu sigmoid sign
    silu sin softmax softplus softsign sparsemax sqrt square stop_gradient swish tanh tanh_shrink tan
    zeros_like
"""
_PAIRED = """
    add divide divide_no_nan equal floor_divide floordiv floormod greater greater_equal less less_equal
    logical_and logical_or maximum minimum mod multiply not_equal squared_difference subtract true_divide
    truediv where
"""
_REDUCING = "all any amax amin logsumexp max mean min prod std sum var variance euclidean_norm"
_SHAPES: dict[str, _Shaping] = {
    **dict.fromkeys(_UNCHANGED.split(), _same),
    **dict.fromkeys(_PAIRED.split(), _broadcast),
    **dict.fromkeys(_REDUCING.split(), _reduced),
    "argmax": _argument_of_extreme,
    "argmin": _argument_of_extreme,
    "batch_flatten": _flattened,
    "concat": _concatenated,
    "concatenate": _concatenated,
    "depth_to_space": _rearranged,
    "dot": _dotted,
    "einsum": _summed_products,
    "expand_dims": _expanded,
    "embedding_lookup": _gathered,
    "gather": _gathered,
    "int_shape": _sizes,
    "matmul": _multiplied,
    "one_hot": _one_hot,
    "pad": _padded,
    "permute_dimensions": _transposed,
    "repeat": _repeated,
    "repeat_elements": _repeated_elements,
    "reshape": _reshaped,
    "resize": _resized,
    "resize_bilinear": _resized,
    "resize_images": _scaled,
    "resize_nearest_neighbor": _resized,
    "shape": _sizes,
    "space_to_depth": _rearranged,
    "split": _split,
    "squeeze": _squeezed,
    "stack": _stacked,
    "tile": _tiled,
    "transpose": _transposed,
    "unstack": _unstacked,
}
