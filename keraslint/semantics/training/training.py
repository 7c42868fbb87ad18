"""Training, evaluation and prediction: the calls, and the loops that stand for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING

from keraslint.semantics import names
from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation.arguments import Argument
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.arguments import keyword_names
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.operations import Kind
from keraslint.semantics.evaluation.operations import kind_of
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Context
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import DatasetIterator
from keraslint.semantics.evaluation.values import Enumerated
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Generator
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import datasets_of
from keraslint.semantics.evaluation.values import join
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.evaluation.values import without_none
from keraslint.semantics.evaluation.walking import within
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

SEQUENCE = "keras.utils.PyDataset"
MODEL = "keras.Model"
METHODS = frozenset(
    {
        "evaluate",
        "evaluate_generator",
        "fit",
        "fit_generator",
        "predict",
        "predict_generator",
        "predict_on_batch",
        "test_on_batch",
        "train_on_batch",
    }
)
TRAINING_METHODS = ("fit", "fit_generator", "train_on_batch", "custom-loop")
# Keyword arguments of fit, evaluate and predict that scikit-learn's and others' methods do not have.
_KERAS_ONLY = {
    "batch_size",
    "callbacks",
    "class_weight",
    "epochs",
    "initial_epoch",
    "max_queue_size",
    "nb_epoch",
    "steps",
    "steps_per_epoch",
    "use_multiprocessing",
    "validation_batch_size",
    "validation_data",
    "validation_freq",
    "validation_split",
    "validation_steps",
    "workers",
}
_KERAS_ONLY_METHODS = ("evaluate_generator", "fit_generator", "predict_generator")
_BATCH_METHODS = ("predict_on_batch", "test_on_batch", "train_on_batch")
_LOOP_CALLS = (
    "tensorflow.GradientTape",
    "keras.Model()",
    f"{MODEL}.train_on_batch",
    f"{MODEL}.test_on_batch",
)
_WEIGHTS = ("trainable_variables", "trainable_weights", "variables", "weights")
# Packages whose objects have methods of these names and are no Keras models.
_OTHER_PACKAGES = (
    "builtins.",
    "catboost.",
    "gensim.",
    "lightgbm.",
    "lightning.",
    "numpy.",
    "pandas.",
    "pytorch_lightning.",
    "scipy.",
    "sklearn.",
    "skorch.",
    "statsmodels.",
    "torch.",
    "unittest.",
    "xgboost.",
)
_MAKERS_OF_ANYTHING = ("keras.layers.deserialize", "keras.saving.deserialize_keras_object")
_IMAGE_ITERATORS = ("flow", "flow_from_dataframe", "flow_from_directory")


@dataclass(eq=False)
class TrainingCall:
    """One evaluation of a call that trains, evaluates or predicts, or of a loop that does.

    ``is_certain`` is false where only the form of the call says that the
    receiver is a Keras model.
    """

    record: CallRecord
    method: str
    at: Site
    data: Value
    data_kind: str
    model: Value
    is_certain: bool
    evaluator: Evaluator = field(repr=False)

    @property
    def name_at(self) -> Site:
        """The name of the method, or the loop."""
        return self.at if self.method == "custom-loop" else self.record.name_site

    @property
    def loops(self) -> tuple[Loop, ...]:
        """The loops around the call, outermost first."""
        return self.record.loops

    @property
    def contexts(self) -> tuple[Context, ...]:
        """The ``with`` items around the call, outermost first."""
        return self.record.contexts

    @property
    def is_in_script(self) -> bool:
        """Whether code at module level reaches the call: the program is a script that trains."""
        frames = self.record.frames
        return not frames or frames[0].call is not None

    @property
    def script(self) -> str:
        """The file whose module-level code reaches the call."""
        frames = self.record.frames
        first = frames[0].call if frames else None
        return self.at.file if first is None else first.site.file

    @property
    def trains(self) -> bool:
        """Whether weights are updated."""
        return self.method in TRAINING_METHODS

    @property
    def is_written_out(self) -> bool:
        """Whether every argument stands in the call by itself: none came by ``*``, ``**`` or ``partial``."""
        node, given = self.record.node, self.record.arguments
        return (
            isinstance(node, ir.Call)
            and not any(each.star for each in node.arguments)
            and len(node.arguments) == len(given.positional) + len(given.keywords)
        )

    @property
    def is_generation_2(self) -> bool:
        """Whether the import itself says that this is Keras 2 (``tf_keras``)."""
        return self.record.generation == 2 or _generation(self.model) == 2

    def argument(self, name: str) -> Argument:
        """An argument of the call."""
        if self.method == "custom-loop":
            return Argument(name, None)
        if self.record.callee:
            return argument(self.record, name)
        value = self.record.arguments.keyword(name)
        return Argument(name, value, self.record.arguments.open and value is None)


def _generation(model: Value) -> int | None:
    if isinstance(model, Model):
        return model.call.generation
    if isinstance(model, Instance):
        generations = [base.generation for base in attributes.external_bases(model.cls)]
        return generations[0] if generations else None
    return None


def training_calls(evaluator: Evaluator, index: CallIndex) -> Iterator[TrainingCall]:
    """All training calls of the program, in the order of their evaluation."""
    loops_seen: set[tuple[Site, tuple[int, ...]]] = set()
    training: set[Site] = set()
    advanced = _advanced_iterators(index.of("builtins.next"))
    has_images = any("ImageDataGenerator" in callee for callee in index.callees)
    images = _advanced_image_iterators(evaluator.records) if has_images else {}
    asking = [record for method in METHODS for record in index.of_method(method)]
    stepping = [record for callee in _LOOP_CALLS for record in index.of(callee)]
    stepping += [record for record in index.compiled if isinstance(record.function, Function)]
    updating = [record for record in index.calling("apply_gradients") if _updates_model(record)]
    steps, updates = (set(map(id, each)) for each in (stepping, updating))
    for record in index.in_order((*asking, *stepping, *updating)):
        if record.method in METHODS:
            call = _training_call(evaluator, record)
            if call is not None:
                yield call
        looping = _custom_loop(record, advanced) if id(record) in steps else None
        if looping is not None:
            loop, data = looping
            training.add(loop.site)
            key = (loop.site, tuple(map(id, alternatives(data))))
            if key not in loops_seen:
                loops_seen.add(key)
                yield TrainingCall(
                    record, "custom-loop", loop.site, data, "dataset", UNKNOWN, True, evaluator
                )
        elif id(record) in updates and not any(loop.site in training for loop in record.loops):
            inner = record.loops[-1]
            training.add(inner.site)
            batches = images.get(id(inner), UNKNOWN)
            kind = data_kind(evaluator, batches)
            yield TrainingCall(record, "custom-loop", inner.site, batches, kind, UNKNOWN, True, evaluator)


def _training_call(evaluator: Evaluator, record: CallRecord) -> TrainingCall | None:
    if isinstance(record.function, Function) or (
        isinstance(record.function, Method) and record.function.function is not None
    ):
        # The class overrides the method: what its own code trains is recorded there.
        return None
    known = record.callee == f"{MODEL}.{record.method}" or is_model(record.receiver)
    data = _data(record)
    if not known and not _is_training_by_form(evaluator, record, data):
        return None
    parts = alternatives(record.receiver) if record.receiver is not None else ()
    certain = known and UNKNOWN not in parts
    receiver = UNKNOWN if record.receiver is None else record.receiver
    return TrainingCall(
        record, record.method, record.site, data, data_kind(evaluator, data), receiver, certain, evaluator
    )


def is_model(value: Value | None) -> bool:
    """Whether a value is or may be a Keras model that the program makes."""
    if value is None:
        return False
    return any(
        isinstance(part, Model) or (isinstance(part, Instance) and attributes.derives_from(part.cls, MODEL))
        for part in alternatives(value)
    )


def _is_training_by_form(evaluator: Evaluator, record: CallRecord, data: Value) -> bool:
    """Whether a call on an unknown receiver can be nothing but Keras's."""
    receivers = alternatives(record.receiver) if record.receiver is not None else ()
    if not isinstance(record.node, ir.Call) or not receivers:
        return False
    if not all(part is UNKNOWN or _may_be_model(part) for part in receivers):
        return False
    if record.site.file not in evaluator.framework_files or record.arguments.keyword("input_fn") is not None:
        return False
    if record.method in _KERAS_ONLY_METHODS:
        return True
    if record.method in _BATCH_METHODS:
        return True
    if keyword_names(record.arguments) & _KERAS_ONLY:
        return True
    return any(isinstance(part, Dataset) or is_sequence(part) for part in alternatives(data))


