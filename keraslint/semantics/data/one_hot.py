"""Labels that a program turns into one-hot rows for a training that could take them as they are."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass

from keraslint.semantics.data.pipelines import DatasetStep
from keraslint.semantics.data.pipelines import Pipeline
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.call_index import CallIndex
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.training.training import TrainingCall

_MAKERS = {
    "keras.utils.to_categorical": "num_classes",
    "tensorflow.one_hot": "depth",
    "keras.ops.one_hot": "num_classes",
}
_LOSS = "categorical_crossentropy"
_TAPE = "tensorflow.GradientTape"


@dataclass(frozen=True, slots=True, eq=False)
class OneHotLabels:
    """A call that makes labels one-hot, and the call that takes them as the targets of a training.

    ``classes`` is the length of a row, where the call says it. ``training`` is None where a loss takes them,
    under a tape.
    """

    record: CallRecord
    classes: int | None
    taker: CallRecord
    training: TrainingCall | None = None


def one_hot_labels(
    index: CallIndex,
    calls: Iterable[TrainingCall],
    pipelines: Iterable[Pipeline],
) -> Iterator[OneHotLabels]:
    """Every call whose one-hot rows are, unchanged, the targets of a training."""
    rows = (record for maker in _MAKERS for record in index.of(maker))
    made = {id(record.result): record for record in rows if record.result is not UNKNOWN}
    for call in calls:
        targets = call.argument("y").value
        if call.trains and targets is not None and id(targets) in made:
            yield _labels(made[id(targets)], call.record, call)
    for record in index.in_order(index.named(lambda name: "crossentropy" in name.lower())) if made else ():
        first = next(iter(record.arguments.positional), None)
        targets = record.arguments.keyword("y_true") or first
        if id(targets) in made and _is_plain_loss(record) and _is_taped(record):
            yield _labels(made[id(targets)], record)
    for pipeline in pipelines:
        maps = [step for step in pipeline.outer_steps if step.maps]
        mapped = _made_in(maps[-1]) if maps else None
        for call in pipeline.consumers if mapped is not None else ():
            if call.trains and call.data is pipeline.dataset and mapped is not None:
                yield _labels(mapped, call.record, call)


def _labels(record: CallRecord, taker: CallRecord, training: TrainingCall | None = None) -> OneHotLabels:
    given = argument(record, _MAKERS[record.callee]).number
    return OneHotLabels(record, None if given is None else int(given), taker, training)


def _is_plain_loss(record: CallRecord) -> bool:
    smoothing = argument(record, "label_smoothing")
    return is_plain_crossentropy(record.function) and not (smoothing.is_given or smoothing.may_be_given)


def _is_taped(record: CallRecord) -> bool:
    tapes = (context.value for context in record.contexts)
    return any(isinstance(tape, External) and tape.made_by == _TAPE for tape in tapes)


def _made_in(step: DatasetStep) -> CallRecord | None:
    """The call in a mapped function whose one-hot rows are the targets that it gives."""
    returned = step.record.returned
    if not isinstance(returned, Sequence) or returned.items is None or len(returned.items) < 2:
        return None
    inner = (record for record in step.record.inner if record.callee in _MAKERS)
    return next((record for record in inner if record.result is returned.items[1]), None)


def is_plain_crossentropy(loss: Value | None) -> bool:
    """Whether a loss is categorical crossentropy as it comes, with no smoothing of labels."""
    if isinstance(loss, Const):
        return loss.value in (_LOSS, "CategoricalCrossentropy")
    if isinstance(loss, Symbol):
        return loss.name.endswith(f".{_LOSS}")
    if isinstance(loss, External) and loss.call is not None:
        smoothing = argument(loss.call, "label_smoothing")
        made = loss.made_by == "keras.losses.CategoricalCrossentropy"
        return made and not smoothing.may_be_given and (not smoothing.is_given or smoothing.number == 0)
    return False
