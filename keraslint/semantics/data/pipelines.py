"""Dataset pipelines as rules read them: steps in order, judgements, options, consumers."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from keraslint.semantics.data.mapped import Mapped
from keraslint.semantics.data.mapped import element_size
from keraslint.semantics.data.mapped import judge
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.arguments import Argument
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.datasets import mapper
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import DatasetIterator
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Step
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.work import Work
from keraslint.semantics.evaluation.work import is_lookup
from keraslint.semantics.evaluation.work import is_unseen
from keraslint.semantics.evaluation.work import work_of
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.target import Target

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator
    from keraslint.semantics.training.training import TrainingCall

_MAPPING = ("map", "filter", "interleave", "flat_map", "scan", "take_while")
_WORKING = (
    *_MAPPING,
    "batch",
    "bucket_by_sequence_length",
    "from_generator",
    "group_by_window",
    "map_and_batch",
    "padded_batch",
    "parallel_interleave",
    "ragged_batch",
    "shuffle",
    "shuffle_and_repeat",
    "unbatch",
    "window",
)
_DECODING = ("decode_", "parse_", "read_file")
_HANDFUL = 16
# What a function of the program's own does is recorded by itself.
_OWN = "builtins.callable"
_BATCHING = (
    "batch",
    "bucket_by_sequence_length",
    "dense_to_ragged_batch",
    "dense_to_sparse_batch",
    "group_by_window",
    "map_and_batch",
    "padded_batch",
    "ragged_batch",
    "sparse_batch",
    "window",
)
_KEEPING = ("cache", "enumerate", "map", "prefetch", "shuffle", "with_options")
_IN_MEMORY = ("from_tensor_slices", "from_tensors", "range", "random")
_PREFETCHING = (
    "audio_dataset_from_directory",
    "image_dataset_from_directory",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
)


@dataclass(eq=False)
class DatasetStep:
    """One step of a pipeline; ``enclosing`` is the ``interleave`` or ``flat_map`` that it runs inside."""

    step: Step
    element: Value
    before: Dataset | None
    pipeline: Pipeline
    index: int
    owner: Dataset
    enclosing: Step | None
    evaluator: Evaluator = field(repr=False)

    @property
    def name(self) -> str:
        """The method's name, or the name of the function that made the dataset."""
        return self.step.name

    @property
    def record(self) -> CallRecord:
        """The call of the step."""
        return self.step.call

    @property
    def call(self) -> Site:
        """The whole call, as fixes name it."""
        return self.step.call.site

    @property
    def at(self) -> Site:
        """The name of the method, as findings name the place."""
        return self.step.call.name_site

    def argument(self, name: str) -> Argument:
        """An argument of the step's call."""
        return argument(self.step.call, name)

    @property
    def keeps_order_in_parallel(self) -> bool:
        """Whether parallel calls give their results in the same order, as far as all of the options can be seen."""
        own = self.argument("deterministic")
        option = self.pipeline.option("deterministic", "experimental_deterministic")
        return option in (None, True) if own.is_absent else own.constant is True

    @cached_property
    def mapper(self) -> Mapped:
        """The judgement of the function that the step maps."""
        return judge(self.evaluator, mapper(self.step.call.arguments), self.step.call)

    @cached_property
    def reading(self) -> CallRecord | None:
        """The first call in its function that reads or decodes a file, in TensorFlow or in Python."""
        return next((record for record in self.record.inner if any(map(_reads, _called(record)))), None)

    @property
    def gives_the_same_again(self) -> bool:
        """Whether its function certainly gives the same for the same element, Python included."""
        return self.mapper.random is None and (
            self.mapper.python is None
            or not any(_may_draw(name) for record in self.record.inner for name in _called(record))
        )

    @property
    def maps(self) -> bool:
        """Whether the step calls a function on elements."""
        return self.name in _MAPPING

    @property
    def works(self) -> bool:
        """Whether the step does something that a prefetch after it would overlap with training."""
        return self.name in _WORKING

    @property
    def batches(self) -> bool:
        """Whether the step puts elements together."""
        return self.name in _BATCHING

    @property
    def length(self) -> int | None:
        """How many elements come to the step, where its source says it and every step before keeps the number."""
        if any(step.name not in _KEEPING for step in self.preceding[1:]):
            return None
        return source_length(self.preceding[0].record, self.evaluator) if self.preceding else None

    @property
    def element_size(self) -> int | None:
        """How many numbers one element holds before the step, None where that is not known."""
        return None if self.before is None else element_size(self.before.element)

    @property
    def yielded_size(self) -> int | None:
        """How many numbers one element holds after the step, None where that is not known."""
        return element_size(self.element)

    @property
    def following(self) -> tuple[DatasetStep, ...]:
        """The steps after this one, in order."""
        return tuple(step for step in self.pipeline.line_of(self) if step.index > self.index)

    @property
    def preceding(self) -> tuple[DatasetStep, ...]:
        """The steps before this one on the same line."""
        return tuple(step for step in self.pipeline.line_of(self) if step.index < self.index)

    @property
    def is_nested(self) -> bool:
        """Whether the step runs inside ``interleave`` or ``flat_map``, where tf.data rewrites nothing."""
        return self.enclosing is not None

    @property
    def runs_beside_others(self) -> bool:
        """Whether the step runs inside an ``interleave`` that calls its function in parallel."""
        return (
            self.enclosing is not None and not argument(self.enclosing.call, "num_parallel_calls").is_absent
        )

    @property
    def is_batched(self) -> bool:
        """Whether the elements before the step are batches already, or a Keras utility made them so."""
        batched = not self.is_nested and self.pipeline.is_batched_at_source
        for step in self.preceding:
            if step.name in ("unbatch", "flat_map"):
                batched = False
            elif step.name in _BATCHING:
                batched = True
        return batched

    @property
    def mixes_batches(self) -> bool:
        """Whether the elements that come by are the very batches that the model gets, as far as is known."""
        later = {step.name for step in self.following}
        return (
            self.is_batched and not self.is_nested and later.isdisjoint((*_BATCHING, "flat_map", "unbatch"))
        )

    @property
    def called_on(self) -> Site | None:
        """The expression that the step is called on, None where it is no method called in plain sight."""
        node = self.record.node
        is_method = isinstance(self.record.receiver, Dataset)
        if is_method and isinstance(node, ir.Call) and isinstance(node.func, ir.Attribute):
            return Site(self.call.file, node.func.value.place)
        return None

    def is_chained_to(self, other: DatasetStep) -> bool:
        """Whether the step is called on the very call of another, in one expression."""
        return self.called_on == other.call

    @property
    def is_short(self) -> bool:
        """Whether only a handful of elements ever come by, as far as is known."""
        taken = [step.argument("count").number for step in self.preceding if step.name == "take"]
        known = [number for number in taken if number is not None]
        source = source_length(self.pipeline.line_of(self)[0].record, self.evaluator)
        if source is not None:
            known.append(source)
        return any(0 <= number <= _HANDFUL for number in known)

    @property
    def fetches_ahead(self) -> bool:
        """Whether the step keeps elements ready ahead of its consumer."""
        if self.name == "prefetch":
            return self.argument("buffer_size").number != 0
        return self.name in ("prefetch_to_device", "copy_to_device")


