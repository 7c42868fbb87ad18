"""What code means: lowering, abstract evaluation, and the facts that rules read."""

from keraslint.semantics.applied import Applied
from keraslint.semantics.architecture import Architecture
from keraslint.semantics.architecture import Layer
from keraslint.semantics.arguments import Argument
from keraslint.semantics.callbacks import HookCall
from keraslint.semantics.callbacks import ReadyMade
from keraslint.semantics.compiled_calls import CompiledCall
from keraslint.semantics.compiled_calls import HostArray
from keraslint.semantics.convolutions import Convolution
from keraslint.semantics.dataloaders import DataLoader
from keraslint.semantics.devices import DeviceScope
from keraslint.semantics.eager_decoding import EagerDecoding
from keraslint.semantics.eager_evaluations import EagerEvaluation
from keraslint.semantics.element_reads import ElementRead
from keraslint.semantics.embedded_arrays import EmbeddedConstant
from keraslint.semantics.facts import Facts
from keraslint.semantics.facts import ModelFact
from keraslint.semantics.facts import NoProject
from keraslint.semantics.facts import analyse
from keraslint.semantics.feeds import Feed
from keraslint.semantics.feeds import PythonStep
from keraslint.semantics.file_reading import SequentialRead
from keraslint.semantics.file_reading import reads_files
from keraslint.semantics.flattened import FlattenedDense
from keraslint.semantics.freezing import Freezing
from keraslint.semantics.gradient_steps import GradientStep
from keraslint.semantics.hoisting import Hoist
from keraslint.semantics.host_calls import HostCall
from keraslint.semantics.image_iterators import ImageIterator
from keraslint.semantics.mapped import Elementwise
from keraslint.semantics.mapped import Mapped
from keraslint.semantics.mapped import Operation
from keraslint.semantics.operations import Kind
from keraslint.semantics.peeks import Peek
from keraslint.semantics.pipelines import DatasetStep
from keraslint.semantics.pipelines import Pipeline
from keraslint.semantics.precision import UnalignedLayer
from keraslint.semantics.predictions import RepeatedPrediction
from keraslint.semantics.prefetching import Unfetched
from keraslint.semantics.ragged import RaggedBatch
from keraslint.semantics.records import CallRecord
from keraslint.semantics.records import Context
from keraslint.semantics.records import Loop
from keraslint.semantics.recurrent import SlowRecurrence
from keraslint.semantics.remade import Remade
from keraslint.semantics.remade import loads_the_same
from keraslint.semantics.remade_functions import RemadeFunction
from keraslint.semantics.repeated_fits import RepeatedFit
from keraslint.semantics.repetition import Repetition
from keraslint.semantics.repetition import Repetitions
from keraslint.semantics.retracing import RetracedCall
from keraslint.semantics.sequences import ItemWork
from keraslint.semantics.sequences import SequenceClass
from keraslint.semantics.sequences import SequenceInstance
from keraslint.semantics.settings import Setting
from keraslint.semantics.shuffling import FinishedBuffer
from keraslint.semantics.steps import SamplesAsSteps
from keraslint.semantics.strategies import ModelScopes
from keraslint.semantics.symbols import SymbolUse
from keraslint.semantics.target import Target
from keraslint.semantics.tracing import Hazard
from keraslint.semantics.training import TrainingCall
from keraslint.semantics.translating import UntranslatableError
from keraslint.semantics.unrolled import UnrolledLoop
from keraslint.semantics.useless_biases import UselessBias
from keraslint.semantics.wide_batches import WideBatch
from keraslint.semantics.work import Work

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
