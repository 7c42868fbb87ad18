"""Arrays: what NumPy's, TensorFlow's and Keras's makers of arrays give."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.tensors import dtype_name
from keraslint.semantics.evaluation.tensors import reshape
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.evaluation.values import numbers_in

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.layers import Shape

# Read off keras 3.15.1: each load_data() returns (x_train, y_train), (x_test, y_test) of these shapes.
_DATASETS: dict[str, tuple[Shape, Shape, Shape, Shape, str]] = {
    "boston_housing": ((404, 13), (404,), (102, 13), (102,), "float64"),
    "california_housing": ((16512, 8), (16512,), (4128, 8), (4128,), "float32"),
    "cifar10": ((50000, 32, 32, 3), (50000, 1), (10000, 32, 32, 3), (10000, 1), "uint8"),
    "cifar100": ((50000, 32, 32, 3), (50000, 1), (10000, 32, 32, 3), (10000, 1), "uint8"),
    "fashion_mnist": ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,), "uint8"),
    "imdb": ((25000,), (25000,), (25000,), (25000,), "object"),
    "mnist": ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,), "uint8"),
    "reuters": ((8982,), (8982,), (2246,), (2246,), "object"),
}
_NO_ARRAYS = ("random.Generator", "random.RandomState", "random.default_rng")
_FILLED = ("empty", "full", "ones", "zeros")
_RANDOM = ("normal", "randint", "uniform", "random_integers", "standard_normal", "random_sample", "integers")
_LISTED = ("rand", "randn")
_LIKE = ("empty_like", "full_like", "ones_like", "zeros_like", "copy", "clip", "ascontiguousarray")
_ELEMENTWISE = (
    "abs",
    "exp",
    "float32",
    "float64",
    "int32",
    "int64",
    "log",
    "log1p",
    "sqrt",
    "square",
    "uint8",
)
_SCALARS = ("ceil", "floor", "prod", "mean", "std", "sum", "max", "min")


def construct(evaluator: Evaluator, symbol: Symbol, given: Arguments, record: CallRecord) -> Value | None:
    """The array that a call gives, None where the symbol makes none."""
    name = symbol.name
    if name.startswith("keras.datasets."):
        return _load_data(name.split(".")[2])
    if name.startswith("numpy."):
        if any(isinstance(leaf, Tensor) for value in given.values() for leaf in leaves(value)):
            return None
        return _numpy(evaluator, name.removeprefix("numpy."), given, name)
    maker = _MAKERS.get(name)
    return None if maker is None else maker(evaluator, given, name)


_GENERATORS = ("numpy.random.RandomState().", "numpy.random.default_rng().", "numpy.random.Generator().")


def draw(evaluator: Evaluator, callee: External, given: Arguments) -> Value | None:
    """The array that a method of one of NumPy's random generators gives, None for anything else."""
    if not callee.name.startswith(_GENERATORS) or "." in callee.path:
        return None
    return _numpy(evaluator, f"random.{callee.path}", given, f"numpy.random.{callee.path}")


def _load_data(name: str) -> Value | None:
    known = _DATASETS.get(name)
    if known is None:
        return None
    x_train, y_train, x_test, y_test, dtype = known
    origin = f"keras.datasets.{name}.load_data"
    labels = "int64" if dtype != "uint8" else "uint8"
    train = Sequence("tuple", (Array(x_train, dtype, origin), Array(y_train, labels, origin)))
    test = Sequence("tuple", (Array(x_test, dtype, origin), Array(y_test, labels, origin)))
    return Sequence("tuple", (train, test))


