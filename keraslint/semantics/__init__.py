"""What code means: lowering, abstract evaluation, and the facts that rules read."""

from keraslint.semantics.data.dataloaders import DataLoader
from keraslint.semantics.data.discarded import Discarded
from keraslint.semantics.data.element_reads import ElementRead
from keraslint.semantics.data.embedded_arrays import EmbeddedConstant
from keraslint.semantics.data.feeds import Feed
from keraslint.semantics.data.feeds import PythonStep
from keraslint.semantics.data.file_reading import SequentialRead
from keraslint.semantics.data.file_reading import reads_files
from keraslint.semantics.data.image_iterators import ImageIterator
from keraslint.semantics.data.mapped import Elementwise
from keraslint.semantics.data.mapped import Mapped
from keraslint.semantics.data.mapped import Operation
from keraslint.semantics.data.peeks import Peek
from keraslint.semantics.data.pipelines import DatasetStep
from keraslint.semantics.data.pipelines import Pipeline
from keraslint.semantics.data.prefetching import Unfetched
from keraslint.semantics.data.ragged import RaggedBatch
from keraslint.semantics.data.sequences import ItemWork
from keraslint.semantics.data.sequences import SequenceClass
from keraslint.semantics.data.sequences import SequenceInstance
from keraslint.semantics.data.shuffling import FinishedBuffer
from keraslint.semantics.data.translating import UntranslatableError
from keraslint.semantics.data.wide_batches import WideBatch
from keraslint.semantics.evaluation.applied import Applied
from keraslint.semantics.evaluation.arguments import Argument
from keraslint.semantics.evaluation.hoisting import Hoist
from keraslint.semantics.evaluation.operations import Kind
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.records import Context
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.symbols import SymbolUse
from keraslint.semantics.evaluation.work import Work
from keraslint.semantics.facts import Facts
from keraslint.semantics.facts import NoProject
from keraslint.semantics.facts import analyse
from keraslint.semantics.hardware.devices import DeviceScope
from keraslint.semantics.hardware.precision import UnalignedLayer
from keraslint.semantics.hardware.settings import Setting
from keraslint.semantics.hardware.strategies import ModelScopes
from keraslint.semantics.model.architecture import Architecture
from keraslint.semantics.model.architecture import Layer
from keraslint.semantics.model.convolutions import Convolution
from keraslint.semantics.model.flattened import FlattenedDense
from keraslint.semantics.model.freezing import Freezing
from keraslint.semantics.model.host_calls import HostCall
from keraslint.semantics.model.model_facts import ModelFact
from keraslint.semantics.model.recurrent import SlowRecurrence
from keraslint.semantics.model.unrolled import UnrolledLoop
from keraslint.semantics.model.useless_biases import UselessBias
from keraslint.semantics.target import Target
from keraslint.semantics.training.callbacks import HookCall
from keraslint.semantics.training.callbacks import ReadyMade
from keraslint.semantics.training.compiled_calls import CompiledCall
from keraslint.semantics.training.compiled_calls import HostArray
from keraslint.semantics.training.eager_decoding import EagerDecoding
from keraslint.semantics.training.eager_evaluations import EagerEvaluation
from keraslint.semantics.training.gradient_steps import GradientStep
from keraslint.semantics.training.predictions import RepeatedPrediction
from keraslint.semantics.training.remade import Remade
from keraslint.semantics.training.remade import loads_the_same
from keraslint.semantics.training.remade_functions import RemadeFunction
from keraslint.semantics.training.repeated_fits import RepeatedFit
from keraslint.semantics.training.repetition import Repetition
from keraslint.semantics.training.repetition import Repetitions
from keraslint.semantics.training.retracing import RetracedCall
from keraslint.semantics.training.steps import SamplesAsSteps
from keraslint.semantics.training.tracing import Hazard
from keraslint.semantics.training.training import TrainingCall

__all__ = [
    "Applied",
    "Architecture",
    "Argument",
    "CallRecord",
    "CompiledCall",
    "Context",
    "Convolution",
    "DataLoader",
    "DatasetStep",
    "DeviceScope",
    "Discarded",
    "EagerDecoding",
    "EagerEvaluation",
    "ElementRead",
    "Elementwise",
    "EmbeddedConstant",
    "Facts",
    "Feed",
    "FinishedBuffer",
    "FlattenedDense",
    "Freezing",
    "GradientStep",
    "Hazard",
    "Hoist",
    "HookCall",
    "HostArray",
    "HostCall",
    "ImageIterator",
    "ItemWork",
    "Kind",
    "Layer",
    "Loop",
    "Mapped",
    "ModelFact",
    "ModelScopes",
    "NoProject",
    "Operation",
    "Peek",
    "Pipeline",
    "PythonStep",
    "RaggedBatch",
    "ReadyMade",
    "Remade",
    "RemadeFunction",
    "RepeatedFit",
    "RepeatedPrediction",
    "Repetition",
    "Repetitions",
    "RetracedCall",
    "SamplesAsSteps",
    "SequenceClass",
    "SequenceInstance",
    "SequentialRead",
    "Setting",
    "SlowRecurrence",
    "SymbolUse",
    "Target",
    "TrainingCall",
    "UnalignedLayer",
    "Unfetched",
    "UnrolledLoop",
    "UntranslatableError",
    "UselessBias",
    "WideBatch",
    "Work",
    "analyse",
    "loads_the_same",
    "reads_files",
]
