"""Calls of ``predict`` that a program repeats for a few samples at a time."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass

from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.repetition import Repetition
from keraslint.semantics.training.repetition import Repetitions
from keraslint.semantics.training.training import TRAINING_METHODS
from keraslint.semantics.training.training import TrainingCall

SMALL = 256
FEW_PASSES = 32


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedPrediction:
    """A ``predict`` that runs on every pass of a loop, or for every request to a web server.

    ``samples`` are those of one call at most, None where only ``slices`` of one array is known.
    """

    call: TrainingCall
    samples: int | None
    repetition: Repetition | None
    handler: Function | None
    slices: bool

    @property
    def is_batchable(self) -> bool:
        """Whether all samples are there before the loop begins: none comes of what an earlier pass did."""
        loop = self.repetition
        return (
            loop is not None
            and loop.data_comes_from_item
            and not loop.data_is_carried_on
            and loop.methods.isdisjoint(TRAINING_METHODS)
        )


def repeated_predictions(
    calls: Iterable[TrainingCall], repetitions: Repetitions
) -> Iterator[RepeatedPrediction]:
    """The repeated predictions among the calls of a program."""
    calls = list(calls)
    training: dict[Site, list[TrainingCall]] = {}
    for call in calls:
        if call.trains:
            for loop in call.loops:
                training.setdefault(loop.site, []).append(call)
    for call in calls:
        if call.method == "predict":
            found = _repeated(call, training, repetitions)
            if found is not None:
                yield found


def _repeated(
    call: TrainingCall, training: ReadOnlyMapping[Site, Iterable[TrainingCall]], repetitions: Repetitions
) -> RepeatedPrediction | None:
    samples = repetitions.samples.count(call.record, call.data)
    if samples is not None and samples > SMALL:
        return None
    for repetition in reversed(repetitions.of(call.record)):
        few = repetition.passes is not None and repetition.passes < FEW_PASSES
        if few or repetition.receiver_comes_from_item:
            # What is repeated is then repeated by the loop around this one.
            continue
        beside = training.get(repetition.loop.site, ())
        if not _is_seldom(call, repetition, beside, repetitions):
            slices = _takes_slices(repetition)
            if samples is not None or slices:
                return RepeatedPrediction(call, samples, repetition, None, slices)
        break
    handler = repetitions.request(call.record)
    if (
        handler is not None
        and samples is not None
        and not call.record.loops
        and not _is_made_by(handler, call)
    ):
        return RepeatedPrediction(call, samples, None, handler, slices=False)
    return None


def _is_made_by(handler: Function, call: TrainingCall) -> bool:
    """Whether the model is made for the request itself, which costs far more than to ask it."""
    return any(
        part.call is not None and any(frame.function.node is handler.node for frame in part.call.frames)
        for part in alternatives(call.model)
        if isinstance(part, (Instance, Model))
    )


def _is_seldom(
    call: TrainingCall,
    repetition: Repetition,
    training: Iterable[TrainingCall],
    repetitions: Repetitions,
) -> bool:
    """Whether the loop is one over models, folds or epochs, or asks a person: a prediction costs nothing beside that.

    ``training`` are the calls that train on its passes.
    """
    if repetition.is_on_some_passes or repetition.makes(call.model) or repetition.waits_for_a_person:
        return True
    if _steps_through_environment(repetition):
        return False
    return any(_takes_long(other, repetition, repetitions) for other in training)


def _takes_long(other: TrainingCall, repetition: Repetition, repetitions: Repetitions) -> bool:
    """Whether a pass of the loop trains for long: in a loop of its own, or on data that is not known to be small."""
    if other.loops[-1].site != repetition.loop.site and other.loops[-1] not in repetition.record.loops:
        return True
    if other.method == "train_on_batch":
        return False
    samples = repetitions.samples.count(other.record, other.data)
    epochs = other.argument("epochs")
    return samples is None or samples > SMALL or (epochs.is_given and epochs.number != 1)


def _steps_through_environment(repetition: Repetition) -> bool:
    """Whether each pass is one step of something that the program plays with: ``env.step(action)``."""

    def find() -> bool:
        return any(
            record.method == "step"
            and bool(record.arguments.positional)
            and record.loops[-1].site == repetition.loop.site
            and record.receiver is not None
            and all(
                part is UNKNOWN or isinstance(part, (External, Instance))
                for part in alternatives(record.receiver)
            )
            for record in repetition.calls
        )

    return repetition.program.shared(("steps through environment", repetition.loop.site), find)


def _takes_slices(repetition: Repetition) -> bool:
    """Whether the call gets one slice after the other of something that stays the same."""
    return any(
        isinstance(node, ir.Subscript)
        and _is_slice(node.key)
        and repetition.comes_from_item(node.key)
        and not repetition.changes(node.value)
        for node in repetition.definitions(repetition.data)
    )


def _is_slice(key: ir.Expression) -> bool:
    return isinstance(key.items[0] if isinstance(key, ir.Display) and key.items else key, ir.Slice)