def _numpy(evaluator: Evaluator, name: str, given: Arguments, origin: str) -> Value | None:
    if name in _NO_ARRAYS:
        return None
    first = given.positional[0] if given.positional else UNKNOWN
    last = name.rsplit(".", 1)[-1]
    dtype = dtype_name(given.keyword("dtype"))
    if name in _FILLED:
        shape = first if given.positional else given.keyword("shape") or UNKNOWN
        return Array(shape_of(evaluator, shape), _filled_dtype(name, given), origin)
    if name in ("eye", "identity"):
        rows = first.value if isinstance(first, Const) and type(first.value) is int else None
        return Array((rows, rows), dtype or "float64", origin) if len(given.positional) == 1 else Array(None)
    if name.startswith("random.") and last in _LISTED:
        return Array(shape_of(evaluator, Sequence("tuple", given.positional)), "float64", origin)
    if name.startswith("random.") and last in _RANDOM:
        size = given.keyword("size")
        if size is None and last in ("standard_normal", "random_sample") and given.positional:
            size = first
        if size is None and len(given.positional) == 3:
            size = given.positional[2]
        kind = "int64" if last in ("randint", "random_integers", "integers") else "float64"
        return Array(shape_of(evaluator, size or UNKNOWN), dtype or kind, origin)
    if name == "random.random":
        size = given.keyword("size") or (first if given.positional else UNKNOWN)
        return Array(shape_of(evaluator, size), "float64", origin)
    if name in _LIKE or name in _ELEMENTWISE:
        if isinstance(first, Array):
            return Array(first.shape, name if name in _ELEMENTWISE[1:3] else first.dtype, origin)
        return Array(None, None, origin)
    if name in ("array", "asarray", "asanyarray"):
        if len(given.positional) > 1:
            return Array(
                array_of(evaluator, first, None, origin).shape, dtype_name(given.positional[1]), origin
            )
        return array_of(evaluator, first, dtype, origin)
    if name == "expand_dims" and isinstance(first, Array):
        return Array(_expanded(first.shape, given), first.dtype, origin)
    if name == "arange":
        return Array(_arange(given), dtype or "int64", origin)
    if name == "reshape":
        known = first if isinstance(first, Array) else Array(None)
        return Array(reshape(known.shape, given.positional[1:]), known.dtype, origin)
    if (
        name in ("ceil", "floor", "sqrt")
        and isinstance(first, Const)
        and isinstance(first.value, (int, float))
    ):
        return Const(float(getattr(math, name)(first.value))) if first.value >= 0 else Some("number")
    if name == "prod" and isinstance(first, Sequence) and len(given.positional) == 1 and not given.keywords:
        numbers = [item.value for item in iteration.items(evaluator, first) or () if isinstance(item, Const)]
        whole = [number for number in numbers if type(number) is int]
        return (
            Const(math.prod(whole))
            if len(whole) == len(iteration.items(evaluator, first) or (0,))
            else UNKNOWN
        )
    if name in _SCALARS and isinstance(first, (Const, Some)):
        return Some("number")
    if name in ("ceil", "floor"):
        return Some("number")
    return Array(None, None, origin)


def _filled_dtype(name: str, given: Arguments) -> str | None:
    """The type that a filled array has: float64 where nothing is said, None where it is not known."""
    place = 2 if name == "full" else 1
    value = given.keyword("dtype") or (given.positional[place] if len(given.positional) > place else None)
    if value is None or value == Const(None):
        return None if given.open else "float64"
    return dtype_name(value)


def array_of(evaluator: Evaluator, value: Value, dtype: str | None, origin: str) -> Array:
    """The array that NumPy and TensorFlow make of a value."""
    if isinstance(value, Array):
        return Array(value.shape, dtype or value.dtype, value.function or origin)
    if isinstance(value, (Const, Some)):
        return Array((), dtype, origin)
    if isinstance(value, Sequence):
        return Array(_nested_shape(evaluator, value), dtype or _nested_dtype(evaluator, value), origin)
    if isinstance(value, External) and value.name.startswith("PIL.Image."):
        # The pixels of a picture.
        return Array(None, dtype or "uint8", origin)
    return Array(None, dtype, origin)


def _nested_dtype(evaluator: Evaluator, value: Sequence) -> str | None:
    """The type that all arrays of a list have, None where they may differ or are none."""
    parts = alternatives(iteration.element(evaluator, value))
    types = {part.dtype if isinstance(part, Array) else None for part in parts}
    return types.pop() if len(types) == 1 else None


def _nested_shape(evaluator: Evaluator, value: Value) -> Shape | None:
    if isinstance(value, Sequence):
        items = iteration.items(evaluator, value)
        if not items:
            return _shape_of_stacked(evaluator, value)
        inner = _nested_shape(evaluator, items[0])
        return None if inner is None else (len(items), *inner)
    if isinstance(value, Array):
        return value.shape
    return () if isinstance(value, (Const, Some)) else None


def _shape_of_stacked(evaluator: Evaluator, value: Sequence) -> Shape | None:
    """The shape of a list of nobody knows how many arrays or numbers, where all have one shape."""
    parts = alternatives(iteration.element(evaluator, value))
    shapes = {_nested_shape(evaluator, part) for part in parts}
    shape = shapes.pop() if len(shapes) == 1 else None
    return None if shape is None else (None, *shape)


def _expanded(shape: Shape | None, given: Arguments) -> Shape | None:
    axis = given.keyword("axis") or (given.positional[1] if len(given.positional) > 1 else None)
    if shape is None or not isinstance(axis, Const) or not isinstance(axis.value, int):
        return None
    position = axis.value if axis.value >= 0 else len(shape) + 1 + axis.value
    return (*shape[:position], 1, *shape[position:])


