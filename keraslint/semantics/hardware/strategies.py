"""Distribution strategies: who makes one, and whose scope a call stands in."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass

from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.training.training import TrainingCall

_SCOPE = "().scope()"
_PACKAGE = "tensorflow.distribute."
# Those that keep a copy of each variable for each device, so that all of a model must be theirs.
_MIRRORING = ("MirroredStrategy", "MultiWorkerMirroredStrategy", "TPUStrategy")
_OTHER_WAYS = (
    "tensorflow.distribute.experimental_set_strategy",
    "keras.distribution.set_distribution",
)
_OWN_LOOPS = (
    "distribute_datasets_from_function",
    "experimental_distribute_dataset",
    "experimental_distribute_datasets_from_function",
    "experimental_run_v2",
    "run",
)


@dataclass(frozen=True, slots=True, eq=False)
class ModelScopes:
    """One training of a model and the strategies around its making, its last compilation and the training.

    ``is_lazy`` says that its variables may be made only by the training itself.
    """

    call: TrainingCall
    made: CallRecord
    compiled: CallRecord | None
    is_lazy: bool

    @property
    def is_compiled_apart(self) -> bool:
        """Whether it is made under no strategy, and compiled under one that mirrors its variables."""
        return self.made_under == () and mirroring(self.compiled_under) is True

    @property
    def is_trained_apart(self) -> bool:
        """Whether it is made and compiled under no strategy, and trained under one that mirrors its variables."""
        return self.is_local and not self.is_lazy and mirroring(self.trained_under) is True

    @property
    def is_local(self) -> bool:
        """Whether it is made and compiled under no strategy at all."""
        return self.made_under == () and self.compiled_under == ()

    @property
    def made_under(self) -> tuple[str, ...] | None:
        """The strategies that the model is made under."""
        return strategies_around(self.made)

    @property
    def compiled_under(self) -> tuple[str, ...] | None:
        """The strategies that it is compiled under; those of its making where nobody compiles it in sight."""
        return self.made_under if self.compiled is None else strategies_around(self.compiled)

    @property
    def trained_under(self) -> tuple[str, ...] | None:
        """The strategies that it is trained under."""
        return strategies_around(self.call.record)


def model_scopes(records: Sequence[CallRecord], calls: Iterable[TrainingCall]) -> Iterator[ModelScopes]:
    """Every training of a model that is known, with what was done to the model before."""
    for call in calls:
        model = call.model
        if call.method not in ("fit", "fit_generator") or not isinstance(model, (Instance, Model)):
            continue
        if model.call is None or (isinstance(model, Model) and model.kind == "loaded"):
            continue
        compiled = None
        for record in records:
            if record is call.record:
                break
            if record.method == "compile" and record.receiver is model:
                compiled = record
        lazy = isinstance(model, Instance) or model.kind == "sequential"
        yield ModelScopes(call, model.call, compiled, lazy)


def strategies_around(record: CallRecord) -> tuple[str, ...] | None:
    """The strategies that a call may stand in the scope of, by their classes' names.

    Empty where it stands in none; None where a context around it may be one that nobody can see.
    """
    found: tuple[str, ...] = ()
    for context in record.contexts:
        inner = _strategies_of(context.value)
        if inner is None:
            return None
        found = inner or found
    return found


def mirroring(strategies: tuple[str, ...] | None) -> bool | None:
    """Whether strategies keep variables of their own on each device; None where some do, or nobody knows."""
    if strategies is None:
        return None
    found = {name in _MIRRORING for name in strategies}
    return found.pop() if len(found) == 1 else (None if found else False)


def _strategies_of(context: Value) -> tuple[str, ...] | None:
    names: list[str] = []
    for part in alternatives(context):
        if not isinstance(part, External):
            return None
        if part.name.startswith(_PACKAGE) and part.name.endswith(_SCOPE):
            names.append(part.name.removesuffix(_SCOPE).rpartition(".")[2])
    return tuple(names)


def unused_strategy(records: Sequence[CallRecord], scopes: ModelScopes) -> CallRecord | None:
    """The strategy that is made before a model, builds no other one, and is handed to nobody."""
    if _distributes_by_hand(records):
        return None
    made = None
    for record in records:
        if record is scopes.made:
            break
        if _makes_mirroring_strategy(record):
            made = record
    if made is None:
        return None
    for record in records:
        builds = record.method == "compile" or isinstance(record.result, Model)
        given = (leaf for value in record.arguments.values() for leaf in leaves(value))
        if (builds and strategies_around(record) != ()) or any(
            isinstance(leaf, External) and leaf.call is made and not leaf.path for leaf in given
        ):
            return None
    return made


def _makes_mirroring_strategy(record: CallRecord) -> bool:
    package, _, name = record.callee.rpartition(".")
    return f"{package}.".startswith(_PACKAGE) and name in _MIRRORING


def _distributes_by_hand(records: Iterable[CallRecord]) -> bool:
    """Whether a strategy is used in another way than by its scope."""
    return any(
        record.callee in _OTHER_WAYS
        or (
            record.callee.startswith(_PACKAGE)
            and record.callee.rpartition(".")[2] in _OWN_LOOPS
            and "()" in record.callee
        )
        for record in records
    )
