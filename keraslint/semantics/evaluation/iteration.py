"""Items, lengths and elements of what a program iterates over, unpacks or indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import calls
from keraslint.semantics.evaluation import functions
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Count
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import DatasetIterator
from keraslint.semantics.evaluation.values import Enumerated
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Generator
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Range
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Sizes
from keraslint.semantics.evaluation.values import Slice
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Union
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import join
from keraslint.semantics.evaluation.values import numbers_in
from keraslint.semantics.evaluation.widening import settled
from keraslint.semantics.model import symbolic

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

MAX_ITEMS = 256
CONTENTS = "#contents"
DEQUE = "deque"
# What gives the names of files.
_LISTS_OF_NAMES = (
    "fnmatch.filter()",
    "glob.glob()",
    "glob.iglob()",
    "os.listdir()",
    "tensorflow.io.gfile.glob()",
    "tensorflow.io.gfile.listdir()",
)


def contents(evaluator: Evaluator, value: Value) -> Value:
    """The present contents of a list or dict that the program may have changed."""
    if isinstance(value, (Sequence, Mapping)) and value.ref:
        current = evaluator.state.get((value.ref, CONTENTS))
        if isinstance(current, Union):
            parts = [part for part in current.alternatives if isinstance(part, type(value))]
            if isinstance(value, Sequence):
                elements = [element(evaluator, _detached(part)) for part in parts]
                return Sequence(value.kind, None, join(*elements) if elements else UNKNOWN, value.ref)
            return Mapping((), open=True, ref=value.ref)
        if isinstance(current, type(value)):
            return current
        if current is not None:
            return Sequence(value.kind, None) if isinstance(value, Sequence) else Mapping((), open=True)
    return value


def _detached(value: Value) -> Value:
    if isinstance(value, Sequence):
        return Sequence(value.kind, value.items, value.element)
    return value


def after_many(before: Value | None, after: Value) -> Value:
    """What a cell of the heap may hold once a loop has changed it an unknown number of times."""
    if isinstance(after, Mapping):
        known = before if isinstance(before, Mapping) else after
        pairs = (
            (key, item if known.get(key) is item else join(item, settled(item))) for key, item in after.items
        )
        return Mapping(tuple(pairs), after.open, after.ref)
    if isinstance(after, Sequence):
        items_of = join(*(after.items or (after.element,)))
        return Sequence(after.kind, None, items_of, after.ref)
    return join(after, settled(after))


def store(evaluator: Evaluator, value: Sequence | Mapping, changed: Value) -> None:
    """Replace the contents of a list or dict."""
    if value.ref:
        evaluator.state.set((value.ref, CONTENTS), changed)


def append(evaluator: Evaluator, value: Sequence, item: Value) -> None:
    """``list.append``."""
    current = contents(evaluator, value)
    assert isinstance(current, Sequence)
    if value.kind == DEQUE and current.items == ():
        changed = Sequence(value.kind, None, item, value.ref)
    elif current.items is None or len(current.items) >= MAX_ITEMS:
        changed = Sequence(value.kind, None, join(element(evaluator, _detached(current)), item), value.ref)
    else:
        changed = Sequence(value.kind, (*current.items, item), UNKNOWN, value.ref)
    store(evaluator, value, changed)


def insert(evaluator: Evaluator, value: Sequence, index: Value, item: Value) -> None:
    """``list.insert``."""
    current = contents(evaluator, value)
    assert isinstance(current, Sequence)
    if isinstance(index, Const) and isinstance(index.value, int) and current.items is not None:
        grown = list(current.items)
        grown.insert(index.value, item)
        if len(grown) <= MAX_ITEMS:
            store(evaluator, value, Sequence(value.kind, tuple(grown), UNKNOWN, value.ref))
            return
    widened = item if current.items == () else join(element(evaluator, _detached(current)), item)
    store(evaluator, value, Sequence(value.kind, None, widened, value.ref))


def copied(evaluator: Evaluator, value: Value, depth: int) -> Value:
    """A list or dict of its own with the same contents, those inside copied down to a depth."""
    if depth == 0 or not isinstance(value, (Mapping, Sequence)):
        return value
    current = contents(evaluator, value)
    ref = evaluator.new_ref() if value.ref else 0
    if isinstance(current, Mapping):
        pairs = tuple((key, copied(evaluator, item, depth - 1)) for key, item in current.items)
        return Mapping(pairs, current.open, ref)
    assert isinstance(current, Sequence)
    if current.items is None:
        return Sequence(current.kind, None, current.element, ref)
    return Sequence(
        current.kind, tuple(copied(evaluator, item, depth - 1) for item in current.items), UNKNOWN, ref
    )


def extend(evaluator: Evaluator, value: Sequence, added: Value) -> None:
    """``list.extend``, which is also what ``+=`` does to a list."""
    current = contents(evaluator, value)
    assert isinstance(current, Sequence)
    new = items(evaluator, added)
    if new is not None and current.items is not None and len(current.items) + len(new) <= MAX_ITEMS:
        changed = Sequence(value.kind, current.items + new, UNKNOWN, value.ref)
    else:
        more = element(evaluator, added)
        widened = more if current.items == () else join(element(evaluator, _detached(current)), more)
        changed = Sequence(value.kind, None, widened, value.ref)
    store(evaluator, value, changed)


def set_item(evaluator: Evaluator, target: Value, key: Value, value: Value) -> None:
    """``target[key] = value``."""
    current = contents(evaluator, target)
    if isinstance(target, Mapping) and isinstance(current, Mapping):
        if isinstance(key, Const) and _hashable(key.value) and len(current.items) < MAX_ITEMS:
            items = {**dict(current.items), key.value: value}
            store(evaluator, target, Mapping(tuple(items.items()), current.open, target.ref))
        else:
            store(evaluator, target, Mapping((), open=True, ref=target.ref))
    elif isinstance(target, Sequence) and isinstance(current, Sequence):
        known = current.items
        if known is not None and isinstance(key, Const) and isinstance(key.value, int):
            index = key.value + len(known) if key.value < 0 else key.value
            if 0 <= index < len(known):
                replaced = (*known[:index], value, *known[index + 1 :])
                store(evaluator, target, Sequence(target.kind, replaced, UNKNOWN, target.ref))
                return
        widened = join(element(evaluator, _detached(current)), value)
        store(evaluator, target, Sequence(target.kind, None, widened, target.ref))


def get_item(evaluator: Evaluator, value: Value, key: Value) -> Value:
    """``value[key]``."""
    value = contents(evaluator, value)
    if isinstance(value, Union):
        return join(*(get_item(evaluator, part, key) for part in value.alternatives))
    if isinstance(value, Mapping):
        if isinstance(key, Const):
            found = value.get(key.value)
            if found is not None:
                return found
        elif value.items and not value.open:
            return join(*(item for _, item in value.items))
        return UNKNOWN
    if isinstance(value, Sizes) and key == Const(0):
        return Count("int", value.of)
    if isinstance(value, Sequence):
        if value.items is not None and isinstance(key, Const) and isinstance(key.value, int):
            if -len(value.items) <= key.value < len(value.items):
                return value.items[key.value]
            return UNKNOWN
        if isinstance(key, Slice):
            if value.items is not None and key.bounds is not None:
                ref = evaluator.new_ref() if value.kind == "list" else 0
                return Sequence(value.kind, value.items[key.bounds], UNKNOWN, ref)
            return Sequence(value.kind, None, element(evaluator, _detached(value)))
        return element(evaluator, _detached(value))
    if isinstance(value, Array):
        return _array_item(value, key)
    if isinstance(value, Tensor):
        return symbolic.item(value, key)
    if isinstance(value, External):
        if value.path == "shape" and value.base is not None and key == Const(0):
            return Count("int", value.base)
        return _item_of_external(evaluator, value, key)
    if isinstance(value, Instance):
        fields = items(evaluator, value)
        if fields is not None:
            return get_item(evaluator, Sequence("tuple", fields), key)
        return functions.call_special(evaluator, value, "__getitem__", key) or UNKNOWN
    return _item_by_form(evaluator, key) if value is UNKNOWN else UNKNOWN


def _item_by_form(evaluator: Evaluator, key: Value) -> Value:
    """An item of something unknown: only arrays and tensors take a new axis, ``...`` or several slices."""
    parts = (
        key.items if isinstance(key, Sequence) and key.kind == "tuple" and key.items is not None else (key,)
    )
    is_array = any(_is_axis(part) for part in parts)
    return Tensor(None, None, None, evaluator.capturing > 0) if is_array else UNKNOWN


def _is_axis(key: Value) -> bool:
    if isinstance(key, Const):
        return key.value is None or key.value is Ellipsis
    return isinstance(key, Symbol) and key.name in ("numpy.newaxis", "tensorflow.newaxis")


def _array_item(value: Array, key: Value) -> Value:
    if isinstance(key, Some) and key.type == "slice":
        shape = None if not value.shape else (_sliced(value.shape[0], key), *value.shape[1:])
        return Array(shape, value.dtype, value.function)
    if isinstance(key, (Const, Some)) and value.shape is not None and len(value.shape) > 0:
        if (isinstance(key, Const) and type(key.value) is int) or (
            isinstance(key, Some) and key.type == "int"
        ):
            return Array(value.shape[1:], value.dtype, value.function)
    return Array(None, value.dtype, value.function)


def _sliced(length: int | None, key: Some) -> int | None:
    """How much of an axis a slice takes."""
    if length is None or not isinstance(key, Slice) or key.bounds is None:
        return None
    return numbers_in(range(*key.bounds.indices(length)))


def items(evaluator: Evaluator, value: Value) -> tuple[Value, ...] | None:
    """What iterating gives, in order, where it is known."""
    value = contents(evaluator, value)
    if isinstance(value, Sequence) and value.kind not in ("set", DEQUE):
        return value.items
    if isinstance(value, Const) and isinstance(value.value, str):
        return tuple(Const(letter) for letter in value.value) if len(value.value) <= MAX_ITEMS else None
    if isinstance(value, Mapping) and not value.open:
        return tuple(Const(key) for key, _ in value.items)
    if isinstance(value, Range) and value.bounds is not None:
        numbers = range(*value.bounds)
        return tuple(Const(number) for number in numbers) if numbers_in(numbers) <= MAX_ITEMS else None
    if isinstance(value, Instance) and attributes.derives_from(value.cls, "typing.NamedTuple"):
        return tuple(attributes.get(evaluator, value, name) for name in calls.fields(value.cls))
    if isinstance(value, Enumerated):
        inner = items(evaluator, value.source)
        if inner is not None:
            return tuple(Sequence("tuple", (Const(index), item)) for index, item in enumerate(inner))
    return None


def length(evaluator: Evaluator, value: Value) -> int | None:
    """``len(value)`` where it is known."""
    value = contents(evaluator, value)
    if isinstance(value, Range) and value.bounds is not None:
        return numbers_in(range(*value.bounds))
    if isinstance(value, Const) and isinstance(value.value, (str, bytes)):
        return len(value.value)
    if isinstance(value, Array) and value.shape:
        return value.shape[0]
    if isinstance(value, Enumerated):
        return length(evaluator, value.source)
    known = items(evaluator, value)
    return None if known is None else len(known)


def element(evaluator: Evaluator, value: Value) -> Value:
    """A value that stands for each item of ``value``."""
    value = contents(evaluator, value)
    if isinstance(value, Union):
        return join(*(element(evaluator, part) for part in value.alternatives))
    if isinstance(value, Sequence):
        if value.items is None:
            return value.element
        return join(*value.items) if value.items else UNKNOWN
    if isinstance(value, Mapping):
        return Some("str")
    if isinstance(value, Range):
        return Some("int")
    if isinstance(value, Enumerated):
        return Sequence("tuple", (Some("int"), element(evaluator, value.source)))
    if isinstance(value, (Dataset, Generator)):
        return value.element
    if isinstance(value, DatasetIterator):
        return value.dataset.element
    if isinstance(value, Array):
        return Array(None if not value.shape else value.shape[1:], value.dtype, value.function)
    if isinstance(value, Tensor):
        return Tensor(None if not value.shape else value.shape[1:], value.dtype, None, value.element)
    if isinstance(value, External):
        return _item_of_external(evaluator, value, Some("int"))
    if isinstance(value, Instance):
        return _element_of_instance(evaluator, value)
    return UNKNOWN


def _item_of_external(evaluator: Evaluator, value: External, key: Value) -> Value:
    if value.name in _LISTS_OF_NAMES and not isinstance(key, Slice):
        return Some("str")
    return External(f"{value.name}[]", value.call, evaluator.new_ref(), value, "[]")


def _element_of_instance(evaluator: Evaluator, value: Instance) -> Value:
    iterator = functions.call_special(evaluator, value, "__iter__")
    if isinstance(iterator, Instance):
        return functions.call_special(evaluator, iterator, "__next__") or UNKNOWN
    if iterator is not None:
        return element(evaluator, iterator)
    found = functions.call_special(evaluator, value, "__next__") or functions.call_special(
        evaluator, value, "__getitem__", Some("int")
    )
    return found or UNKNOWN


def unpack(evaluator: Evaluator, value: Value, size: int, starred: int | None) -> list[Value]:
    """The parts that ``a, b, *c = value`` assigns."""
    if isinstance(value, Union):
        parts = [unpack(evaluator, part, size, starred) for part in value.alternatives]
        return [join(*column) for column in zip(*parts, strict=True)]
    known = items(evaluator, value)
    if known is not None and starred is None and len(known) == size:
        return list(known)
    if known is not None and starred is not None and len(known) >= size - 1:
        end = len(known) - (size - starred - 1)
        middle = Sequence("list", known[starred:end], UNKNOWN, evaluator.new_ref())
        return [*known[:starred], middle, *known[end:]]
    return [element(evaluator, value)] * size


def _hashable(value: object) -> bool:
    return isinstance(value, (str, bytes, int, float, bool, type(None)))
