"""The value domain of the abstract evaluator.

Values are immutable. What can change (attributes, the items of a list, the
layers of a ``Sequential``) lies in the :class:`~keraslint.semantics.evaluation.state.State`
under the ``ref`` of the value, so that branches join it like any variable.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from typing import TypeAlias

from keraslint.semantics.evaluation.immutable import immutable
from keraslint.semantics.lowering import ir

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.records import CallRecord
    from keraslint.semantics.evaluation.records import Context
    from keraslint.semantics.layers import Shape

MAX_ALTERNATIVES = 8
# Every `if` around a step doubles what a dataset may be.
MAX_DATASETS = 32


class Value:
    """Base of all abstract values."""

    __slots__ = ()


class _Unknown(Value):
    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Value = _Unknown()


@immutable(eq=False)
class Const(Value):
    """A Python constant: None, bool, number, string, bytes, ``...``."""

    value: object

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Const) and type(self.value) is type(other.value) and self.value == other.value
        )

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))


@immutable()
class Some(Value):
    """A value of a known Python type and nothing else known: an argparse default, ``os.cpu_count()``."""

    type: str


@immutable()
class Slice(Some):
    """``start:stop:step``, where all that is written is known as ``bounds``."""

    bounds: slice | None = None

    def __hash__(self) -> int:
        return hash((self.type, repr(self.bounds)))


@immutable(eq=False)
class Count(Some):
    """How many items ``of`` has, where nobody knows the number; any arithmetic makes another number of it."""

    of: Value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Count) and self.of is other.of

    def __hash__(self) -> int:
        return hash((self.type, id(self.of)))


@immutable(eq=False)
class Formatted(Some):
    """A string that ``parts`` were written into."""

    parts: tuple[Value, ...] = ()


@immutable()
class Sequence(Value):
    """A tuple, list or set. ``items`` of None means that neither length nor items are known.

    A list that is changed in place lives in the state under ``ref``.
    """

    kind: str
    items: tuple[Value, ...] | None
    element: Value = UNKNOWN
    ref: int = 0


@immutable(eq=False)
class Sizes(Sequence):
    """The shape of ``of``, where nobody knows how many axes it has."""

    of: Value = UNKNOWN


@immutable()
class Mapping(Value):
    """A dict with constant keys; ``open`` means that there may be others. ``ref`` as for lists."""

    items: tuple[tuple[object, Value], ...]
    open: bool = False
    ref: int = 0

    def get(self, key: object) -> Value | None:
        """The value under ``key``, None where no item has it."""
        for known, value in self.items:
            if known == key and type(known) is type(key):
                return value
        return None


@immutable()
class Range(Value):
    """``range``: start, stop and step where they are known."""

    bounds: tuple[int, int, int] | None


def numbers_in(numbers: range) -> int:
    """How many numbers a range holds; ``len`` raises where that is more than a machine's word counts."""
    return max(-((numbers.start - numbers.stop) // numbers.step), 0)


@immutable(eq=False)
class Enumerated(Value):
    """``enumerate(source)``."""

    source: Value


@immutable()
class Symbol(Value):
    """Something of another package, under its canonical dotted name.

    ``generation`` is 2 or 3 where the import itself says which Keras it is.
    """

    name: str
    generation: int | None = None


@immutable()
class ModuleValue(Value):
    """A module of the project, by its file."""

    file: str


@immutable(eq=False)
class Function(Value):
    """A function of the project with the scopes that it closes over, innermost first."""

    node: ir.FunctionDef | ir.Lambda
    file: str
    scopes: tuple[int, ...]
    defaults: tuple[Value | None, ...]
    owner: Class | None = None
    compiled: CallRecord | None = None

    @property
    def name(self) -> str:
        """The name after ``def``, or ``lambda``."""
        return ir.plain(self.node.name) if isinstance(self.node, ir.FunctionDef) else "lambda"

    @property
    def site(self) -> ir.Site:
        """The ``def`` or the lambda."""
        return ir.Site(self.file, self.node.place)

    @property
    def kind(self) -> str:
        """function, staticmethod, classmethod or property, by its decorators."""
        if isinstance(self.node, ir.FunctionDef):
            for decorator in self.node.decorators:
                if isinstance(decorator, ir.Name) and decorator.id in _METHOD_KINDS:
                    return decorator.id
                if isinstance(decorator, ir.Attribute) and decorator.attr == "cached_property":
                    return "property"
                if isinstance(decorator, ir.Name) and decorator.id == "cached_property":
                    return "property"
        return "function"


_METHOD_KINDS = ("staticmethod", "classmethod", "property")


@immutable(eq=False)
class Class(Value):
    """A class of the project; its attributes lie in the scope ``scope``."""

    node: ir.ClassDef
    file: str
    scope: int
    scopes: tuple[int, ...]
    bases: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]
    ancestors: tuple[Class | Symbol, ...] = ()

    @property
    def name(self) -> str:
        """The name after ``class``."""
        return ir.plain(self.node.name)

    @property
    def site(self) -> ir.Site:
        """The ``class`` statement."""
        return ir.Site(self.file, self.node.place)


@immutable(eq=False)
class Instance(Value):
    """An object of a project's class; its attributes lie in the state under ``ref``."""

    ref: int
    cls: Class
    call: CallRecord | None

    @property
    def kind(self) -> str:
        """What it is as a model: one of a subclass."""
        return "subclassed"


@immutable(eq=False)
class External(Value):
    """What a call of another package's symbol gave, or an attribute of such a thing.

    ``name`` is the symbol with ``()`` for the call, as in ``PIL.Image.open()``;
    ``base`` and ``path`` say of which object an attribute was read.
    """

    name: str
    call: CallRecord | None
    ref: int
    base: External | None = None
    path: str = ""

    @property
    def made_by(self) -> str:
        """The symbol that was called, "" where it was no plain call."""
        return self.name[:-2] if self.name.endswith("()") else ""


@immutable(eq=False)
class Method(Value):
    """``receiver.name`` where the receiver is an object that the domain knows."""

    receiver: Value
    name: str
    function: Function | None = None


@immutable(eq=False)
class Super(Value):
    """``super()`` inside a method of ``cls``, on ``instance``."""

    cls: Class
    instance: Value


@immutable(eq=False)
class Partial(Value):
    """``functools.partial``: a function with some arguments already given."""

    function: Value
    positional: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


@immutable(eq=False)
class Array(Value):
    """A NumPy array or an eager tensor; ``shape`` and ``dtype`` where known.

    ``function`` names the symbol that made it.
    """

    shape: Shape | None
    dtype: str | None = None
    function: str = ""


@immutable(eq=False)
class Tensor(Value):
    """A symbolic tensor: a Keras tensor with the layer call that made it, or a dataset's element."""

    shape: Shape | None
    dtype: str | None = None
    producer: LayerCall | None = None
    element: bool = False


@immutable(eq=False)
class LayerCall(Value):
    """One application of a layer (or of a model used as one) to tensors.

    Where the layer is an object of the program's own class, ``inside`` has what its ``call``
    applied, and ``returned`` what that gave.
    """

    layer: Value
    inputs: tuple[Tensor, ...]
    call: CallRecord
    inside: tuple[LayerCall, ...] = ()
    returned: tuple[Array | Tensor, ...] = ()

    @property
    def outputs(self) -> tuple[Shape | None, ...]:
        """The shapes of what the layer gave."""
        return tuple(part.shape for part in self.returned)


@immutable(eq=False)
class Model(Value):
    """A Keras model that is no instance of a project's class; its layers lie in the state.

    ``kind`` is sequential, functional, application or loaded.
    """

    ref: int
    kind: str
    call: CallRecord


@immutable(eq=False)
class Step:
    """One construction or transformation of a dataset."""

    name: str
    call: CallRecord
    inputs: tuple[Dataset, ...] = ()
    nested: Dataset | None = None


@immutable(eq=False)
class Dataset(Value):
    """A ``tf.data.Dataset``: its last step and the dataset before it."""

    last: Step
    parent: Dataset | None
    element: Value = UNKNOWN

    def steps(self) -> list[Step]:
        """The steps from the source on."""
        steps = []
        dataset: Dataset | None = self
        while dataset is not None:
            steps.append(dataset.last)
            dataset = dataset.parent
        steps.reverse()
        return steps


@immutable(eq=False)
class DatasetIterator(Value):
    """``iter(dataset)`` or one of tf.data's iterators."""

    dataset: Dataset


@immutable(eq=False)
class Generator(Value):
    """What a call of a generator function gives, with the values that it yields.

    ``contexts`` are the ``with`` blocks that are open where it yields.
    """

    function: Function
    element: Value
    call: CallRecord | None
    contexts: tuple[Context, ...] = ()


@immutable()
class Union(Value):
    """One of several values, at least two; the evaluator does not know which."""

    alternatives: tuple[Value, ...]


Callable: TypeAlias = Function | Class | Method | Partial | Symbol | Super


def alternatives(value: Value) -> tuple[Value, ...]:
    """The values of a union; any other value alone."""
    return value.alternatives if isinstance(value, Union) else (value,)


def join(*values: Value) -> Value:
    """The least value that stands for all of ``values``; too many alternatives are unknown."""
    first = values[0] if values else UNKNOWN
    for value in values:
        if value is not first:
            break
    else:
        return first
    distinct: list[Value] = []
    for value in values:
        for alternative in alternatives(value):
            if not any(is_same(alternative, known) for known in distinct):
                distinct.append(alternative)
                if len(distinct) > MAX_ALTERNATIVES and _are_too_many(distinct):
                    return UNKNOWN
    if len(distinct) == 1:
        return distinct[0]
    return Union(tuple(distinct))


def _are_too_many(distinct: list[Value]) -> bool:
    datasets = sum(isinstance(value, Dataset) for value in distinct)
    return datasets > MAX_DATASETS or len(distinct) - datasets > MAX_ALTERNATIVES


def is_same(left: Value, right: Value) -> bool:
    """Whether two values are certainly one."""
    if left is right:
        return True
    if type(left) is not type(right):
        return False
    if isinstance(left, (Sequence, Mapping)):
        assert isinstance(right, (Sequence, Mapping))
        return left.ref == right.ref != 0
    if isinstance(left, Dataset):
        assert isinstance(right, Dataset)
        # One call, of which only the object that it is called on may be one of several.
        is_one_call = left.last.call.arguments is right.last.call.arguments
        return is_one_call and left.last.name == right.last.name and left.parent is right.parent is not None
    return left == right


def without_none(value: Value) -> Value:
    """The alternatives other than None: what a use that None would fail at goes on with."""
    some = [part for part in alternatives(value) if part != Const(None)]
    return join(*some) if some else value


def datasets_of(value: Value) -> tuple[Dataset, ...]:
    """The datasets that a value is or iterates over, one of several; none where it may be something else."""
    parts = alternatives(without_none(value))
    found = [part.dataset if isinstance(part, DatasetIterator) else part for part in parts]
    datasets = tuple(part for part in found if isinstance(part, Dataset))
    return datasets if len(datasets) == len(parts) else ()


def parts_of(value: Value) -> tuple[Value, ...]:
    """The items of a tuple, list or dict as it was written."""
    if isinstance(value, Mapping):
        return tuple(item for _, item in value.items)
    return (value.items or ()) if isinstance(value, Sequence) else ()


def leaves(value: Value) -> Iterator[Value]:
    """The values inside tuples, lists and dicts (and the value itself where it is none)."""
    if isinstance(value, Sequence):
        for item in value.items if value.items is not None else (value.element,):
            yield from leaves(item)
    elif isinstance(value, Mapping):
        for _, item in value.items:
            yield from leaves(item)
    else:
        yield value
