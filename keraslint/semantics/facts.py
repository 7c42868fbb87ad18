"""The facts that rules read, gathered from one evaluation of a connected part of a project."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence as ReadOnlySequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

from keraslint.semantics.data.dataloaders import DataLoader
from keraslint.semantics.data.dataloaders import data_loaders
from keraslint.semantics.data.discarded import Discarded
from keraslint.semantics.data.discarded import discarded_steps
from keraslint.semantics.data.element_reads import ElementRead
from keraslint.semantics.data.element_reads import element_reads
from keraslint.semantics.data.embedded_arrays import EmbeddedConstant
from keraslint.semantics.data.embedded_arrays import embedded_arrays
from keraslint.semantics.data.feeds import Feed
from keraslint.semantics.data.feeds import PythonStep
from keraslint.semantics.data.feeds import feeds_of
from keraslint.semantics.data.feeds import python_steps
from keraslint.semantics.data.file_reading import SequentialRead
from keraslint.semantics.data.file_reading import sequential_reads
from keraslint.semantics.data.image_iterators import ImageIterator
from keraslint.semantics.data.image_iterators import image_iterators
from keraslint.semantics.data.one_hot import OneHotLabels
from keraslint.semantics.data.one_hot import is_plain_crossentropy
from keraslint.semantics.data.one_hot import one_hot_labels
from keraslint.semantics.data.peeks import Peek
from keraslint.semantics.data.peeks import peeks
from keraslint.semantics.data.pipelines import DatasetStep
from keraslint.semantics.data.pipelines import Pipeline
from keraslint.semantics.data.prefetching import Unfetched
from keraslint.semantics.data.prefetching import unfetched
from keraslint.semantics.data.ragged import RaggedBatch
from keraslint.semantics.data.ragged import ragged_batches
from keraslint.semantics.data.sequences import SequenceClass
from keraslint.semantics.data.sequences import SequenceInstance
from keraslint.semantics.data.sequences import sequence_classes
from keraslint.semantics.data.shuffling import FinishedBuffer
from keraslint.semantics.data.shuffling import finished_buffers
from keraslint.semantics.data.wide_batches import WideBatch
from keraslint.semantics.data.wide_batches import wide_batches
from keraslint.semantics.evaluation.applied import Applied
from keraslint.semantics.evaluation.applied import applied_transformations
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.bindings import uses_name
from keraslint.semantics.evaluation.compiling import Compiling
from keraslint.semantics.evaluation.evaluate import Evaluator
from keraslint.semantics.evaluation.imports import Resolver
from keraslint.semantics.evaluation.imports import reached_files
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Frame
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.symbols import SymbolUse
from keraslint.semantics.evaluation.symbols import symbol_uses
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import DatasetIterator
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.hardware.accelerators import uses_gpu
from keraslint.semantics.hardware.devices import DeviceScope
from keraslint.semantics.hardware.devices import device_scopes
from keraslint.semantics.hardware.devices import distributes
from keraslint.semantics.hardware.devices import names_distribution
from keraslint.semantics.hardware.precision import UnalignedLayer
from keraslint.semantics.hardware.precision import unaligned_layers
from keraslint.semantics.hardware.settings import Setting
from keraslint.semantics.hardware.settings import settings
from keraslint.semantics.hardware.strategies import ModelScopes
from keraslint.semantics.hardware.strategies import model_scopes
from keraslint.semantics.hardware.strategies import unused_strategy
from keraslint.semantics.hardware.workers import shares_machine
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.lowering.usage import Names
from keraslint.semantics.lowering.usage import collect
from keraslint.semantics.model import subclasses
from keraslint.semantics.model.building import Building
from keraslint.semantics.model.building import building_of
from keraslint.semantics.model.freezing import Freezing
from keraslint.semantics.model.freezing import ineffective_freezings
from keraslint.semantics.model.host_calls import HostCall
from keraslint.semantics.model.host_calls import host_calls
from keraslint.semantics.model.model_facts import ModelFact
from keraslint.semantics.model.recurrent import SlowRecurrence
from keraslint.semantics.model.recurrent import slow_recurrences
from keraslint.semantics.model.regularisation import decays_weights
from keraslint.semantics.model.regularisation import has_regularising_layers
from keraslint.semantics.model.regularisation import stops_early
from keraslint.semantics.model.unrolled import UnrolledLoop
from keraslint.semantics.model.unrolled import unrolled_loops
from keraslint.semantics.model.useless_biases import UselessBias
from keraslint.semantics.model.useless_biases import useless_biases
from keraslint.semantics.target import Target
from keraslint.semantics.training.callbacks import HookCall
from keraslint.semantics.training.callbacks import ReadyMade
from keraslint.semantics.training.callbacks import act_on_batches
from keraslint.semantics.training.callbacks import hook_calls
from keraslint.semantics.training.callbacks import ready_made
from keraslint.semantics.training.compiled_calls import CompiledCall
from keraslint.semantics.training.compiled_calls import StepSync
from keraslint.semantics.training.compiled_calls import compiled_calls
from keraslint.semantics.training.compiled_calls import step_syncs
from keraslint.semantics.training.eager_decoding import EagerDecoding
from keraslint.semantics.training.eager_decoding import eager_decodings
from keraslint.semantics.training.eager_evaluations import EagerEvaluation
from keraslint.semantics.training.eager_evaluations import eager_evaluations
from keraslint.semantics.training.epochs import batch_size
from keraslint.semantics.training.epochs import batch_size_at
from keraslint.semantics.training.epochs import steps_in_an_epoch
from keraslint.semantics.training.gradient_steps import GradientStep
from keraslint.semantics.training.gradient_steps import gradient_steps
from keraslint.semantics.training.gradient_steps import passes_of
from keraslint.semantics.training.graph_building import RepeatedNode
from keraslint.semantics.training.graph_building import repeated_nodes
from keraslint.semantics.training.predictions import RepeatedPrediction
from keraslint.semantics.training.predictions import repeated_predictions
from keraslint.semantics.training.remade import Remade
from keraslint.semantics.training.remade import rebuilt
from keraslint.semantics.training.remade import recompiled
from keraslint.semantics.training.remade import remade_datasets
from keraslint.semantics.training.remade import restarted_iterators
from keraslint.semantics.training.remade_functions import RemadeFunction
from keraslint.semantics.training.remade_functions import remade_functions
from keraslint.semantics.training.repeated_fits import RepeatedFit
from keraslint.semantics.training.repeated_fits import repeated_fits
from keraslint.semantics.training.repetition import Repetitions
from keraslint.semantics.training.retracing import RetracedCall
from keraslint.semantics.training.retracing import retraced_calls
from keraslint.semantics.training.steps import SamplesAsSteps
from keraslint.semantics.training.steps import samples_as_steps
from keraslint.semantics.training.tape_training import tape_trainings
from keraslint.semantics.training.tracing import Hazard
from keraslint.semantics.training.tracing import argument_hazards
from keraslint.semantics.training.tracing import hazards
from keraslint.semantics.training.training import TrainingCall
from keraslint.semantics.training.training import training_calls

LARGE_MODEL = 1_000_000_000


class Facts:
    """All facts of a connected part of a project, each computed when first asked for."""

    def __init__(self, evaluator: Evaluator, target: Target, names: Mapping[str, Names]) -> None:
        self._evaluator = evaluator
        self.target = target
        self._names = dict(names)

    def with_numbers(self, numbers: Mapping[Site, int]) -> Facts:
        """The facts of the same program with other literals in these places."""
        changed = {
            name: _with_numbers(
                module, {site.place: value for site, value in numbers.items() if site.file == name}
            )
            for name, module in self._evaluator.modules.items()
        }
        return analyse(changed, self._evaluator.resolver, self.target)

    # The program

    @cached_property
    def repetitions(self) -> Repetitions:
        """The loops and web servers of the program, and what they repeat."""
        return Repetitions(self._evaluator.records, self._evaluator.modules)

    @cached_property
    def compiling(self) -> Compiling:
        """The functions of the program that are compiled."""
        return Compiling(self.repetitions.index)

    @cached_property
    def symbol_uses(self) -> tuple[SymbolUse, ...]:
        """Every name of Keras and TensorFlow in the code, as it is written there."""
        return tuple(symbol_uses({file: self._names_in(file) for file in self._evaluator.modules}))

    @cached_property
    def applied_transformations(self) -> tuple[Applied, ...]:
        """Every ``dataset.apply(transformation(...))`` with one of tf.data's own transformations."""
        return tuple(applied_transformations(self._evaluator.records))

    def results(self, call: Site) -> tuple[Value, ...]:
        """What the evaluations of a call gave."""
        return tuple(record.result for record in self.repetitions.index.at(call))

    def calls_of(self, function: Function) -> frozenset[Site]:
        """The places that call a function of the program."""
        return frozenset(record.site for record in self.repetitions.index.calls_of(function.site))

    def passes_of(self, loops: ReadOnlySequence[Loop]) -> int | None:
        """How many passes loops make together, None where that is not known."""
        return passes_of(loops) if loops else None

    def uses_name(self, file: str, name: str) -> bool:
        """Whether a file uses a name anywhere, so that new code must not bind it."""
        return uses_name(self._evaluator.modules[file].body, name)

    def is_guarded(self, call: Site) -> bool:
        """Whether the code around a call asks for a version first, or has another way where it fails."""
        return call.place in self._names_in(call.file).guarded_calls

    def keras_package(self, file: str) -> str:
        """The package that a file takes Keras from: ``tensorflow`` where it imports no ``keras`` of its own."""
        return "keras" if file in self._importing_keras else "tensorflow"

    @cached_property
    def _importing_keras(self) -> frozenset[str]:
        """The files that import ``keras`` itself."""
        return frozenset(use.at.file for use in self.symbol_uses if use.is_import and use.package == "keras")

    def _names_in(self, file: str) -> Names:
        """What a file imports and uses."""
        if file not in self._names:
            self._names[file] = collect(self._evaluator.modules[file])
        return self._names[file]

    # Training

    @cached_property
    def training_calls(self) -> tuple[TrainingCall, ...]:
        """Every call or loop that trains, evaluates or predicts, once for each way to reach it."""
        return tuple(training_calls(self._evaluator, self.repetitions.index))

    def training_calls_at(self, place: Site) -> ReadOnlySequence[TrainingCall]:
        """Those of the calls that stand at a place."""
        return self._training_calls_by_place.get(place, ())

    @cached_property
    def _training_calls_by_place(self) -> Mapping[Site, ReadOnlySequence[TrainingCall]]:
        found: dict[Site, list[TrainingCall]] = {}
        for call in self.training_calls:
            found.setdefault(call.at, []).append(call)
        return found

    def generation_of(self, call: TrainingCall) -> int:
        """The Keras generation that a call runs on: what the import says, else the target."""
        return 2 if call.is_generation_2 else self.target.keras

    def fit_takes_generators(self, call: TrainingCall) -> bool:
        """Whether ``fit`` does what ``fit_generator`` did; false only where an older release is pinned."""
        old = self.target.keras_before(2, 3, self.keras_package(call.at.file))
        return not old and not self.target.tensorflow_before(2, 1)

    def batch_size(self, call: TrainingCall) -> int | None:
        """How many samples a step of a training call gets, None where that is not known."""
        return batch_size(call)

    def batch_size_at(self, call: TrainingCall) -> Site | None:
        """Where the program says how many samples a step of a training call gets."""
        return batch_size_at(call)

    def steps_in_an_epoch(self, call: TrainingCall) -> int | None:
        """How many steps an epoch of a training call has, None where that is not known."""
        return steps_in_an_epoch(self._evaluator, call)

    @cached_property
    def samples_as_steps(self) -> tuple[SamplesAsSteps, ...]:
        """The numbers of steps that are numbers of samples, though the data come in batches."""
        calls = [
            call
            for call in self.training_calls
            if not self.target.keras_before(2, 0, self.keras_package(call.at.file))
        ]
        return tuple(samples_as_steps(self._evaluator, calls, self._finite_data_end_an_epoch))

    def _finite_data_end_an_epoch(self, call: TrainingCall) -> bool:
        """Whether data of known length end an epoch early, and do not begin again: so since TensorFlow 2.2."""
        old = self.target.keras_before(2, 4, self.keras_package(call.at.file))
        if old or self.target.tensorflow_before(2, 2):
            return False
        workers = call.argument("workers")
        return self.generation_of(call) == 3 or workers.is_absent or workers.number in (0, 1)

    def stops_early(self, call: TrainingCall) -> bool | None:
        """Whether a callback may end the training early; None where the callbacks are not known."""
        return stops_early(self._evaluator, call)

    @cached_property
    def hook_calls(self) -> tuple[HookCall, ...]:
        """What the program's own callbacks call after each batch or epoch of a training."""
        return tuple(hook_calls(self._evaluator, self.training_calls))

    @cached_property
    def ready_made_callbacks(self) -> tuple[ReadyMade, ...]:
        """Keras's own callbacks, each with a training that gets it."""
        return tuple(ready_made(self._evaluator, self.training_calls))

    def has_batch_callbacks(self, call: TrainingCall) -> bool | None:
        """Whether a callback of a training call does something for each batch; None where that is not known."""
        return act_on_batches(self._evaluator, call)

    @cached_property
    def gradient_steps(self) -> tuple[GradientStep, ...]:
        """The training steps that the program writes out, in Python loops, and that nothing compiles."""
        return tuple(gradient_steps(self.repetitions.index, self._evaluator.modules, self.compiling))

    def hazards(self, function: Function, evaluations: ReadOnlySequence[Frame]) -> tuple[Hazard, ...]:
        """What keeps a function that runs eagerly from running as a graph, or may; what is certain comes first."""
        index = self.repetitions.index
        calls = [record for record in index.calls_of(function.site) if record.loops]
        found = [*hazards(function, evaluations, index), *argument_hazards(calls, self.repetitions)]
        return tuple(sorted(found, key=lambda hazard: not hazard.is_seen))

    # What loops repeat

    @cached_property
    def repeated_predictions(self) -> tuple[RepeatedPrediction, ...]:
        """The calls of ``predict`` for a few samples that loops and web servers repeat."""
        return tuple(repeated_predictions(self.training_calls, self.repetitions))

    @cached_property
    def repeated_fits(self) -> tuple[RepeatedFit, ...]:
        """The trainings that a loop starts again and again where one call would do."""
        return tuple(repeated_fits(self.training_calls, self.repetitions))

    @cached_property
    def recompiled(self) -> tuple[Remade, ...]:
        """The models that a loop compiles on every pass with the same arguments."""
        return tuple(recompiled(self._evaluator.records, self.training_calls, self.repetitions))

    @cached_property
    def rebuilt(self) -> tuple[Remade, ...]:
        """The models that a loop makes on every pass, or a web server for each request."""
        return tuple(rebuilt(self.repetitions))

    @cached_property
    def remade_datasets(self) -> tuple[Remade, ...]:
        """The datasets that a loop makes on every pass with the same arguments."""
        return tuple(remade_datasets(self.training_calls, self.repetitions))

    @cached_property
    def restarted_iterators(self) -> tuple[Remade, ...]:
        """The datasets whose first batch is asked for, from a new iterator, on every step."""
        return tuple(restarted_iterators(self.repetitions))

    @cached_property
    def remade_functions(self) -> tuple[RemadeFunction, ...]:
        """The compiled functions that are made anew each time they are called."""
        return tuple(remade_functions(self._evaluator.records, self.repetitions))

    @cached_property
    def retraced_calls(self) -> tuple[RetracedCall, ...]:
        """The calls of compiled functions that get a Python number that changes."""
        return tuple(retraced_calls(self.repetitions))

    @cached_property
    def compiled_calls(self) -> tuple[CompiledCall, ...]:
        """The calls of compiled functions in loops."""
        return tuple(compiled_calls(self.repetitions))

    @cached_property
    def step_syncs(self) -> tuple[StepSync, ...]:
        """The calls that wait for a compiled training step on every pass of its loop."""
        return tuple(step_syncs(self.compiled_calls, self.repetitions))

    @cached_property
    def repeated_nodes(self) -> tuple[RepeatedNode, ...]:
        """The operations that loops over a session add to its graph on each pass."""
        return tuple(repeated_nodes(self._evaluator.records, self.repetitions))

    @cached_property
    def eager_evaluations(self) -> tuple[EagerEvaluation, ...]:
        """The models that loops over datasets ask op by op."""
        training = {step.loop.site for step in self.gradient_steps}
        return tuple(eager_evaluations(self._evaluator, self.repetitions, self.compiling, training))

    @cached_property
    def eager_decodings(self) -> tuple[EagerDecoding, ...]:
        """The images that loops between the steps of a training decode one at a time."""
        steps = [call.record for call in self.training_calls if call.trains]
        steps += self.repetitions.index.calling("apply_gradients")
        training = {record.loops[-1].site for record in steps if record.loops}
        return tuple(eager_decodings(self.repetitions, self.compiling, training))

    @cached_property
    def element_reads(self) -> tuple[ElementRead, ...]:
        """The eager tensors that loops read one element at a time."""
        evaluator, index = self._evaluator, self.repetitions.index
        return tuple(element_reads(index, evaluator.modules, evaluator.opened_loops, self.compiling))

    # Data

    @cached_property
    def pipelines(self) -> tuple[Pipeline, ...]:
        """The datasets that training calls consume, each with its consumers."""
        found: dict[int, Pipeline] = {}
        for call in self.training_calls:
            for value in (call.data, call.argument("validation_data").value):
                parts = alternatives(value) if value is not None else ()
                for part in parts:
                    dataset = part.dataset if isinstance(part, DatasetIterator) else part
                    if not isinstance(dataset, Dataset):
                        continue
                    pipeline = found.get(id(dataset))
                    if pipeline is None:
                        pipeline = found[id(dataset)] = Pipeline(
                            dataset, self._evaluator, self.target, [], len(parts) == 1
                        )
                    pipeline.is_certain = pipeline.is_certain or len(parts) == 1
                    pipeline.consumers.append(call)
        return tuple(found.values())

    def pipeline(self, dataset: Dataset) -> Pipeline:
        """A dataset as a pipeline, whether something consumes it or not."""
        return Pipeline(dataset, self._evaluator, self.target)

    def dataset_steps(self, *names: str) -> Iterator[DatasetStep]:
        """The steps of these names in all consumed pipelines."""
        for pipeline in self.pipelines:
            for step in pipeline.steps:
                if step.name in names:
                    yield step

    @cached_property
    def discarded_steps(self) -> tuple[Discarded, ...]:
        """The statements that make a new dataset of a consumed one, and that nothing takes."""
        return tuple(discarded_steps(self._evaluator, self.repetitions.index, self.pipelines))

    @cached_property
    def sequential_reads(self) -> tuple[SequentialRead, ...]:
        """Where consumed pipelines read several files one after the other."""
        return tuple(sequential_reads(self.pipelines, self._evaluator))

    @cached_property
    def unfetched(self) -> tuple[Unfetched, ...]:
        """The consumed pipelines whose finished batches nothing fetches ahead."""
        return tuple(unfetched(self.pipelines))

    @cached_property
    def finished_buffers(self) -> tuple[FinishedBuffer, ...]:
        """The shuffles whose buffer holds what a map before it has made larger."""
        return tuple(finished_buffers(self.pipelines))

    @cached_property
    def ragged_batches(self) -> tuple[RaggedBatch, ...]:
        """The batches whose shorter last one a training compiles for again."""
        return tuple(ragged_batches(self.pipelines, self._evaluator.records))

    @cached_property
    def peeks(self) -> tuple[Peek, ...]:
        """The elements of datasets that are only asked for their shapes."""
        return tuple(peeks(self._evaluator, self.repetitions.index, self.target))

    @cached_property
    def python_steps(self) -> tuple[PythonStep, ...]:
        """Where the pipelines go back to Python for their elements."""
        return tuple(python_steps(self._evaluator, self.pipelines))

    def feeds_of(self, call: TrainingCall) -> tuple[Feed, ...]:
        """The generators or iterators that a call may get its batches from; none where there may be other data."""
        made = [feeds_of(self._evaluator, part) for part in alternatives(call.data)]
        return tuple(feed for each in made for feed in each) if all(made) else ()

    @cached_property
    def sequence_classes(self) -> tuple[SequenceClass, ...]:
        """The classes that derive from ``PyDataset`` (``Sequence``)."""
        index = self.repetitions.index
        return tuple(sequence_classes(self._evaluator, index, self.training_calls))

    def sequence_of(self, call: TrainingCall) -> tuple[SequenceClass, SequenceInstance] | None:
        """The ``PyDataset`` object that a call gets its batches from, with its class."""
        return self._sequence(call.data)

    def validation_sequence_of(self, call: TrainingCall) -> tuple[SequenceClass, SequenceInstance] | None:
        """The ``PyDataset`` object that a call validates on, with its class."""
        return self._sequence(call.argument("validation_data").value)

    def _sequence(self, value: Value | None) -> tuple[SequenceClass, SequenceInstance] | None:
        for cls in self.sequence_classes:
            for instance in cls.instances:
                if instance.instance is value:
                    return cls, instance
        return None

    @cached_property
    def image_iterators(self) -> tuple[ImageIterator, ...]:
        """The batches of an ``ImageDataGenerator`` that a training gets."""
        uses = {use.at: use for use in self.symbol_uses}
        return tuple(image_iterators(self.training_calls, self._evaluator.records, uses))

    @cached_property
    def data_loaders(self) -> tuple[DataLoader, ...]:
        """PyTorch's data loaders that models are trained from."""
        return tuple(data_loaders(self._evaluator, self.training_calls))

    @cached_property
    def wide_batches(self) -> tuple[WideBatch, ...]:
        """The arrays of batches that are float64 by no wish of the program's."""
        return tuple(
            wide_batches(self._evaluator, self.repetitions.index, self.sequence_classes, self.training_calls)
        )

    @cached_property
    def embedded_arrays(self) -> tuple[EmbeddedConstant, ...]:
        """The large arrays that graphs hold as constants."""
        return tuple(embedded_arrays(self.repetitions.index, self.pipelines))

    @cached_property
    def one_hot_labels(self) -> tuple[OneHotLabels, ...]:
        """The calls that make the targets of a training one-hot, where a plain crossentropy takes them."""
        found = one_hot_labels(self.repetitions.index, self.training_calls, self.pipelines)
        return tuple(
            labels for labels in found if labels.training is None or self._takes_one_hot(labels.training)
        )

    def _takes_one_hot(self, call: TrainingCall) -> bool:
        model = self.model_of(call)
        losses = [] if model is None else [each.argument("loss").value for each in model.compilations]
        return bool(losses) and all(map(is_plain_crossentropy, losses))

    # Models

    @cached_property
    def models(self) -> tuple[ModelFact, ...]:
        """The Sequential, functional, subclassed and ready-made models that the program makes."""
        found: dict[int, ModelFact] = {}
        index = self.repetitions.index
        steps = tape_trainings(index, self._evaluator.weight_reads)
        for record in index.makers:
            model = record.result
            if isinstance(model, Model) or (isinstance(model, Instance) and subclasses.is_model(model)):
                if model.ref not in found:
                    found[model.ref] = ModelFact(
                        model, self._evaluator, index, steps=steps.get(model.ref, ())
                    )
        for call in self.training_calls:
            for part in alternatives(call.model):
                if isinstance(part, (Instance, Model)) and part.ref in found:
                    found[part.ref].calls.append(call)
        return tuple(found.values())

    def model_of(self, call: TrainingCall) -> ModelFact | None:
        """The model that a call trains, None where it may be one of several or is not known."""
        return self._by_model.get(id(call.model))

    @cached_property
    def _by_model(self) -> Mapping[int, ModelFact]:
        return {id(fact.model): fact for fact in self.models}

    def building_of(self, call: TrainingCall) -> Building | None:
        """The statements that build and compile the model of a call, where one block holds them."""
        return building_of(self._evaluator, call)

    def model_dwarfs_data(self, calls: Iterable[TrainingCall]) -> bool:
        """Whether the models of all calls cost so much a sample that preparing the sample is little beside it."""
        models = [self.model_of(call) for call in calls]
        costs = [None if model is None else model.architecture.macs for model in models]
        return bool(costs) and all(cost is not None and cost > LARGE_MODEL for cost in costs)

    def regularises(self, model: ModelFact) -> bool:
        """Whether anything about a model works against overfitting: layers, weight decay, augmented data."""
        optimizers = [argument(record, "optimizer").value for record in model.methods("compile")]
        data = [pipeline for pipeline in self.pipelines if any(c in model.calls for c in pipeline.consumers)]
        return (
            has_regularising_layers(model.architecture)
            or any(decays_weights(optimizer) for optimizer in optimizers)
            or any(step.maps and step.mapper.random for pipeline in data for step in pipeline.steps)
            or any(call.data_kind in ("image-iterator", "generator", "sequence") for call in model.calls)
        )

    @cached_property
    def useless_biases(self) -> tuple[UselessBias, ...]:
        """The layers with a bias that a batch normalisation takes out again."""
        return tuple(useless_biases(self.models))

    @cached_property
    def slow_recurrences(self) -> tuple[SlowRecurrence, ...]:
        """The recurrent layers that a GPU's fused kernel cannot compute, where there is such a kernel."""
        if self.target.tensorflow_before(2, 0):
            return ()
        return tuple(
            each
            for each in slow_recurrences(self._evaluator)
            if not self.target.keras_before(2, 4, self.keras_package(each.call.site.file))
        )

    @cached_property
    def unrolled_loops(self) -> tuple[UnrolledLoop, ...]:
        """The Python loops over time steps that are traced pass by pass."""
        return tuple(unrolled_loops(self.repetitions.index, self.repetitions.node))

    @cached_property
    def host_calls(self) -> tuple[HostCall, ...]:
        """Where layers, losses and metrics of trained models go back to Python."""
        return tuple(host_calls(self._evaluator, self.models))

    @cached_property
    def ineffective_freezings(self) -> tuple[Freezing, ...]:
        """Where ``trainable = False`` does not do what it is meant to do."""
        return tuple(
            ineffective_freezings(
                self._evaluator, self.repetitions.index, self.training_calls, self.target.keras
            )
        )

    # Hardware

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """What the program sets for TensorFlow, its process or a model, with the training that it reaches."""
        return tuple(settings(self._evaluator, self.repetitions.index, self.training_calls))

    @cached_property
    def device_scopes(self) -> tuple[DeviceScope, ...]:
        """The ``with tf.device(...)`` scopes around training and model building."""
        return tuple(device_scopes(self.repetitions.index, self.training_calls))

    @cached_property
    def scopes(self) -> tuple[ModelScopes, ...]:
        """The models that are trained, each with the strategies that it is made, compiled and trained under."""
        return tuple(model_scopes(self._evaluator.records, self.training_calls))

    def unused_strategy(self, scopes: ModelScopes) -> CallRecord | None:
        """A strategy for several devices that is made before a model and then used for nothing at all."""
        return unused_strategy(self._evaluator.records, scopes)

    def distributes(self, script: str) -> bool:
        """Whether a script or what it imports does anything about several devices, if only behind a flag."""
        files = reached_files(self._evaluator, script)
        return distributes(self.repetitions.index, files) or any(
            names_distribution(use.path) for use in self.symbol_uses if use.at.file in files
        )

    def shares_machine(self, call: TrainingCall) -> bool:
        """Whether others train beside a call: a pool runs it, or a process for each device or machine."""
        return shares_machine(call, self.repetitions.index, reached_files(self._evaluator, call.script))

    @cached_property
    def uses_gpu(self) -> bool | None:
        """Whether the program will run on a GPU; None where nothing says."""
        return uses_gpu(self.target, self.repetitions.index, self.settings, self.device_scopes)

    @cached_property
    def unaligned_layers(self) -> tuple[UnalignedLayer, ...]:
        """The heavy layers in mixed precision whose widths are no multiples of 8."""
        return tuple(unaligned_layers(self.repetitions.index, self.models))


def analyse(
    modules: Mapping[str, ir.Module],
    resolver: Resolver,
    target: Target,
    names: Mapping[str, Names] = MappingProxyType({}),
) -> Facts:
    """Evaluate a connected part of a project (its lowered modules by file) and gather its facts.

    ``names`` are what files import and use, where somebody has collected that.
    """
    evaluator = Evaluator(modules, resolver, target.keras)
    evaluator.run()
    return Facts(evaluator, target, names)


def _with_numbers(module: ir.Module, numbers: Mapping[int, int]) -> ir.Module:
    def changed(node: Any) -> Any:
        if isinstance(node, ir.Constant):
            return node._replace(value=numbers.get(node.place, node.value))
        if not isinstance(node, tuple):
            return node
        parts = map(changed, node)
        return type(node)(*parts) if hasattr(node, "_fields") else tuple(parts)

    return module._replace(body=changed(module.body)) if numbers else module


class NoProject:
    """A resolver for a file that stands alone."""

    def resolve(self, importer: str, level: int, module: str) -> str | None:
        """Nothing is found: every import is another package's."""
        return None
