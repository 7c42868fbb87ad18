"""Last batches that are shorter than the others, where each shape is compiled for itself."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass

from keraslint.semantics.data.pipelines import DatasetStep
from keraslint.semantics.data.pipelines import Pipeline
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.hardware.strategies import strategies_around
from keraslint.semantics.training.training import TrainingCall

_COMPILING = ("jit_compile", "experimental_compile")
# What may follow the batch and leaves its last one as it is; anything else may even it out, or drop it.
_KEEPING = ("cache", "map", "prefetch", "repeat", "shuffle", "with_options")
_TPU = "TPUStrategy"


@dataclass(frozen=True, slots=True, eq=False)
class RaggedBatch:
    """A ``batch`` that leaves a shorter last one to a training that compiles for each shape.

    ``compiled`` is the call that says ``jit_compile=True``; without one, ``by`` alone says who compiles.
    ``left`` is the length of the last batch where it is known.
    """

    step: DatasetStep
    call: TrainingCall
    by: str
    compiled: CallRecord | None
    left: int | None


def ragged_batches(pipelines: Iterable[Pipeline], records: Sequence[CallRecord]) -> Iterator[RaggedBatch]:
    """The batches of training pipelines whose last one has a shape of its own."""
    for pipeline in pipelines:
        step = _ragged_step(pipeline)
        for call in pipeline.consumers if step is not None else ():
            if not call.trains or not call.argument("steps_per_epoch").is_absent:
                continue
            compiled = _just_in_time(call, records)
            by = "" if compiled is None else "jit_compile=True"
            by = by or _compiler(call, pipeline)
            if by and step is not None:
                yield RaggedBatch(step, call, by, compiled, _left(step))


def _ragged_step(pipeline: Pipeline) -> DatasetStep | None:
    batches = [step for step in pipeline.outer_steps if step.name == "batch"]
    if not pipeline.trains or len(batches) != 1:
        return None
    (step,) = batches
    dropping = step.argument("drop_remainder")
    endless = any(each.name == "repeat" for each in step.preceding)
    kept = all(each.name in _KEEPING for each in step.following)
    is_ragged = (dropping.is_absent or dropping.constant is False) and not endless and kept
    return step if is_ragged and _left(step) != 0 and not _is_single(step) else None


def _left(step: DatasetStep) -> int | None:
    size = step.argument("batch_size").number
    return None if size is None or size < 1 or step.length is None else step.length % int(size)


def _is_single(step: DatasetStep) -> bool:
    """Whether all elements fit into one batch, which is then the only one."""
    size = step.argument("batch_size").number
    return size is not None and (size <= 1 or (step.length is not None and step.length < size))


def _just_in_time(call: TrainingCall, records: Sequence[CallRecord]) -> CallRecord | None:
    """The call that has the training step compiled by XLA: the model's ``compile``, or ``tf.function``."""
    if call.method == "custom-loop":
        functions = [call.record.function, *(frame.function for frame in call.record.frames)]
        compiled = (each.compiled for each in functions if isinstance(each, Function))
        return next((made for made in compiled if made is not None and _says_so(made)), None)
    models = [part for part in alternatives(call.model) if isinstance(part, (Instance, Model))]
    last = None
    for record in records:
        if record is call.record:
            break
        if record.method == "compile" and any(record.receiver is model for model in models):
            last = record
    return last if last is not None and _says_so(last) else None


def _says_so(record: CallRecord) -> bool:
    return any(record.arguments.keyword(name) == Const(True) for name in _COMPILING)


def _compiler(call: TrainingCall, pipeline: Pipeline) -> str:
    """What compiles every training step for its shapes without being told."""
    made = [part.call for part in alternatives(call.model) if isinstance(part, (Instance, Model))]
    around = [strategies_around(record) for record in (call.record, *made) if record is not None]
    if any(_TPU in (strategies or ()) for strategies in around):
        return f"`{_TPU}`"
    return "the JAX backend" if pipeline.target.backend == "jax" else ""