def _arange(given: Arguments) -> Shape:
    numbers = [value.value for value in given.positional if isinstance(value, Const)]
    whole = [number for number in numbers if isinstance(number, int)]
    if len(whole) == len(given.positional) and 1 <= len(whole) <= 3 and whole[2:] != [0]:
        return (numbers_in(range(*whole)),)
    return (None,)


def shape_of(evaluator: Evaluator, value: Value) -> Shape | None:
    """A shape from the value that a program gives for one; unknown sizes are None."""
    if isinstance(value, Const) and type(value.value) is int:
        return (value.value,)
    if isinstance(value, Some) and value.type == "int":
        return (None,)
    items = iteration.items(evaluator, value) if isinstance(value, Sequence) else None
    if items is None:
        return None
    return tuple(
        item.value if isinstance(item, Const) and isinstance(item.value, int) else None for item in items
    )


def _filled(evaluator: Evaluator, given: Arguments, name: str) -> Value:
    shape = given.positional[0] if given.positional else given.keyword("shape") or UNKNOWN
    return Array(shape_of(evaluator, shape), dtype_name(given.keyword("dtype")) or "float32", name)


def _converted(evaluator: Evaluator, given: Arguments, name: str) -> Value | None:
    first = given.positional[0] if given.positional else UNKNOWN
    if isinstance(first, Tensor):
        return None
    made = array_of(evaluator, first, dtype_name(given.keyword("dtype")), name)
    return replace(made, function=name) if isinstance(made, Array) else made


def _as_float(_: Evaluator, given: Arguments, name: str) -> Value:
    """What scikit-image makes of a picture: the floating type that it has, float64 for whole numbers."""
    first = given.positional[0] if given.positional else UNKNOWN
    known = first if isinstance(first, Array) else Array(None)
    floating = known.dtype if (known.dtype or "").startswith("float") else "float64"
    return Array(known.shape, floating, name)


def _one_hot(_: Evaluator, given: Arguments, name: str) -> Value | None:
    first = given.positional[0] if given.positional else UNKNOWN
    classes = given.keyword("num_classes") or (given.positional[1] if len(given.positional) > 1 else None)
    if isinstance(first, Tensor):
        return None
    size = classes.value if isinstance(classes, Const) and isinstance(classes.value, int) else None
    rows = first.shape[0] if isinstance(first, Array) and first.shape else None
    return Array((rows, size), "float64", name)


def _one_hot_last(_: Evaluator, given: Arguments, name: str) -> Value | None:
    first = given.positional[0] if given.positional else given.keyword("indices") or given.keyword("x")
    depth = given.keyword("depth") or given.keyword("num_classes")
    depth = depth or (given.positional[1] if len(given.positional) > 1 else None)
    if not isinstance(first, Array):
        return None
    dtype = dtype_name(given.keyword("dtype")) or "float32"
    # Another axis comes by its name, or after all other arguments.
    axis = given.keyword("axis") or Const(-1)
    if first.shape is None or len(given.positional) > 2 or given.open or axis != Const(-1):
        return Array(None, dtype, name)
    size = depth.value if isinstance(depth, Const) and isinstance(depth.value, int) else None
    return Array((*first.shape, size), dtype, name)


def _counted(_: Evaluator, given: Arguments, name: str) -> Value:
    named = [given.keyword(word) for word in ("start", "stop", "limit", "step", "delta")]
    numbers = Arguments((*given.positional, *(value for value in named if value is not None)))
    return Array(_arange(numbers), dtype_name(given.keyword("dtype")) or "int32", name)


_MAKERS: dict[str, Callable[[Evaluator, Arguments, str], Value | None]] = {
    "keras.backend.random_normal": _filled,
    "keras.backend.random_uniform": _filled,
    "keras.ops.arange": _counted,
    "keras.ops.one_hot": _one_hot_last,
    "keras.random.normal": _filled,
    "keras.random.uniform": _filled,
    "keras.utils.to_categorical": _one_hot,
    "skimage.img_as_float": _as_float,
    "skimage.util.img_as_float": _as_float,
    "tensorflow.cast": _converted,
    "tensorflow.constant": _converted,
    "tensorflow.convert_to_tensor": _converted,
    "tensorflow.one_hot": _one_hot_last,
    "tensorflow.ones": _filled,
    "tensorflow.random.normal": _filled,
    "tensorflow.range": _counted,
    "tensorflow.random.uniform": _filled,
    "tensorflow.zeros": _filled,
}