@dataclass(eq=False)
class Pipeline:
    """A dataset that something consumes, from its source on.

    ``is_certain`` is false where the consumer may get another dataset instead.
    """

    dataset: Dataset
    evaluator: Evaluator = field(repr=False)
    target: Target
    consumers: list[TrainingCall] = field(default_factory=list)
    is_certain: bool = True

    @property
    def trains(self) -> bool:
        """Whether a model is trained from it, and not only validated."""
        return any(
            call.trains and any(_dataset(part) is self.dataset for part in alternatives(call.data))
            for call in self.consumers
        )

    @property
    def is_read_again(self) -> bool:
        """Whether its elements may come by more than once: more than one epoch, a loop, several consumers."""
        return len(self.consumers) > 1 or any(
            len(call.loops) > (call.method == "custom-loop")
            or not (call.argument("epochs").is_absent or call.argument("epochs").constant == 1)
            for call in self.consumers
        )

    @cached_property
    def steps(self) -> tuple[DatasetStep, ...]:
        """All steps: sources first, those of combined and nested datasets before the step that takes them."""
        found: list[DatasetStep] = []
        self._collect(self.dataset, found, None, 0)
        return tuple(found)

    def _collect(
        self, dataset: Dataset, found: list[DatasetStep], enclosing: Step | None, depth: int
    ) -> None:
        if depth > _MAX_DEPTH:
            return
        line: list[Dataset] = []
        current: Dataset | None = dataset
        while current is not None:
            line.append(current)
            current = current.parent
        for each in reversed(line):
            for combined in each.last.inputs:
                self._collect(combined, found, enclosing, depth + 1)
            if each.last.nested is not None:
                self._collect(each.last.nested, found, each.last, depth + 1)
            step = DatasetStep(
                each.last, each.element, each.parent, self, len(found), dataset, enclosing, self.evaluator
            )
            found.append(step)

    @cached_property
    def outer_steps(self) -> tuple[DatasetStep, ...]:
        """The steps of the dataset's own line, nested and combined ones left out."""
        return tuple(step for step in self.steps if step.owner is self.dataset)

    @property
    def source(self) -> DatasetStep:
        """The step that made the dataset."""
        return self.outer_steps[0]

    def line_of(self, step: DatasetStep) -> tuple[DatasetStep, ...]:
        """The steps of the dataset that ``step`` belongs to: the outer one, or one nested in a step."""
        return tuple(each for each in self.steps if each.owner is step.owner)

    @property
    def is_distributed(self) -> bool:
        """Whether a strategy distributes the dataset, which prefetches it by itself."""
        return any(step.name == "distribute" for step in self.steps)

    @property
    def is_in_memory(self) -> bool:
        """Whether every source is made of tensors in memory."""
        sources = [step for step in self.steps if step.before is None]
        return all(step.name in _IN_MEMORY for step in sources)

    @property
    def prefetches_at_source(self) -> bool:
        """Whether the Keras utility that made the dataset ends in ``prefetch``."""
        return self.source.name in _PREFETCHING

    @property
    def is_batched_at_source(self) -> bool:
        """Whether the Keras utility that made the dataset gives batches."""
        return self.prefetches_at_source and not (
            self.source.argument("batch_size").is_given
            and self.source.argument("batch_size").constant is None
        )

    @property
    def is_shuffled_at_source(self) -> bool:
        """Whether the Keras utility that made the dataset shuffles its samples on every epoch."""
        given = self.source.argument("shuffle")
        if self.source.name == "timeseries_dataset_from_array":
            return given.constant is True
        return self.prefetches_at_source and given.constant is not False

    def option(self, *names: str) -> object:
        """The constant that the pipeline's options set under one of these names; None where none does.

        ``...`` stands for a value that is not known.
        """
        result: object = None
        for step in self.outer_steps:
            if step.name != "with_options":
                continue
            options = step.argument("options").value
            if not isinstance(options, External):
                return Ellipsis
            for name in names:
                value = self.evaluator.root.get((options.ref, name))
                if value is not None:
                    result = value.value if isinstance(value, Const) else Ellipsis
        return result

    @property
    def autotunes(self) -> bool:
        """Whether tf.data's autotuning, on which its own rewrites depend, is left on."""
        return self.option("autotune.enabled", "experimental_optimization.autotune") is not False

    @property
    def parallelizes_maps(self) -> bool:
        """Whether tf.data parallelises stateless maps by itself."""
        off = self.option(
            "experimental_optimization.map_parallelization",
            "experimental_optimization.apply_default_optimizations",
        )
        return self.target.rewrites_pipelines and self.autotunes and off is not False

    @property
    def may_run_python(self) -> bool:
        """Whether Python code may run for its elements, which sees what a program changes while it trains."""
        return any(
            step.name == "from_generator" or (step.maps and step.mapper.may_run_python) for step in self.steps
        )

    @property
    def injects_prefetch(self) -> bool:
        """Whether tf.data adds the last prefetch by itself."""
        off = self.option(
            "experimental_optimization.inject_prefetch",
            "experimental_optimization.apply_default_optimizations",
        )
        return self.target.rewrites_pipelines and self.autotunes and off is not False


