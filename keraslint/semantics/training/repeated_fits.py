"""Trainings that a Python loop starts again and again where one call would do."""

from __future__ import annotations

import math
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass

from keraslint.semantics.evaluation.bindings import uses_name
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Enumerated
from keraslint.semantics.evaluation.values import Range
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.repetition import Repetition
from keraslint.semantics.training.repetition import Repetitions
from keraslint.semantics.training.training import TrainingCall

FEW_PASSES = 3
BATCH_SIZE = 32
_AGAIN = ("compile", "load_weights", "set_weights")
_BESIDE = ("callbacks", "verbose")


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedFit:
    """A training call on every pass of a loop: for one epoch on the same data, or on one sample (``of_samples``).

    ``batches`` are those of one epoch, where they are known.
    """

    call: TrainingCall
    repetition: Repetition
    of_samples: bool
    batches: int | None

    @property
    def epochs_at(self) -> Site | None:
        """The number of passes of a loop that does nothing else: ``n`` in ``for epoch in range(n): model.fit(...)``."""
        node, call = self.repetition.node, self.call.record.node
        if not isinstance(node, ir.For) or self.repetition.frames or len(node.body) != 1 or node.orelse:
            return None
        only, counted = node.body[0], node.iterable
        if (
            not isinstance(only, (ir.Assign, ir.ExpressionStatement))
            or only.value is not call
            or self.call.method != "fit"
        ):
            return None
        if (
            not isinstance(counted, ir.Call)
            or not isinstance(counted.func, ir.Name)
            or counted.func.id != "range"
        ):
            return None
        given = counted.arguments
        if len(given) != 1 or given[0].star or uses_name((only,), getattr(node.target, "id", "")):
            return None
        return Site(self.call.at.file, given[0].value.place)


def repeated_fits(calls: Iterable[TrainingCall], repetitions: Repetitions) -> Iterator[RepeatedFit]:
    """The repeated trainings among the calls of a program."""
    calls = [call for call in calls if call.trains]
    places: dict[Site, set[Site]] = {}
    for call in calls:
        for loop in call.loops:
            places.setdefault(loop.site, set()).add(call.at)
    for call in calls:
        if call.method not in ("fit", "fit_generator", "train_on_batch") or not call.loops:
            continue
        repetition = repetitions.of(call.record)[-1]
        if repetition.passes is not None and repetition.passes < FEW_PASSES:
            continue
        if (
            repetition.makes(call.model)
            or repetition.receiver_comes_from_item
            or repetition.is_on_some_passes
        ):
            continue
        if _is_on_one_sample(call, repetition, repetitions):
            yield RepeatedFit(call, repetition, of_samples=True, batches=None)
        elif call.method != "train_on_batch" and _is_one_epoch(
            call, repetition, places[repetition.loop.site]
        ):
            yield RepeatedFit(call, repetition, of_samples=False, batches=_batches(call))


def _is_one_epoch(call: TrainingCall, repetition: Repetition, places: set[Site]) -> bool:
    """Whether passes do nothing else than the epochs of one training: the same model, the same data.

    ``places`` are those where the passes train.
    """
    node = call.record.node
    epochs = call.argument("epochs")
    if not isinstance(node, ir.Call) or call.record.arguments.open:
        return False
    if epochs.number != 1 and not epochs.is_absent:
        return False
    if call.argument("nb_epoch").is_given or call.argument("initial_epoch").is_given:
        return False
    if any(repetition.changes(each.value) for each in node.arguments if each.keyword not in _BESIDE):
        return False
    if not repetition.methods.isdisjoint(_AGAIN) or "trainable" in repetition.stores:
        return False
    return places == {call.at}


def _is_on_one_sample(call: TrainingCall, repetition: Repetition, repetitions: Repetitions) -> bool:
    """Whether a loop over samples that are all there trains on one after the other."""
    if repetition.loop.kind == "while" or not repetition.data_comes_from_item:
        return False
    if not all(_is_at_hand(part) for part in alternatives(repetition.loop.iterable)):
        return False
    return repetitions.samples.count(call.record, call.data) == 1


def _is_at_hand(iterable: Value) -> bool:
    if isinstance(iterable, Enumerated):
        return _is_at_hand(iterable.source)
    if isinstance(iterable, Sequence):
        return iterable.kind != "generator"
    return isinstance(iterable, (Array, Range))


def _batches(call: TrainingCall) -> int | None:
    """The batches of one epoch."""
    steps = call.argument("steps_per_epoch").number
    if steps is not None:
        return int(steps)
    sizes = {leaf.shape[0] for leaf in leaves(call.data) if isinstance(leaf, Array) and leaf.shape}
    size = sizes.pop() if len(sizes) == 1 else None
    given = call.argument("batch_size")
    batch = BATCH_SIZE if given.is_absent else given.number
    return None if size is None or not batch else math.ceil(size / batch)
