"""What TensorFlow's operations make of an element of a dataset: shape and dtype, where they follow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.tensors import dtype_name
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import leaves

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.layers import Shape

_IMAGE = "tensorflow.image."
_DECODERS = ("tensorflow.io.decode_bmp", "tensorflow.io.decode_jpeg", "tensorflow.io.decode_png")
_SIZED = {
    f"{_IMAGE}resize": ("size",),
    f"{_IMAGE}resize_with_crop_or_pad": ("target_height", "target_width"),
    f"{_IMAGE}resize_with_pad": ("target_height", "target_width"),
    f"{_IMAGE}crop_to_bounding_box": ("target_height", "target_width"),
    f"{_IMAGE}pad_to_bounding_box": ("target_height", "target_width"),
}
_KEEPING = ("adjust_", "flip_", "random_", "stateless_random_")
_OTHER_SHAPE = ("random_crop", "stateless_random_crop")
_BYTES = {"bool": 1, "int8": 1, "uint8": 1, "float16": 2, "bfloat16": 2, "int16": 2, "uint16": 2}
_BYTES |= {"float32": 4, "int32": 4, "uint32": 4, "float64": 8, "int64": 8, "uint64": 8, "complex64": 8}


def call(evaluator: Evaluator, name: str, record: CallRecord) -> Tensor | None:
    """What an operation gives for an element's tensor; None where it gets none, or nothing is known of it."""
    given = record.arguments
    first = given.positional[0] if given.positional else next(iter(given.values()), None)
    if not isinstance(first, Tensor) or not first.element:
        return None
    if name == "tensorflow.io.read_file":
        return Tensor((), "string", None, True)
    if name in _DECODERS:
        return _decoded(record, name)
    if name in ("tensorflow.cast", f"{_IMAGE}convert_image_dtype"):
        return Tensor(first.shape, dtype_name(argument(record, "dtype").value), None, True)
    if name in _SIZED:
        return _sized(evaluator, record, name, first)
    last = name.removeprefix(_IMAGE)
    if last != name and last.startswith(_KEEPING) and last not in _OTHER_SHAPE:
        return Tensor(first.shape, first.dtype, None, True)
    return None


def _decoded(record: CallRecord, name: str) -> Tensor:
    channels = argument(record, "channels").constant
    known = channels if isinstance(channels, int) and channels > 0 else None
    given = argument(record, "dtype")
    dtype = dtype_name(given.value) if given.is_given and name.endswith("png") else "uint8"
    return Tensor((None, None, known), dtype, None, True)


def _sized(evaluator: Evaluator, record: CallRecord, name: str, image: Tensor) -> Tensor:
    given = [argument(record, parameter).value for parameter in _SIZED[name]]
    if len(given) == 1 and given[0] is not None:
        given = list(iteration.items(evaluator, given[0]) or ())
    sides = [
        side.value if isinstance(side, Const) and isinstance(side.value, int) else None for side in given
    ]
    shape: Shape | None = None
    if len(sides) == 2:
        before = image.shape if image.shape is not None and len(image.shape) in (3, 4) else (None, None, None)
        shape = (*before[:-3], *sides, before[-1])
    if name not in (f"{_IMAGE}resize", f"{_IMAGE}resize_with_pad"):
        return Tensor(shape, image.dtype, None, True)
    method = argument(record, "method")
    dtype = "float32" if not method.is_given else image.dtype if _is_nearest(method.value) else None
    return Tensor(shape, dtype, None, True)


def _is_nearest(method: Value | None) -> bool:
    name = method.name if isinstance(method, Symbol) else getattr(method, "value", None)
    return isinstance(name, str) and name.rpartition(".")[2].lower() in ("nearest", "nearest_neighbor")


def element_bytes(element: Value) -> int | None:
    """What an element takes in memory, None where a shape or dtype is not known."""
    sizes = [_bytes(leaf) for leaf in leaves(element)]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def least_bytes(element: Value) -> int:
    """What an element takes in memory at least: of what is not known, one number or nothing."""
    return sum(_bytes(leaf, 1) or 0 for leaf in leaves(element))


def _bytes(leaf: Value, unknown_axis: int | None = None) -> int | None:
    if not isinstance(leaf, Tensor) or leaf.shape is None or leaf.dtype not in _BYTES:
        return None
    axes = [unknown_axis if axis is None else axis for axis in leaf.shape]
    known = [axis for axis in axes if axis is not None]
    return math.prod(known, start=_BYTES[leaf.dtype]) if len(known) == len(axes) else None
