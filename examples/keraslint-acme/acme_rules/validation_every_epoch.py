"""Validation after each of many epochs, with nobody who reads it."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import TrainingCall

MANY_EPOCHS = 20


class ValidationEveryEpoch(Rule):
    """`fit` validates after each of many epochs, and no callback reads the result.

    ## What it does
    Finds `fit` with `validation_data`, twenty epochs or more, no `callbacks` and no `validation_freq`.

    ## Why it is slow
    Each validation runs the model over all of the validation data. Where that is as large as the training
    data or larger, much of the time of an epoch goes into figures that nobody waits for.

    ## Example

    ## Use instead
    `validation_freq=5` validates after every fifth epoch. The fix is unsafe: the history has the figures of
    those epochs alone.

    ## When to leave it
    - The validation data is small beside the training data.
    - Somebody looks at every epoch while the training runs.

    ## Measured

    ## References
    - https://keras.io/api/models/model_training_apis/
    """

    code = "ACME101"
    severity = Severity.WARNING
    applicability = Applicability.UNSAFE
    tokens = ("validation_data",)
    changes = "the history has the validation figures of every fifth epoch alone"

    def check(self, facts: Facts) -> Iterator[Finding]:
        """Yield a finding for each such `fit`."""
        for call in facts.training_calls:
            epochs = call.argument("epochs").number
            if (
                call.method == "fit"
                and epochs is not None
                and epochs >= MANY_EPOCHS
                and call.argument("validation_data").is_given
                and not call.argument("validation_data").is_absent
                and call.argument("validation_freq").is_absent
                and call.argument("callbacks").is_absent
            ):
                yield Finding(
                    at=call.name_at,
                    message=f"`fit` validates after each of its {epochs:,.0f} epochs, and no callback reads the result",
                    confidence=Confidence.HIGH if call.is_certain else Confidence.MEDIUM,
                    fix=self._validate_less(call),
                )

    def _validate_less(self, call: TrainingCall) -> Fix:
        return Fix(
            "Validate after every fifth epoch",
            Applicability.UNSAFE,
            (SetArgument(call.at, "validation_freq", Template("5")),),
            reason=self.changes,
        )
