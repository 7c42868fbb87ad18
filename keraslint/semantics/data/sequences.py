"""Classes that derive from ``keras.utils.PyDataset`` (``Sequence``): constructors, workers, work."""

from __future__ import annotations

import builtins
from collections.abc import Container
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence as ReadOnlySequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from keraslint.semantics.data.tensor_pipelines import TensorPipeline
from keraslint.semantics.data.tensor_pipelines import tensor_pipeline
from keraslint.semantics.data.translating import UntranslatableError
from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import functions
from keraslint.semantics.evaluation import overrides
from keraslint.semantics.evaluation import uncalled
from keraslint.semantics.evaluation.bindings import assigned_names
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.hoisting import Hoist
from keraslint.semantics.evaluation.hoisting import changes_itself
from keraslint.semantics.evaluation.hoisting import find_hoist
from keraslint.semantics.evaluation.hoisting import keeps_results
from keraslint.semantics.evaluation.initialisation import INITIALISED
from keraslint.semantics.evaluation.pools import runs_in_pool
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.evaluation.walking import expressions
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.evaluation.walking import within
from keraslint.semantics.evaluation.work import Work
from keraslint.semantics.evaluation.work import is_lookup
from keraslint.semantics.evaluation.work import is_unseen
from keraslint.semantics.evaluation.work import work_of
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.training import SEQUENCE
from keraslint.semantics.training.training import TrainingCall

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

MAX_INSTANCES = 4
FEW_PASSES = 4


@dataclass(frozen=True, slots=True, eq=False)
class ItemWork:
    """A call in ``__getitem__`` (or in a helper that it calls) that does work.

    ``loop`` is the loop over samples around it, None where it works on the whole
    batch; ``at`` is that loop, or the call in ``__getitem__`` of the helper that
    holds it.
    """

    work: Work
    call: CallRecord
    loop: Loop | None
    at: Site

    @property
    def is_per_sample(self) -> bool:
        """Whether it runs once for each sample of a batch."""
        return self.loop is not None

    @property
    def is_of_another(self) -> bool:
        """Whether ``__getitem__`` gets there by that of another object."""
        return any(frame.function.name == "__getitem__" for frame in self.call.frames[1:])


@dataclass(eq=False)
class SequenceInstance:
    """One object of such a class, and the calls that train from it."""

    instance: Instance
    evaluator: Evaluator = field(repr=False)
    consumers: list[TrainingCall] = field(default_factory=list)

    @property
    def call(self) -> Site | None:
        """The constructor call."""
        return None if self.instance.call is None else self.instance.call.site

    def setting(self, name: str) -> Value:
        """``workers``, ``use_multiprocessing`` or ``max_queue_size`` as the object has it at the end.

        Keras's own default where the constructor of the base was not reached.
        """
        value = self.evaluator.root.get((self.instance.ref, name))
        return Const(_DEFAULTS[name]) if value is None else value

    @cached_property
    def records(self) -> tuple[CallRecord, ...]:
        """What the evaluation of ``__getitem__`` on this object recorded."""
        return records_of(self.evaluator, self.instance)

    @cached_property
    def work(self) -> tuple[ItemWork, ...]:
        """The work that ``__getitem__`` does on this object."""
        return item_work(self.records)

    @property
    def has_one_worker(self) -> bool:
        """Whether a single thread prepares its batches, or a queue of one lets no second one work ahead."""
        return self.workers == 1 or self.setting("max_queue_size") == Const(1)

    def sees(self, call: TrainingCall, value: Site) -> bool:
        """Whether an argument of a call that uses the object means the same where the object is made."""
        made = self.instance.call
        if made is None or not self.is_made_beside(call):
            return False
        body = self.evaluator.modules[call.at.file].body
        if call.record.frames:
            node = call.record.frames[-1].function.node
            body = () if isinstance(node, ir.Lambda) else node.body
        written = next((each for each in expressions(body) if each.place == value.place), None)
        if written is None or any(
            isinstance(part, (ir.Await, ir.Walrus, ir.Yield)) for part in within(written)
        ):
            return False
        names = {part.id for part in within(written) if isinstance(part, ir.Name)}
        later = (each for each in statements(body) if made.site.place < each.place < call.at.place)
        return not any(names & set(assigned_names((each,))) for each in later)

    def is_made_beside(self, call: TrainingCall) -> bool:
        """Whether the object is made in the same function (or module) as the call that uses it."""
        made = self.instance.call
        if made is None or made.site.file != call.at.file:
            return False
        return [f.function.site for f in made.frames] == [f.function.site for f in call.record.frames]

    @property
    def workers(self) -> int | None:
        """The number of workers, None where it is not known."""
        value = self.setting("workers")
        return value.value if isinstance(value, Const) and isinstance(value.value, int) else None


