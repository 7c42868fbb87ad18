"""tf.data: what makes a dataset, what each step does to its elements, what iterates it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import arrays
from keraslint.semantics.evaluation import calls
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.arguments import Argument
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import DatasetIterator
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Generator
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Partial
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Step
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Union
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import datasets_of
from keraslint.semantics.evaluation.values import join

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

DATASET = "tensorflow.data.Dataset"
_KERAS_MAKERS = (
    "audio_dataset_from_directory",
    "image_dataset_from_directory",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
)
_FILES = ("FixedLengthRecordDataset", "TFRecordDataset", "TextLineDataset")
_MAPPING = ("filter", "map", "scan", "take_while", "reduce")
_NESTING = ("flat_map", "interleave")
_ITERATORS = ("as_numpy_iterator", "make_initializable_iterator", "make_one_shot_iterator", "__iter__")
_SAME_ELEMENTS = (
    "cache",
    "concatenate",
    "filter",
    "ignore_errors",
    "prefetch",
    "rebatch",
    "repeat",
    "shard",
    "shuffle",
    "skip",
    "snapshot",
    "take",
    "take_while",
    "unique",
    "with_options",
)
_BATCHING = ("batch", "padded_batch", "ragged_batch", "sparse_batch")
_OTHER_STEPS = ("bucket_by_sequence_length", "group_by_window", "rejection_resample")
_CONVERTERS = ("prepare_tf_dataset", "to_tf_dataset")
_TFDS = "tensorflow_datasets.load"
_STRING = Tensor((), "string", None, True)


def construct(evaluator: Evaluator, symbol: Symbol, given: Arguments, record: CallRecord) -> Value | None:
    """The dataset that a call of another package's symbol makes, None where it makes none."""
    package, _, name = symbol.name.rpartition(".")
    if package == DATASET:
        return _construct_by_method(evaluator, name, given, record)
    if package.startswith("tensorflow.data") and (name in _FILES or name.endswith("Dataset")):
        return _source(name, record, _STRING)
    if package.startswith("tensorflow.data.experimental"):
        return _construct_experimental(evaluator, name, given, record)
    if symbol.name.startswith("keras.") and name in _KERAS_MAKERS:
        return _from_directory(given, name, record)
    if symbol.name == "keras.utils.split_dataset":
        return Sequence("tuple", (_source(name, record), _source(name, record)))
    if symbol.name == "tensorflow_datasets.load":
        return _from_tfds(evaluator, given, record)
    return None


def construct_by_method(
    evaluator: Evaluator, receiver: Value, method: str, given: Arguments, record: CallRecord
) -> Value | None:
    """The dataset that a method of another package's object, or of an unknown one, gives."""
    if method in _CONVERTERS:
        return _source(method, record)
    if method == "experimental_distribute_dataset" and given.positional:
        return _distributed(given.positional[0], record)
    if method in ("distribute_datasets_from_function", "experimental_distribute_datasets_from_function"):
        function = given.positional[0] if given.positional else UNKNOWN
        # It is the function that is called here, and by no method.
        inside = replace(record, inner=[], method="", receiver=None)
        return _distributed(calls.call(evaluator, function, Arguments((UNKNOWN,)), inside), record)
    if isinstance(receiver, External) and receiver.name.startswith("tensorflow_datasets."):
        return _from_tfds(evaluator, given, record) if method == "as_dataset" else None
    return None


def _distributed(value: Value, record: CallRecord) -> Value | None:
    parts = datasets_of(value)
    return join(*(_step(part, "distribute", record, part.element) for part in parts)) if parts else None


def _source(name: str, record: CallRecord, element: Value = UNKNOWN) -> Dataset:
    return Dataset(Step(name, record), None, element)


def _construct_by_method(
    evaluator: Evaluator, name: str, given: Arguments, record: CallRecord
) -> Value | None:
    first = given.positional[0] if given.positional else UNKNOWN
    if name == "from_tensor_slices":
        tensors = first if given.positional else given.keyword("tensors") or UNKNOWN
        return _source(name, record, _sliced(evaluator, tensors))
    if name == "from_tensors":
        return _source(name, record, _tensors(evaluator, first))
    if name == "from_generator":
        return _from_generator(evaluator, record)
    if name in ("range", "random"):
        return _source(name, record, Tensor((), "int64", None, True))
    if name == "list_files":
        return _source(name, record, _STRING)
    if name == "load":
        return _source(name, record, Tensor(None, None, None, True))
    if name in ("zip", "sample_from_datasets", "choose_from_datasets"):
        return _combine(evaluator, name, given, record)
    receiver = first
    if isinstance(receiver, Dataset):
        # Dataset.map(dataset, function): the unbound form.
        return call_method(evaluator, receiver, name, replace(given, positional=given.positional[1:]), record)
    return None