_MAX_DEPTH = 20


def _dataset(value: Value) -> Value:
    return value.dataset if isinstance(value, DatasetIterator) else value


def _called(record: CallRecord) -> tuple[str, ...]:
    """What a call runs: what it is given to run, too. "" stands for what nobody knows."""
    given = record.arguments.positional[:1]
    handed = tuple(value.name for value in given if isinstance(value, Symbol))
    is_known = record.callee or record.function is not UNKNOWN or record.result is not UNKNOWN
    if is_known or not isinstance(record.node, ir.Call):
        return (*handed, record.callee or _OWN)
    # Of something unknown, what texts and bytes have as well is likely one of theirs.
    of_text = bool(record.method) and (hasattr(bytes, record.method) or is_lookup(record.method))
    return (f"str.{record.method}",) if of_text else ("",)


def _reads(callee: str) -> bool:
    in_graph = callee.startswith("tensorflow.") and callee.rpartition(".")[2].startswith(_DECODING)
    return in_graph or work_of(callee) in (Work.DECODE, Work.READ)


def _may_draw(callee: str) -> bool:
    return not callee or "random" in callee or work_of(callee) is Work.AUGMENT or is_unseen(callee)


def source_length(call: CallRecord, evaluator: Evaluator) -> int | None:
    """How many elements a source in memory has, None where that is not known."""
    value = call.arguments.positional[0] if call.arguments.positional else call.arguments.keyword("tensors")
    if call.callee.endswith(".Dataset.range") and isinstance(value, Const) and isinstance(value.value, int):
        return value.value if len(call.arguments.positional) == 1 else None
    if not call.callee.endswith(".from_tensor_slices") or value is None:
        return None
    return _first_axis(evaluator, value)


def _first_axis(evaluator: Evaluator, value: Value) -> int | None:
    """How many rows arrays, lists of Python values, and tuples and dicts of either have."""
    value = iteration.contents(evaluator, value)
    if isinstance(value, Array):
        return value.shape[0] if value.shape else None
    if isinstance(value, Sequence) and value.kind == "list":
        return None if value.items is None else len(value.items)
    if isinstance(value, Mapping):
        parts = [part for _, part in value.items]
    elif isinstance(value, Sequence) and value.items is not None:
        parts = list(value.items)
    else:
        return None
    known = (_first_axis(evaluator, part) for part in parts)
    return next((length for length in known if length is not None), None)