_RANDOM = (
    "albumentations",
    "imgaug",
    "keras.random.",
    "numpy.random.",
    "random.",
    "tensorflow.image.random_",
    "tensorflow.random.",
)
_STATELESS_PACKAGES = (
    "PIL",
    "blosc",
    "builtins",
    "bz2",
    "cv2",
    "gzip",
    "keras",
    "lz4",
    "lzma",
    "math",
    "numpy",
    "operator",
    "os",
    "pathlib",
    "scipy",
    "skimage",
    "snappy",
    "str",
    "tensorflow",
    "zlib",
    "zstandard",
)
_STATEFUL_READERS = ("h5py.", "zipfile.", "tarfile.", "cv2.VideoCapture")
_ITEM_SIZES = {"float16": 2, "float32": 4, "float64": 8, "int32": 4, "int64": 8, "uint8": 1}
_DEFAULTS = {"workers": 1, "use_multiprocessing": False, "max_queue_size": 10}


@dataclass(frozen=True, slots=True)
class KeywordRoute:
    """An ``__init__`` that takes no ``**kwargs`` yet, and the call in it of its base's constructor, if there is one."""

    constructor: Site
    base_call: Site | None


@dataclass(eq=False)
class SequenceClass:
    """A class of the project that derives from ``PyDataset``."""

    cls: Class
    evaluator: Evaluator = field(repr=False)
    instances: list[SequenceInstance] = field(default_factory=list)
    others: list[SequenceClass] = field(default_factory=list, repr=False)

    @property
    def name(self) -> str:
        """The name of the class."""
        return self.cls.name

    @property
    def at(self) -> Site:
        """The name of the class in its ``class`` statement."""
        return Site(self.cls.file, self.cls.node.name_place)

    @property
    def definition(self) -> Site:
        """The ``class`` statement."""
        return self.cls.site

    @property
    def generation(self) -> int | None:
        """2 or 3 where the import itself says which Keras it is."""
        for base in attributes.external_bases(self.cls):
            if base.generation is not None:
                return base.generation
        return None

    @property
    def constructor_at(self) -> Site | None:
        """The name in ``def __init__``, None where the class has none of its own."""
        node = self.constructor
        return None if node is None else Site(self.cls.file, node.name_place)

    @property
    def constructor_definition(self) -> Site | None:
        """The ``def __init__`` statement, None where the class has none of its own."""
        node = self.constructor
        return None if node is None else Site(self.cls.file, node.place)

    @property
    def constructor_keywords(self) -> str | None:
        """The name of the ``**`` parameter of its own ``__init__``, None where there is none."""
        node = self.constructor
        names = [] if node is None else [each.name for each in node.parameters if each.kind == "**"]
        return names[0] if names else None

    @property
    def keyword_route(self) -> KeywordRoute | None:
        """How keyword arguments could get to the base, where its own ``__init__`` can be made to hand them on."""
        node = self.constructor
        if node is None or self.constructor_keywords is not None or self.calls_base_constructor is None:
            return None
        at = Site(self.cls.file, node.place)
        if self.calls_base_constructor is False:
            return None if self.inherits_silent_constructor else KeywordRoute(at, None)
        calls = [
            each.value
            for each in node.body
            if isinstance(each, ir.ExpressionStatement) and _calls_constructor(each.value)
        ]
        if len(calls) != 1 or any(isinstance(base, Class) for base in self.cls.bases):
            return None
        return KeywordRoute(at, Site(self.cls.file, calls[0].place))

    @property
    def inherits_silent_constructor(self) -> bool:
        """Whether a base in the project has the constructor that stops short of Keras's."""
        return any(
            isinstance(base, Class)
            and base is not self.cls
            and SequenceClass(base, self.evaluator).constructor is not None
            and SequenceClass(base, self.evaluator).calls_base_constructor is False
            for base in attributes.mro(self.cls)
            if isinstance(base, Class) and attributes.derives_from(base, SEQUENCE)
        )

    def method(self, name: str) -> Function | None:
        """A method of the class or of one of the project's bases."""
        found = attributes.class_attribute(self.evaluator, self.cls, name)
        return found if isinstance(found, Function) else None

    @property
    def constructor(self) -> ir.FunctionDef | None:
        """The ``def __init__`` that this very class has, None where it inherits it."""
        for statement in self.cls.node.body:
            if isinstance(statement, ir.FunctionDef) and statement.name == "__init__":
                return statement
        return None

    @cached_property
    def calls_base_constructor(self) -> bool | None:
        """Whether ``__init__`` reaches the constructor of the base in any form.

        None where that is hidden, or where some paths reach it and others do not.
        """
        if attributes.has_unknown_base(self.cls):
            return None
        instance = uncalled.unknown_instance(self.evaluator, self.cls)
        reached = self.evaluator.root.get((instance.ref, INITIALISED))
        return reached.value is True if isinstance(reached, Const) else None

    @cached_property
    def passes_workers(self) -> bool:
        """Whether ``workers=`` given to the constructor reaches the base."""
        instance = uncalled.unknown_instance(self.evaluator, self.cls)
        value = self.evaluator.root.get((instance.ref, "workers"))
        return value is not None and any(not isinstance(part, Const) for part in alternatives(value))

    @property
    def consumers(self) -> list[TrainingCall]:
        """The calls that train from objects of this class."""
        return [call for instance in self.instances for call in instance.consumers]

    @property
    def is_kept_from_keras(self) -> bool:
        """Whether a script makes all objects of the class, and hands none of them to anything."""
        made = [each.instance for each in self.instances]
        return (
            bool(made)
            and not self.consumers
            and all(each.call is not None and _is_in_script(each.call) for each in made)
            and not any(
                leaf is each
                for record in self.evaluator.records
                if not record.callee.startswith("builtins.")
                for value in record.arguments.values()
                for leaf in leaves(value)
                for each in made
            )
        )

    @cached_property
    def records(self) -> tuple[CallRecord, ...]:
        """What the evaluation of ``__getitem__`` recorded, on the known objects of the class."""
        if self.instances:
            return tuple(record for made in self.instances[:MAX_INSTANCES] for record in made.records)
        return records_of(self.evaluator, uncalled.unknown_instance(self.evaluator, self.cls))

    @cached_property
    def work(self) -> tuple[ItemWork, ...]:
        """The work that ``__getitem__`` does on any of the objects.

        Where it is left to subclasses, that of the one which does least.
        """
        by_subclasses = [item_work(each.records) for each in self._implementations]
        return min(by_subclasses, key=_cost) if by_subclasses else item_work(self.records)

    @cached_property
    def _implementations(self) -> list[SequenceClass]:
        """The subclasses that define every method that ``__getitem__`` calls and the class itself does not."""
        missing = set() if self.instances else overrides.abstract_methods(self.records)
        return [
            each
            for each in self.others
            if missing and self.cls in each.cls.ancestors and all(map(each.defines, missing))
        ]

    def defines(self, name: str) -> bool:
        """Whether the class or one of its bases has a method that does something."""
        method = self.method(name)
        return method is not None and not overrides.is_abstract(method)

    def repeats(self, item: ItemWork) -> bool:
        """Whether the same loop is shown better where another class, which wraps this one or is wrapped, has it.

        A class that something trains from comes first, then the one that holds the loop.
        """
        return any(
            (not self.consumers or bool(other.consumers))
            if item.is_of_another
            else (bool(other.consumers) and not self.consumers)
            for other in self.others
            if (item.call.site, not item.is_of_another) in other._places
        )

    @cached_property
    def _places(self) -> frozenset[tuple[Site, bool]]:
        return frozenset((item.call.site, item.is_of_another) for item in self.work)

    @cached_property
    def keeps_results(self) -> bool:
        """Whether ``__getitem__`` looks its result up in ``self`` first and keeps what it made there."""
        function = self.method("__getitem__")
        return (
            function is not None
            and isinstance(function.node, ir.FunctionDef)
            and keeps_results(function.node)
        )

    def hoistable(self, loop: Site) -> Hoist | None:
        """How the work of a comprehension could be done once in ``__init__``, None where that is not proven."""
        function = self.method("__getitem__")
        constructor = self.constructor
        known = all(item.work is not Work.UNSEEN for item in self.work)
        if constructor is None or function is None or self.is_random or not known:
            return None
        if not isinstance(function.node, ir.FunctionDef) or function.node not in self.cls.node.body:
            return None
        hoist = find_hoist(self.cls, constructor, function.node, loop, self._is_array)
        if hoist is None:
            return None
        made = [record.result for record in self.records if record.site == hoist.whole]
        dtypes = {each.dtype for each in made if isinstance(each, Array)}
        return replace(
            hoist,
            samples=self._samples(hoist.attribute),
            itemsize=_ITEM_SIZES.get(dtypes.pop() or "") if len(dtypes) == 1 else None,
        )

    def as_pipeline(self) -> TensorPipeline:
        """The class as a function that makes a pipeline of tf.data; raises where something has no counterpart."""
        function, constructor = self.method("__getitem__"), self.constructor
        if constructor is None or function is None or not isinstance(function.node, ir.FunctionDef):
            raise UntranslatableError("a class whose methods stand in several classes")
        if function.node not in self.cls.node.body:
            raise UntranslatableError("a class whose methods stand in several classes")
        return tensor_pipeline(self.cls, constructor, function.node, self.records)

    def _arrays(self, attribute: str) -> list[Value | None]:
        return [self.evaluator.root.get((made.instance.ref, attribute)) for made in self.instances]

    def _is_array(self, attribute: str) -> bool:
        values = self._arrays(attribute)
        return bool(values) and all(isinstance(value, Array) for value in values)

    def _samples(self, attribute: str) -> int | None:
        """How many rows the arrays of all objects have, where that is known."""
        shapes = [value.shape for value in self._arrays(attribute) if isinstance(value, Array)]
        return (
            sum(shape[0] or 0 for shape in shapes if shape)
            if all(shape and shape[0] for shape in shapes)
            else None
        )

    @property
    def keeps_state(self) -> bool:
        """Whether ``__getitem__`` and the methods that it calls may change something: what is unseen may."""
        methods = [self.method("__getitem__")]
        for record in self.records:
            called = record.function.function if isinstance(record.function, Method) else record.function
            if isinstance(called, Function) and called.owner is not None:
                methods.append(called)
            elif isinstance(called, (Class, Function)):
                continue
            elif isinstance(record.node, ir.Call) and _may_keep_state(record.callee):
                return True
        nodes = [None if method is None else method.node for method in methods]
        return any(not isinstance(node, ir.FunctionDef) or changes_itself(node) for node in nodes)

    @property
    def is_random(self) -> bool:
        """Whether ``__getitem__`` draws random numbers, as far as can be seen."""
        return any(record.callee.startswith(_RANDOM) for record in self.records)