def _construct_experimental(
    evaluator: Evaluator, name: str, given: Arguments, record: CallRecord
) -> Value | None:
    if name in ("make_csv_dataset", "make_batched_features_dataset", "CsvDataset", "SqlDataset"):
        return _source(name, record)
    if name in ("sample_from_datasets", "choose_from_datasets"):
        return _combine(evaluator, name, given, record)
    if name == "load" and given.positional:
        return _source(name, record)
    return None


def _from_directory(given: Arguments, name: str, record: CallRecord) -> Value:
    size = given.keyword("image_size")
    sides: tuple[int | None, ...] = (256, 256)
    if isinstance(size, Sequence) and size.items is not None:
        sides = tuple(
            part.value if isinstance(part, Const) and isinstance(part.value, int) else None
            for part in size.items
        )
    elif size is not None:
        sides = (None, None)
    image = Tensor((None, *sides, None), "float32", None, True)
    element: Value = Sequence("tuple", (image, Tensor(None, None, None, True)))
    labels = given.keyword("labels")
    if isinstance(labels, Const) and labels.value is None:
        element = image
    dataset = _source(name, record, element if name.startswith("image") else UNKNOWN)
    subset = given.keyword("subset")
    if isinstance(subset, Const) and subset.value == "both":
        return Sequence("tuple", (dataset, dataset))
    return dataset


