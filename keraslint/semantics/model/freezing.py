"""Freezing that comes too early or too late to have an effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.model.architecture import ENDS
from keraslint.semantics.model.architecture import LAYERS
from keraslint.semantics.training.training import MODEL
from keraslint.semantics.training.training import TrainingCall

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_HUBS = ("keras_cv.", "keras_hub.", "keras_nlp.", "tensorflow_hub.")
_FREEZE = (Const("trainable"), Const(False))


@dataclass(frozen=True, slots=True, eq=False)
class Freezing:
    """``part.trainable = False``, and the training for which it does not do what it is meant to do.

    ``after`` is what came first and should not have. A freezing that ``starves`` takes effect where a model
    is to be trained itself; any other comes too late for the training to leave the part alone.
    """

    record: CallRecord
    after: CallRecord
    training: TrainingCall
    starves: bool

    @property
    def at(self) -> Site:
        """The attribute that is set."""
        return self.record.name_site


def ineffective_freezings(
    evaluator: Evaluator, index: CallIndex, calls: tuple[TrainingCall, ...], generation: int
) -> Iterator[Freezing]:
    """The freezings of the program that change nothing, or too much."""
    freezing = [record for record in index.of_method("__setattr__") if record.arguments.positional == _FREEZE]
    if not freezing:
        return
    records = evaluator.records
    order = index.order
    trainings = [(order[id(call.record)], call) for call in calls if call.trains and id(call.record) in order]
    for record in freezing:
        when, part = order[id(record)], record.receiver
        if part is None:
            continue
        later = [(place, call) for place, call in trainings if place > when]
        if is_pretrained(part):
            late = (_late(evaluator, part, when, place, call, trainings, generation) for place, call in later)
            found = next((each for each in late if each is not None), None)
            if found is not None:
                yield Freezing(record, *found, starves=False)
        else:
            compiled = _untrained_since(records, part, when, trainings)
            own = next(
                (call for place, call in later if _stays_frozen(records, part, when, place, call)), None
            )
            if own is not None and _generation(own, generation) == 2:
                continue
            if compiled is not None and own is not None:
                yield Freezing(record, compiled, own, starves=True)


def _generation(call: TrainingCall, target: int) -> int:
    return 2 if call.is_generation_2 else target


def is_pretrained(part: Value) -> bool:
    """Whether a model or layer comes with weights that somebody trained before."""
    if isinstance(part, Model):
        if part.kind == "application":
            weights = argument(part.call, "weights")
            return not (weights.is_given and weights.constant is None)
        return part.kind == "loaded"
    return isinstance(part, External) and part.name.startswith(_HUBS)


def _late(
    evaluator: Evaluator,
    part: Value,
    index: int,
    place: int,
    call: TrainingCall,
    trainings: list[tuple[int, TrainingCall]],
    generation: int,
) -> tuple[CallRecord, TrainingCall] | None:
    """What came before a freezing that had to come after it, where the training uses the frozen part."""
    model = call.model
    if not isinstance(model, (Instance, Model)) or not (model is part or _holds(evaluator, model, part)):
        return None
    compiles = [
        (at, record)
        for at, record in enumerate(evaluator.records[:place])
        if record.method == "compile" and record.receiver is model
    ]
    if not compiles or compiles[-1][0] > index:
        return None
    if model is part and _is_frozen_for_another(evaluator, part, index):
        return None
    if _generation(call, generation) == 2:
        return compiles[-1][1], call
    start = compiles[-1][0]
    earlier = [each for at, each in trainings if start < at < index and each.model is model]
    return (earlier[0].record, call) if earlier else None


def _is_frozen_for_another(evaluator: Evaluator, part: Value, index: int) -> bool:
    """Whether a model that holds the part is compiled after the freezing, which is meant for that one."""
    return any(
        record.method == "compile"
        and record.receiver is not part
        and isinstance(record.receiver, (Instance, Model))
        and _holds(evaluator, record.receiver, part)
        for record in evaluator.records[index + 1 :]
    )


def _holds(evaluator: Evaluator, model: Instance | Model, part: Value) -> bool:
    """Whether a model is made of a part, at any depth of its layers."""
    if not isinstance(model, Model):
        return False
    pending: list[Value] = []
    for name in (LAYERS, ENDS):
        value = evaluator.root.get((model.ref, name))
        pending += [] if value is None else list(leaves(value))
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if value is part:
            return True
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Tensor) and value.producer is not None:
            pending += [value.producer.layer, *value.producer.inputs]
        elif isinstance(value, Sequence) and value.items is not None:
            pending += value.items
    return False


def _untrained_since(
    records: list[CallRecord], part: Value, index: int, trainings: list[tuple[int, TrainingCall]]
) -> CallRecord | None:
    """The compilation of a model before a freezing, if it was not trained in between."""
    if not isinstance(part, Model) and not (
        isinstance(part, Instance) and attributes.derives_from(part.cls, MODEL)
    ):
        return None
    for place in range(index - 1, -1, -1):
        record = records[place]
        if record.method == "compile" and record.receiver is part:
            trained = any(place < at < index and part in alternatives(call.model) for at, call in trainings)
            return None if trained else record
    return None


def _stays_frozen(records: list[CallRecord], part: Value, index: int, place: int, call: TrainingCall) -> bool:
    """Whether a training is that of the frozen model alone, and nothing freed it on the way."""
    return call.model is part and not any(
        record.receiver is part and (record.method == "compile" or record.method == "__setattr__")
        for record in records[index + 1 : place]
    )