def _calls_constructor(node: ir.Expression) -> bool:
    """Whether an expression is ``super().__init__()``, with nothing that could be handed on twice."""
    return (
        isinstance(node, ir.Call)
        and isinstance(node.func, ir.Attribute)
        and node.func.attr == "__init__"
        and isinstance(node.func.value, ir.Call)
        and isinstance(node.func.value.func, ir.Name)
        and node.func.value.func.id == "super"
        and not node.arguments
    )


def _may_keep_state(callee: str) -> bool:
    """Whether a call may read or change what outlives it; what nobody looked at may."""
    return callee.startswith(_STATEFUL_READERS) or callee.partition(".")[0] not in _STATELESS_PACKAGES


def records_of(evaluator: Evaluator, instance: Instance) -> tuple[CallRecord, ...]:
    """What the evaluation of ``__getitem__`` on an object records."""
    function = attributes.class_attribute(evaluator, instance.cls, "__getitem__")
    return functions.run_method(evaluator, function, instance)[0] if isinstance(function, Function) else ()


def _is_in_script(record: CallRecord) -> bool:
    """Whether code at module level reaches a call."""
    return not record.frames or record.frames[0].call is not None


def item_work(records: Iterable[CallRecord], around: Container[Site] = ()) -> tuple[ItemWork, ...]:
    """The work among what ``__getitem__`` does, each place once, in the order of evaluation.

    Loops ``around`` are over batches, as those that yield them are.
    """
    done = tuple(records)
    # What a data set maps is done by tf.data's own threads, whoever goes over the data set.
    mapped = {id(each) for record in done if isinstance(record.receiver, Dataset) for each in record.inner}
    found: dict[Site, ItemWork] = {}
    for record in done:
        item = None if id(record) in mapped else _item_work(record, around)
        if item is not None and record.site not in found:
            found[record.site] = item
    return tuple(found.values())