def _may_be_model(value: Value) -> bool:
    """Whether an object of another package may be a Keras model: one that its own API does not name."""
    if isinstance(value, Instance):
        return any(_is_foreign(base.name) for base in attributes.external_bases(value.cls))
    if not isinstance(value, External):
        return False
    return value.made_by in _MAKERS_OF_ANYTHING or _is_foreign(value.name.split("()", 1)[0])


def _is_foreign(name: str) -> bool:
    """Whether a symbol is of a package that is neither Keras's nor one whose models are known to be others."""
    return not name.startswith(_OTHER_PACKAGES) and not names.exists(name)


def _data(record: CallRecord) -> Value:
    given = record.arguments
    if given.positional:
        return without_none(given.positional[0])
    for name in ("x", "generator", "data"):
        value = given.keyword(name)
        if value is not None:
            return without_none(value)
    return UNKNOWN


def is_sequence(value: Value) -> bool:
    """Whether a value is a Keras ``PyDataset`` (``Sequence``)."""
    return isinstance(value, Instance) and attributes.derives_from(value.cls, SEQUENCE)


def data_kind(evaluator: Evaluator, data: Value) -> str:
    """What the data argument is; alternatives of different kinds are unknown."""
    kinds = {_kind(evaluator, part) for part in alternatives(data)}
    return kinds.pop() if len(kinds) == 1 else "unknown"