def _from_tfds(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    pairs = given.keyword("as_supervised") == Const(True)
    whole = given.keyword("batch_size") == Const(-1)

    def split() -> Value:
        if whole:
            # No dataset, but tensors that hold all samples.
            tensors = (Array(None, None, _TFDS), Array(None, None, _TFDS))
            return Sequence("tuple", tensors) if pairs else UNKNOWN
        pair = Sequence("tuple", (Tensor(None, None, None, True), Tensor(None, None, None, True)))
        return _source("tfds.load", record, pair if pairs else UNKNOWN)

    named = given.keyword("split") or (given.positional[1] if len(given.positional) > 1 else None)
    splits = iteration.items(evaluator, named) if isinstance(named, Sequence) else None
    result: Value
    if splits is not None:
        result = Sequence("list", tuple(split() for _ in splits))
    elif named is None:
        result = Mapping(tuple((key, split()) for key in ("train", "test", "validation")), True)
    else:
        result = split()
    return Sequence("tuple", (result, UNKNOWN)) if given.keyword("with_info") == Const(True) else result


def _from_generator(evaluator: Evaluator, record: CallRecord) -> Dataset:
    generator = argument(record, "generator").value or UNKNOWN
    given = _as_arrays(evaluator, argument(record, "args"))
    with evaluator.capture() as inner:
        made = calls.call(evaluator, generator, given, replace(record, inner=[], callee="", arguments=given))
    record.inner = list(inner)
    element = made.element if isinstance(made, Generator) else UNKNOWN
    return _source("from_generator", record, _tensors(evaluator, element))


def _as_arrays(evaluator: Evaluator, given: Argument) -> Arguments:
    """What a generator is called with: tensors that are NumPy arrays by then."""
    if given.is_absent:
        return Arguments()
    items = None if given.value is None else iteration.items(evaluator, given.value)
    if items is None:
        return Arguments(open=True)
    return Arguments(tuple(arrays.array_of(evaluator, item, None, "numpy.array") for item in items))


def _combine(evaluator: Evaluator, name: str, given: Arguments, record: CallRecord) -> Value:
    parts = given.positional
    if name != "zip" or len(parts) <= 1:
        listed = parts[0] if parts else given.keyword("datasets")
        parts = () if listed is None else iteration.items(evaluator, listed) or ()
    inputs = tuple(part for part in parts if isinstance(part, Dataset))
    if name == "zip":
        element: Value = Sequence("tuple", tuple(iteration.element(evaluator, part) for part in parts))
    else:
        element = join(*(part.element for part in inputs)) if inputs else UNKNOWN
    return Dataset(Step(name, record, inputs), None, element)


def call_method(
    evaluator: Evaluator,
    receiver: Dataset | DatasetIterator,
    method: str,
    given: Arguments,
    record: CallRecord,
) -> Value:
    """A method of a dataset, or of an iterator over one."""
    record.callee = f"{DATASET}.{method}"
    evaluator.records.append(record)
    if isinstance(receiver, DatasetIterator):
        return receiver.dataset.element if method in ("get_next", "next", "__next__") else UNKNOWN
    if method in _ITERATORS:
        return DatasetIterator(receiver)
    if method == "apply":
        return _apply(evaluator, receiver, given, record)
    if method in _NESTING:
        return _nest(evaluator, receiver, method, given, record)
    if method in _MAPPING:
        return _map(evaluator, receiver, method, given, record)
    if method in _BATCHING:
        size = given.positional[0] if given.positional else given.keyword("batch_size")
        dropped = given.keyword("drop_remainder")
        exact = isinstance(dropped, Const) and dropped.value is True
        batch = size.value if exact and isinstance(size, Const) and isinstance(size.value, int) else None
        ragged = method != "batch"
        return _step(receiver, method, record, _batched(receiver.element, batch, ragged))
    if method == "unbatch":
        return _step(receiver, method, record, _unbatched(receiver.element))
    if method == "enumerate":
        index = Tensor((), "int64", None, True)
        return _step(receiver, method, record, Sequence("tuple", (index, receiver.element)))
    if method == "window":
        return _step(receiver, method, record, _windows(receiver.element, record))
    if method == "concatenate":
        other = given.positional[0] if given.positional else UNKNOWN
        inputs = (other,) if isinstance(other, Dataset) else ()
        return Dataset(Step(method, record, inputs), receiver, receiver.element)
    if method in _SAME_ELEMENTS:
        return _step(receiver, method, record, receiver.element)
    if method in _OTHER_STEPS:
        return _step(receiver, method, record, UNKNOWN)
    if method in ("cardinality", "__len__"):
        return Some("int")
    return UNKNOWN


def _step(dataset: Dataset, name: str, record: CallRecord, element: Value) -> Dataset:
    return Dataset(Step(name, record), dataset, element)


def mapper(given: Arguments) -> Value:
    """The function given to ``map`` and its kind."""
    if given.positional:
        return given.positional[0]
    for name in ("map_func", "predicate", "reduce_func", "scan_func"):
        value = given.keyword(name)
        if value is not None:
            return value
    return UNKNOWN


def _call_on_element(evaluator: Evaluator, function: Value, element: Value, record: CallRecord) -> Value:
    """Call a mapped function as tf.data does: a tuple is spread over the parameters."""
    positional: tuple[Value, ...] = (element,)
    if isinstance(element, Sequence) and element.kind == "tuple" and element.items is not None:
        positional = element.items
    elif element is UNKNOWN:
        positional = (Tensor(None, None, None, True),) * _arity(function)
    with evaluator.capture() as inner:
        given = Arguments(positional)
        own = replace(record, callee="", arguments=given, receiver=None, method="", inner=[])
        own.result = result = calls.call(evaluator, function, given, own)
    record.inner = list(inner)
    record.returned = result
    return result


def _arity(function: Value) -> int:
    if isinstance(function, Function):
        required = [p for p, d in zip(function.node.parameters, function.defaults, strict=True) if d is None]
        return max(1, len([p for p in required if p.kind in ("positional", "positional-only")]))
    return 1


def _map(evaluator: Evaluator, receiver: Dataset, method: str, given: Arguments, record: CallRecord) -> Value:
    result = _call_on_element(evaluator, mapper(given), receiver.element, record)
    if method == "reduce":
        return UNKNOWN
    element = receiver.element if method in ("filter", "take_while") else _tensors(evaluator, result)
    return _step(receiver, method, record, element)


def _nest(
    evaluator: Evaluator, receiver: Dataset, method: str, given: Arguments, record: CallRecord
) -> Value:
    result = _call_on_element(evaluator, mapper(given), receiver.element, record)
    nested = result if isinstance(result, Dataset) else None
    element = UNKNOWN if nested is None else nested.element
    return Dataset(Step(method, record, (), nested), receiver, element)


def _apply(evaluator: Evaluator, receiver: Dataset, given: Arguments, record: CallRecord) -> Value:
    function = given.positional[0] if given.positional else given.keyword("transformation_func")
    if isinstance(function, (Function, Instance, Method, Partial)):
        return calls.call(evaluator, function, Arguments((receiver,)), replace(record, inner=[], callee=""))
    made_by = getattr(function, "made_by", "")
    name = made_by.rsplit(".", 1)[-1] if made_by else "apply"
    element = receiver.element
    if name == "unbatch":
        element = _unbatched(element)
    elif name not in ("prefetch_to_device", "shuffle_and_repeat", "ignore_errors", "copy_to_device"):
        element = UNKNOWN
    return _step(receiver, name, record, element)


# Elements


def _sliced(evaluator: Evaluator, value: Value) -> Value:
    value = iteration.contents(evaluator, value)
    if isinstance(value, Sequence) and value.kind == "tuple" and value.items is not None:
        return Sequence("tuple", tuple(_sliced(evaluator, item) for item in value.items))
    if isinstance(value, Mapping):
        items = tuple((key, _sliced(evaluator, item)) for key, item in value.items)
        return Mapping(items, value.open)
    if isinstance(value, Array):
        shape = value.shape[1:] if value.shape else None
        return Tensor(shape, value.dtype, None, True)
    if isinstance(value, Sequence):
        element = iteration.element(evaluator, value)
        if isinstance(element, Union) and all(isinstance(p, (Const, Some)) for p in element.alternatives):
            element = element.alternatives[0]
        if isinstance(element, (Const, Some)):
            return Tensor((), _python_dtype(element), None, True)
        return Tensor(None, None, None, True)
    return Tensor(None, None, None, True)


def _python_dtype(value: Value) -> str | None:
    kind = value.type if isinstance(value, Some) else type(getattr(value, "value", None)).__name__
    return {"str": "string", "float": "float32", "int": "int32", "bool": "bool"}.get(kind)


def _tensors(evaluator: Evaluator, value: Value) -> Value:
    """A structure of tensors from what a function returned: Python numbers and arrays become tensors."""
    value = iteration.contents(evaluator, value)
    if isinstance(value, Sequence) and value.items is not None:
        return Sequence("tuple", tuple(_tensors(evaluator, item) for item in value.items))
    if isinstance(value, Mapping):
        return Mapping(tuple((key, _tensors(evaluator, item)) for key, item in value.items), value.open)
    if isinstance(value, Array):
        return Tensor(value.shape, value.dtype, None, True)
    if isinstance(value, (Const, Some)):
        return Tensor((), _python_dtype(value), None, True)
    if isinstance(value, Tensor):
        return Tensor(value.shape, value.dtype, None, True)
    return UNKNOWN


def _batched(element: Value, size: int | None, ragged: bool) -> Value:
    if isinstance(element, Sequence) and element.items is not None:
        return Sequence("tuple", tuple(_batched(item, size, ragged) for item in element.items))
    if isinstance(element, Mapping):
        items = tuple((key, _batched(item, size, ragged)) for key, item in element.items)
        return Mapping(items, element.open)
    if isinstance(element, Tensor):
        if element.shape is None:
            return Tensor(None, element.dtype, None, True)
        inner = tuple(None for _ in element.shape) if ragged else element.shape
        return Tensor((size, *inner), element.dtype, None, True)
    return UNKNOWN


def _windows(element: Value, record: CallRecord) -> Value:
    """Each component of a windowed element is a dataset of its own."""
    if isinstance(element, Sequence) and element.items is not None:
        return Sequence("tuple", tuple(_windows(item, record) for item in element.items))
    if isinstance(element, Mapping):
        return Mapping(tuple((key, _windows(item, record)) for key, item in element.items), element.open)
    return _source("window", record, element)


def _unbatched(element: Value) -> Value:
    if isinstance(element, Sequence) and element.items is not None:
        return Sequence("tuple", tuple(_unbatched(item) for item in element.items))
    if isinstance(element, Mapping):
        return Mapping(tuple((key, _unbatched(item)) for key, item in element.items), element.open)
    if isinstance(element, Tensor):
        return Tensor(element.shape[1:] if element.shape else None, element.dtype, None, True)
    return UNKNOWN
