"""What loops and web servers make again on every pass: compiled models, models, datasets and their iterators."""

from __future__ import annotations

import math
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence as ReadOnlySequence
from dataclasses import dataclass

from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.evaluation.walking import expressions
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.repetition import Repetition
from keraslint.semantics.training.repetition import Repetitions
from keraslint.semantics.training.training import METHODS
from keraslint.semantics.training.training import TrainingCall
from keraslint.semantics.training.training import is_model

FEW_PASSES = 3
_WEIGHTS = ("load_weights", "set_weights")
_LOADING = ("keras.models.load_model", "keras.saving.load_model")
_CLEARING = ("keras.backend.clear_session", "keras.utils.clear_session")
_VIEWS = ("input", "inputs", "output", "outputs")
_STEPS = ("tensorflow.GradientTape", "keras.Model.train_on_batch")
_POOLS = ("Executor()", "Pool()", "Process", "Parallel()")


@dataclass(frozen=True, slots=True, eq=False)
class Remade:
    """A call that makes the same again: on every pass of ``repetition``, or for each request to ``handler``.

    ``at`` is the call, or the call of the function that leads to it from the loop. ``batches`` are
    those that a pass takes from what is made, where they are known. ``making`` are all calls that make it, where
    there are several.
    """

    record: CallRecord
    at: Site
    repetition: Repetition | None
    handler: Function | None = None
    batches: int | None = None
    making: tuple[CallRecord, ...] = ()

    @property
    def iterated_at(self) -> Site | None:
        """The dataset in ``next(iter(dataset))``."""
        node = self.record.node
        inner = node.arguments[0].value if isinstance(node, ir.Call) and node.arguments else None
        if not isinstance(inner, ir.Call) or len(inner.arguments) != 1:
            return None
        return Site(self.record.site.file, inner.arguments[0].value.place)

    @property
    def movable(self) -> tuple[Site, ...]:
        """The statements of the loop's own block that make it, and could do so before the loop."""
        if self.repetition is None:
            return ()
        return self.repetition.statements_with(self.making or (self.record,))


def recompiled(
    records: Iterable[CallRecord], calls: ReadOnlySequence[TrainingCall], repetitions: Repetitions
) -> Iterator[Remade]:
    """Models that are compiled on every pass of a loop with the same arguments, and run there."""
    training = {loop.site for call in calls for loop in call.loops}
    for record in records:
        if record.method != "compile" or not is_model(record.receiver) or not record.loops:
            continue
        repetition = repetitions.of(record)[-1]
        if not _repeats(repetition) or not isinstance(record.node, ir.Call) or record.arguments.open:
            continue
        if repetition.makes(record.receiver) or repetition.receiver_comes_from_item:
            continue
        if _is_replaced(record, repetition):
            continue
        if any(repetition.changes(each.value) for each in record.node.arguments):
            continue
        if "trainable" in repetition.stores or not repetition.methods.isdisjoint(_WEIGHTS):
            continue
        if repetition.loop.site in training:
            yield Remade(record, record.name_site, repetition)


def _is_replaced(record: CallRecord, repetition: Repetition) -> bool:
    """Whether a pass puts another object in the place of the one that it compiles: the next compiles that."""
    func = record.node.func if isinstance(record.node, ir.Call) else None
    return isinstance(func, ir.Attribute) and repetition.changes(func.value)


def rebuilt(repetitions: Repetitions) -> Iterator[Remade]:
    """Models that loops make with nothing cleared between, one for each loop, and those made for each request."""
    seen: set[Site] = set()
    used: dict[Site, set[int]] = {}
    for record in repetitions.index.makers:
        if not is_model(record.result) or _is_view(record):
            continue
        handler = repetitions.request(record)
        if handler is not None:
            if record.site not in seen and not repetitions.is_kept(record, handler):
                seen.add(record.site)
                yield Remade(record, record.site, None, handler)
        elif record.loops:
            repetition = repetitions.of(record)[-1]
            site = repetition.loop.site
            if site not in used:
                used[site] = _used(repetition)
            is_used = record.callee in _LOADING or id(record.result) in used[site]
            if site not in seen and is_used and _piles_up(record, repetition):
                seen.add(site)
                yield Remade(record, repetition.at, repetition)


def loads_the_same(made: Remade) -> bool:
    """Whether the model is read from a file, the same on every pass."""
    node = made.record.node
    return (
        made.record.callee in _LOADING
        and made.repetition is not None
        and isinstance(node, ir.Call)
        and not made.repetition.changes(node.arguments)
    )


def remade_datasets(calls: Iterable[TrainingCall], repetitions: Repetitions) -> Iterator[Remade]:
    """Datasets that a loop makes on every pass with the same arguments, for what trains in it."""
    seen: set[Site] = set()
    for call in calls:
        for dataset in alternatives(call.data):
            if not isinstance(dataset, Dataset) or not call.loops:
                continue
            first = dataset.steps()[0].call
            if _is_in_graph(first):
                continue
            made = [loop for loop in first.loops if loop in call.loops]
            if not made or first.site in seen:
                continue
            repetition = repetitions.of(first)[first.loops.index(made[-1])]
            if _repeats(repetition) and _makes_the_same(dataset, repetition, repetitions):
                seen.add(first.site)
                inside = tuple(step.call for step in dataset.steps() if made[-1] in step.call.loops)
                yield Remade(first, repetition.at, repetition, batches=_batches(dataset), making=inside)


