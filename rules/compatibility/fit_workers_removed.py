"""Worker settings given to `fit`, `evaluate` or `predict`, which Keras 3 no longer takes."""

from collections.abc import Iterator
from collections.abc import Sequence

from keraslint.rule import AddParameter
from keraslint.rule import Applicability
from keraslint.rule import Change
from keraslint.rule import Claim
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import RemoveArgument
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.rule import pass_keywords
from keraslint.semantics import Facts
from keraslint.semantics import SequenceClass
from keraslint.semantics import SequenceInstance
from keraslint.semantics import TrainingCall

REMOVED = ("workers", "use_multiprocessing", "max_queue_size")
# What a call is, or becomes where KL502 renames it.
METHODS = {
    **{name: name for name in ("fit", "evaluate", "predict")},
    **{f"{name}_generator": name for name in ("fit", "evaluate", "predict")},
}


class FitWorkersRemoved(Rule):
    """`workers`, `use_multiprocessing` and `max_queue_size` are no arguments of `fit` in Keras 3.

    ## What it does
    Finds `fit`, `evaluate` and `predict` of a Keras model that are given `workers`,
    `use_multiprocessing` or `max_queue_size`, where the target is Keras 3. The call raises `TypeError`; so
    would `fit_generator` and its kind, once KL502 has given them their new names.
    The finding stands at the call; the class of its data is related.

    ## Why it is slow
    It does not run at all. What people do next is what makes it slow: they take the arguments out and
    train with a single worker from then on. In Keras 3 the settings moved to the constructor of the data
    set, `keras.utils.PyDataset`, of which `keras.utils.Sequence` is another name.

    ## Example

    ## Use instead

    The fix moves the arguments to the constructor call, in another file too, and leaves the values as they
    are, and gives them to what the call validates on as well, where that is one of its own; it lets the class of
    the data pass them on to its base class where that does not yet. For arrays and
    for a `tf.data.Dataset` the arguments never had an effect: it takes them out. A plain generator has no
    constructor that could take them; it keeps to one thread in Keras 3, and becomes parallel only as a
    `PyDataset`.

    ## When to leave it
    With Keras 2 (`tf_keras`, or TensorFlow before 2.16) the arguments belong on `fit`. Set
    `target-keras = 2` if the linter did not find that out by itself.

    ## Measured

    ## References
    - https://keras.io/guides/migrating_to_keras_3/
    - https://keras.io/api/utils/python_utils/
    - https://keras.io/api/models/model_training_apis/
    """

    code = "KL501"
    severity = Severity.ERROR
    claim = Claim.BREAKS
    applicability = Applicability.SAFE
    targets = (3,)
    tokens = REMOVED

    def check(self, facts: Facts) -> Iterator[Finding]:
        for call in facts.training_calls:
            if call.method in METHODS and facts.generation_of(call) == 3:
                given = [name for name in REMOVED if call.argument(name).is_given]
                if given and (call.method == METHODS[call.method] or not facts.is_guarded(call.at)):
                    yield self._finding(facts, call, given)

    def _finding(self, facts: Facts, call: TrainingCall, given: list[str]) -> Finding:
        names = " and ".join(f"`{name}`" for name in given)
        made = facts.sequence_of(call)
        method = METHODS[call.method]
        if call.method == method:
            message = f"Keras 3 removed {names} from `{method}`: this call raises a TypeError"
        else:
            message = f"`{method}`, which Keras 3 has in place of `{call.method}`, takes no {names}"
        return Finding(
            at=call.name_at,
            message=message,
            related=() if made is None else (Related(made[0].at, "its constructor takes the workers now"),),
            confidence=Confidence.HIGH if call.is_certain else Confidence.MEDIUM,
            fix=self._fix(facts, call, given, made),
            help="pass them to the constructor of the `keras.utils.PyDataset` that the batches come from",
        )

    def _fix(
        self,
        facts: Facts,
        call: TrainingCall,
        given: list[str],
        made: tuple[SequenceClass, SequenceInstance] | None,
    ) -> Fix | NoFix:
        if not call.is_written_out:
            return NoFix("not all of the call's arguments stand in it")
        changes = tuple(RemoveArgument(call.record.site, name) for name in given)
        if made is not None:
            settled = self._settle(call, given, *made)
            if isinstance(settled, NoFix):
                return settled
            settled += self._settle_validation(facts, call, given, settled)
            # A constructor takes the settings before another file hands them over.
            settled.sort(key=lambda change: not isinstance(change, AddParameter))
            return Fix(
                "Move the worker settings to the constructor", Applicability.SAFE, (*settled, *changes)
            )
        if call.data_kind in ("arrays", "dataset") and call.is_certain:
            return Fix("Remove the worker settings, which had no effect", Applicability.SAFE, changes)
        return Fix(
            "Remove the worker settings",
            Applicability.DISPLAY,
            changes,
            reason="one thread prepares the batches where they come from a generator; a `PyDataset` takes the settings",
        )

    def _settle_validation(
        self, facts: Facts, call: TrainingCall, given: list[str], settled: Sequence[Change]
    ) -> list[Change]:
        """The same for what the call validates on, which `fit` prepared by these settings too, as far as it can."""
        made = facts.validation_sequence_of(call)
        changes = NoFix("no object of its own") if made is None else self._settle(call, given, *made)
        return [] if isinstance(changes, NoFix) else [each for each in changes if each not in settled]

    def _settle(
        self, call: TrainingCall, given: list[str], cls: SequenceClass, instance: SequenceInstance
    ) -> list[Change] | NoFix:
        """What gives the settings to the constructor of an object, and its class the means to take them."""
        if instance.call is None:
            return NoFix(f"where the `{cls.name}` is made cannot be seen")
        changes: list[Change] = []
        if not cls.passes_workers:
            route = cls.keyword_route
            if route is None:
                return NoFix(f"the settings cannot be handed on by `{cls.name}.__init__` as it is")
            changes += pass_keywords(route.constructor, route.base_call)
        for name in given:
            value = self._value(call, instance, name)
            if value is None:
                return NoFix(f"`{name}` may mean something else where the `{cls.name}` is made")
            if any(
                other.argument(name).is_given
                and other.argument(name).constant != call.argument(name).constant
                for other in instance.consumers
            ):
                return NoFix(f"another call gives the same object another `{name}`")
            changes.append(SetArgument(instance.call, name, value))
        return changes

    def _value(self, call: TrainingCall, instance: SequenceInstance, name: str) -> Template | None:
        """What is to be written at the constructor: the same code where that means the same, else a constant."""
        given = call.argument(name)
        if given.at is not None and not given.is_literal and instance.sees(call, given.at):
            return Template("{value}", nodes={"value": given.at})
        return Template(repr(given.constant)) if isinstance(given.constant, int) else None