def _cost(items: tuple[ItemWork, ...]) -> int:
    """A number that is higher for costlier work."""
    return max((-item.work.rank for item in items if item.is_per_sample), default=-len(Work))


def _item_work(record: CallRecord, around: Container[Site]) -> ItemWork | None:
    if runs_in_pool(record.frames):
        return None
    work = _work(record)
    if work is Work.NONE:
        return None
    index = _sample_loop(record, around)
    if index is None:
        whole_batch = work.is_costly or work is Work.READ
        return ItemWork(work, record, None, record.site) if whole_batch else None
    loop = record.loops[index]
    return ItemWork(work, record, loop, _place_in_getitem(record, index))


def _work(record: CallRecord) -> Work:
    if record.callee:
        work = work_of(record.callee)
        unseen = work is Work.NONE and is_unseen(record.callee) and _may_work(record)
        return Work.UNSEEN if unseen else work
    if record.function is UNKNOWN and isinstance(record.node, ir.Call):
        # A method of an unknown object is as likely a lookup as work; a function by name is what is meant.
        called = record.node.func
        unseen = isinstance(called, ir.Name) and not hasattr(builtins, called.id)
        return Work.UNSEEN if unseen else Work.NONE
    return Work.NONE


def _may_work(record: CallRecord) -> bool:
    """Whether a call is one of a function or a method, by its name neither a constructor nor a mere look-up."""
    if isinstance(record.function, External):
        return record.function.base is not None and not is_lookup(record.function.path)
    return isinstance(record.function, Symbol) and not record.function.name.rpartition(".")[2][:1].isupper()


