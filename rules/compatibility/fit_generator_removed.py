"""`fit_generator` and its kind, which Keras 3 no longer has."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Change
from keraslint.rule import Claim
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NameArgument
from keraslint.rule import NoFix
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import TrainingCall

SUCCESSORS = {"fit_generator": "fit", "evaluate_generator": "evaluate", "predict_generator": "predict"}
# What could be given by position, as far as all releases agree on the order.
POSITIONAL = {
    "fit_generator": (
        "generator",
        "steps_per_epoch",
        "epochs",
        "verbose",
        "callbacks",
        "validation_data",
        "validation_steps",
    ),
    "evaluate_generator": ("generator", "steps"),
    "predict_generator": ("generator", "steps"),
}
KERAS_1 = (
    "max_q_size",
    "nb_epoch",
    "nb_val_samples",
    "nb_worker",
    "pickle_safe",
    "samples_per_epoch",
    "val_samples",
)


class FitGeneratorRemoved(Rule):
    """`fit_generator`, `evaluate_generator` and `predict_generator` are gone in Keras 3.

    ## What it does
    Finds `fit_generator`, `evaluate_generator` and `predict_generator` of a Keras model. With Keras 3 the call
    raises `AttributeError`: the finding is an error. With Keras 2 the methods are deprecated since
    TensorFlow 2.1 and only call `fit`, `evaluate` and `predict`: it is a warning. Where the project is
    pinned to a Keras before 2.3 or a TensorFlow before 2.1, whose `fit` takes no generator, there is none.

    ## Why it is slow
    It does not run at all, and it keeps a program on a Keras that gets no more work: what later
    releases made faster never reaches it. The call itself is not slower than `fit`.

    ## Example

    ## Use instead

    `fit`, `evaluate` and `predict` take generators and `keras.utils.PyDataset` objects as they take arrays. The
    fix gives the call its new name, and their names to arguments that stood at a position which `fit` has for
    something else. It changes nothing else. If `workers`, `use_multiprocessing` or `max_queue_size` stand in
    the call, Keras 3 wants them at the constructor of the data set: KL501 says so afterwards.

    ## When to leave it
    The program will stay on an old Keras for good. Pin it then (`keras<2.3` or `tensorflow<2.1` silences this
    rule), or set `target-keras = 2` and take the warning for what it is.

    ## Measured

    ## References
    - https://keras.io/api/models/model_training_apis/
    - https://www.tensorflow.org/versions/r2.15/api_docs/python/tf/keras/Model#fit_generator
    """

    code = "KL502"
    severity = Severity.ERROR
    claim = Claim.BREAKS
    applicability = Applicability.SAFE
    tokens = tuple(SUCCESSORS)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for call in facts.training_calls:
            if call.method not in SUCCESSORS or not facts.fit_takes_generators(call):
                continue
            if not facts.is_guarded(call.at):
                removed = facts.generation_of(call) == 3
                if removed or not any(call.argument(name).is_given for name in KERAS_1):
                    yield self._finding(call, removed)

    def _finding(self, call: TrainingCall, removed: bool) -> Finding:
        old, new = call.method, SUCCESSORS[call.method]
        if removed:
            message = f"Keras 3 removed `{old}`: this call raises an AttributeError; `{new}` takes generators"
        else:
            message = (
                f"`{old}` is deprecated since TensorFlow 2.1 and gone in Keras 3; `{new}` takes generators"
            )
        return Finding(
            at=call.name_at,
            message=message,
            confidence=Confidence.HIGH if call.is_certain else Confidence.MEDIUM,
            severity=Severity.ERROR if removed else Severity.WARNING,
            fix=self._rename(call, old, new),
            help=f"call `{new}` with the same arguments by name",
        )

    def _rename(self, call: TrainingCall, old: str, new: str) -> Fix | NoFix:
        given = len(call.record.arguments.positional)
        known = POSITIONAL[old]
        if given > len(known) or call.record.arguments.open or not call.is_written_out:
            return NoFix(
                "its arguments are given by `*` or `**`, or by more positions than all releases agree on"
            )
        changes: list[Change] = [ReplaceExpression(call.name_at, Template(new))]
        changes += [NameArgument(call.at, place, known[place]) for place in range(given - 1, 0, -1)]
        if call.argument("generator").is_given and given == 0:
            changes.append(NameArgument(call.at, "generator", "x"))
        return Fix(f"Call `{new}`", Applicability.SAFE, tuple(changes))