def restarted_iterators(repetitions: Repetitions) -> Iterator[Remade]:
    """``next(iter(dataset))`` for each step of a training."""
    seen: set[Site] = set()
    for record in repetitions.index.of("builtins.next"):
        if not record.loops or record.site in seen or _is_in_graph(record):
            continue
        given = record.node.arguments[0].value if isinstance(record.node, ir.Call) else None
        if not isinstance(given, ir.Call) or not isinstance(given.func, ir.Name) or given.func.id != "iter":
            continue
        iterated = repetitions.index.at(Site(record.site.file, given.place))
        if not any(_is_dataset(value) for each in iterated for value in each.arguments.positional):
            continue
        repetition = repetitions.of(record)[-1]
        if _repeats(repetition) and not repetition.changes(given.arguments) and _trains(repetition):
            seen.add(record.site)
            yield Remade(record, record.site, repetition)


def _is_dataset(value: Value) -> bool:
    return all(isinstance(part, Dataset) for part in alternatives(value))


def _is_in_graph(record: CallRecord) -> bool:
    """Whether a call is traced once: it stands in a function that is compiled."""
    return any(frame.function.compiled is not None for frame in record.frames)


def _repeats(repetition: Repetition) -> bool:
    few = repetition.passes is not None and repetition.passes < FEW_PASSES
    return not few and not repetition.is_on_some_passes


def _is_view(record: CallRecord) -> bool:
    """Whether a model is made of the tensors of one that is there: ``Model(base.input, base.output)``."""
    node = record.node
    return isinstance(node, ir.Call) and any(
        isinstance(part, ir.Attribute) and part.attr in _VIEWS
        for argument in node.arguments
        for part in expressions((ir.ExpressionStatement(node.place, argument.value),))
    )


def _used(repetition: Repetition) -> set[int]:
    """The objects, by ``id``, that the passes compile, train or ask: another model may be part of one of these."""
    return {
        id(part)
        for each in repetition.calls
        if each.receiver is not None and (each.method == "compile" or each.method in METHODS)
        for part in alternatives(each.receiver)
    }


def _piles_up(record: CallRecord, repetition: Repetition) -> bool:
    if not _repeats(repetition) or not repetition.callees.isdisjoint(_CLEARING):
        return False
    if any(frame.call is not None and _is_pool(frame.call) for frame in record.frames):
        return False
    return repetition.loop.kind != "comprehension" and not _keeps(repetition, record)


def _is_pool(call: CallRecord) -> bool:
    return any(pool in call.callee for pool in _POOLS)


def _keeps(repetition: Repetition, record: CallRecord) -> bool:
    """Whether the models of all passes are kept: in a list, under a key, as attributes."""
    for each in repetition.calls:
        given = [part for value in each.arguments.values() for part in alternatives(value)]
        if each.method in ("append", "add", "insert") and any(part is record.result for part in given):
            return True
    made = {
        target.id
        for statement in statements(repetition.body)
        if isinstance(statement, ir.Assign) and statement.value.place == repetition.at.place
        for target in statement.targets
        if isinstance(target, ir.Name)
    }
    return any(
        isinstance(statement, ir.Assign)
        and any(isinstance(target, ir.Subscript) for target in statement.targets)
        and (
            statement.value.place == repetition.at.place
            or (isinstance(statement.value, ir.Name) and statement.value.id in made)
        )
        for statement in statements(repetition.body)
    )


def _makes_the_same(dataset: Dataset, repetition: Repetition, repetitions: Repetitions) -> bool:
    """Whether all that makes a dataset inside of a loop is the same on each pass."""
    for step in dataset.steps():
        record = step.call
        if repetition.loop not in record.loops:
            continue
        inside = next(each for each in repetitions.of(record) if each.loop is repetition.loop)
        if not isinstance(record.node, ir.Call) or any(
            inside.changes(a.value) for a in record.node.arguments
        ):
            return False
        if any(not _makes_the_same(each, repetition, repetitions) for each in step.inputs):
            return False
    return True


def _batches(dataset: Dataset) -> int | None:
    """The batches that a dataset of arrays gives, where they are known."""
    steps = dataset.steps()
    given = steps[0].call.arguments.positional
    sizes = {
        leaf.shape[0] for value in given for leaf in leaves(value) if isinstance(leaf, Array) and leaf.shape
    }
    batch = next((step.call.arguments.positional for step in steps if step.name == "batch"), ())
    number = getattr(batch[0], "value", None) if batch else None
    size = sizes.pop() if len(sizes) == 1 else None
    return None if size is None or not isinstance(number, int) or not number else math.ceil(size / number)


def _trains(repetition: Repetition) -> bool:
    """Whether each pass itself is a step of a training."""
    return any(
        (record.callee in _STEPS or record.method == "train_on_batch")
        and record.loops[-1].site == repetition.loop.site
        for record in repetition.calls
    )