def _sample_loop(record: CallRecord, around: Container[Site]) -> int | None:
    for index, loop in enumerate(record.loops):
        if loop.kind == "while" or loop.site in around:
            continue
        if loop.passes is None or loop.passes > FEW_PASSES:
            return index
    return None


def _place_in_getitem(record: CallRecord, loop: int) -> Site:
    """The loop where ``__getitem__`` itself holds it, else the call of the helper that does."""
    holder = max(index for index, frame in enumerate(record.frames) if frame.loops <= loop)
    call = record.frames[1].call if holder > 0 and len(record.frames) > 1 else None
    return record.loops[loop].site if call is None else call.site


def sequence_classes(
    evaluator: Evaluator, index: CallIndex, calls: ReadOnlySequence[TrainingCall]
) -> Iterator[SequenceClass]:
    """The ``PyDataset`` classes of the program with their objects and what trains from them."""
    classes: dict[int, SequenceClass] = {}
    for cls in evaluator.classes:
        if attributes.derives_from(cls, SEQUENCE):
            classes[cls.scope] = SequenceClass(cls, evaluator)
    made: dict[int, SequenceInstance] = {}
    for record in index.makers if classes else ():
        if isinstance(record.function, Class) and isinstance(record.result, Instance):
            owner = classes.get(record.function.scope)
            if owner is not None and record.result.ref not in made:
                instance = SequenceInstance(record.result, evaluator)
                made[record.result.ref] = instance
                owner.instances.append(instance)
    for call in calls:
        for argument in (call.data, call.argument("validation_data").value):
            for part in alternatives(argument) if argument is not None else ():
                if isinstance(part, Instance) and part.ref in made:
                    made[part.ref].consumers.append(call)
    found = list(classes.values())
    for each in found:
        each.others = [other for other in found if other is not each]
    yield from found