def _kind(evaluator: Evaluator, data: Value) -> str:
    if isinstance(data, (Dataset, DatasetIterator)):
        return "dataset"
    if is_sequence(data):
        return "sequence"
    if isinstance(data, Generator):
        return "generator"
    if isinstance(data, Instance) and attributes.class_attribute(evaluator, data.cls, "__next__") is not None:
        return "generator"
    if isinstance(data, (Array, Tensor)):
        return "arrays"
    if isinstance(data, External):
        return _external_kind(data)
    if isinstance(data, Sequence) and data.kind in ("filter", "generator", "map", "zip"):
        return "generator"
    if isinstance(data, Mapping) or (isinstance(data, Sequence) and data.kind in ("list", "tuple")):
        # Keras takes these for arrays, whatever they hold; of anything else inside it makes nothing.
        kinds = {_kind(evaluator, part) for leaf in leaves(data) for part in alternatives(leaf)}
        return "arrays" if kinds <= {"arrays", "unknown"} else "unknown"
    return "unknown"


_ARRAY_MAKERS = (
    "PIL.",
    "cv2.",
    "h5py.",
    "keras.ops.",
    "keras.random.",
    "numpy.",
    "pandas.",
    "scipy.",
    "skimage.",
    "sklearn.",
)
# Keras's own functions that give arrays.
_ARRAY_UTILITIES = (
    "img_to_array",
    "normalize",
    "pad_sequences",
    "preprocess_input",
    "slice_arrays",
    "to_categorical",
)
_TO_ARRAY = ("astype", "numpy", "reshape", "to_numpy", "to_tensor", "toarray")
_OF_ITERATOR = re.compile(
    rf"ImageDataGenerator\(\)\.({'|'.join(_IMAGE_ITERATORS)})\(\)(\.next\(\)|\.__next__\(\)|\[\])"
)


def is_image_iterator(data: External) -> bool:
    """Whether a value is what a ``flow`` method of ``ImageDataGenerator`` gives."""
    called = data.name.removesuffix("()").rsplit(".", 1)[-1]
    return "ImageDataGenerator()" in data.name and called in _IMAGE_ITERATORS


def _external_kind(data: External) -> str:
    called = data.name.removesuffix("()").rsplit(".", 1)[-1]
    if is_image_iterator(data):
        return "image-iterator"
    if "ImageDataGenerator()" in data.name:
        if _OF_ITERATOR.search(data.name):
            return "arrays"
    if data.made_by and names.is_a(data.made_by, SEQUENCE):
        return "sequence"
    if data.name in ("torch.utils.data.DataLoader()", "torch.utils.data.dataloader.DataLoader()"):
        return "dataloader"
    if called in ("to_tf_dataset", "prepare_tf_dataset", "experimental_distribute_dataset"):
        return "dataset"
    if data.name.startswith(_ARRAY_MAKERS):
        return "arrays"
    if data.name.startswith("keras.") and data.name.endswith("()") and called in _ARRAY_UTILITIES:
        return "arrays"
    if data.name.endswith("()") and (called in _TO_ARRAY or kind_of(data.made_by) is not Kind.UNKNOWN):
        return "arrays"
    return "unknown"


def _custom_loop(record: CallRecord, advanced: ReadOnlyMapping[int, Value]) -> tuple[Loop, Value] | None:
    """The innermost loop over a dataset around a call that trains or evaluates step by step, and its data."""
    for loop in reversed(record.loops):
        datasets = loop_datasets(loop) if loop.kind == "for" else ()
        data = join(*datasets) if datasets else advanced.get(id(loop))
        if data is not None:
            return loop, data
    return None


def _updates_model(record: CallRecord) -> bool:
    """Whether a call in a loop changes the weights of a model by gradients."""
    if not record.loops or not isinstance(record.node, ir.Call):
        return False
    return any(
        isinstance(part, ir.Attribute) and part.attr in _WEIGHTS
        for each in record.node.arguments
        for part in within(each.value)
    )


def _advanced_image_iterators(records: Iterable[CallRecord]) -> dict[int, External]:
    """The loops that take their batches from an iterator of ``ImageDataGenerator``, by identity."""
    found: dict[int, External] = {}
    asked: set[int] = set()
    for record in records:
        if not record.loops:
            continue
        loop = record.loops[-1]
        if record.callee == "builtins.next":
            taken = record.arguments.positional[:1]
        elif id(loop) not in asked:
            asked.add(id(loop))
            taken = (loop_data(loop),)
        else:
            continue
        for data in taken:
            if isinstance(data, External) and is_image_iterator(data):
                found.setdefault(id(loop), data)
    return found


def _advanced_iterators(advances: Iterable[CallRecord]) -> dict[int, Value]:
    """The loops on whose passes a call of ``next`` takes a batch from a dataset's iterator, by identity."""
    found: dict[int, Value] = {}
    for record in advances:
        if record.loops and record.arguments.positional:
            datasets = datasets_of(record.arguments.positional[0])
            if datasets:
                found.setdefault(id(record.loops[-1]), join(*datasets))
    return found


def loop_datasets(loop: Loop) -> tuple[Dataset, ...]:
    """The datasets one of which a loop takes its batches from; none where that may be something else."""
    return datasets_of(loop_data(loop))


def loop_data(loop: Loop) -> Value:
    """What a loop iterates over, without ``enumerate`` and ``iter`` around it."""
    value = loop.iterable
    while isinstance(value, Enumerated):
        value = value.source
    return value.dataset if isinstance(value, DatasetIterator) else value
