"""Many epochs with validation data, and nothing that stops when it gets no better."""

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

MANY_EPOCHS = 50


class NoEarlyStopping(Rule):
    """@PAGE no-early-stopping@"""

    code = "KL412"
    severity = Severity.INFO
    applicability = Applicability.UNSAFE
    default = False
    tokens = ("fit",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for call in facts.training_calls:
            epochs = call.argument("epochs").number
            validated = (
                call.argument("validation_data").is_given or call.argument("validation_split").is_given
            )
            if (
                call.method in ("fit", "fit_generator")
                and epochs is not None
                and epochs >= MANY_EPOCHS
                and validated
                and facts.stops_early(call) is False
            ):
                yield Finding(
                    at=call.name_at,
                    message=f"`{call.method}` runs all {epochs:,.0f} epochs: no callback stops it when the validation loss rises",
                    confidence=Confidence.HIGH if call.is_certain else Confidence.MEDIUM,
                    fix=self._stop(call),
                    help="add `keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)` to `callbacks`",
                )

    def _stop(self, call: TrainingCall) -> Fix | None:
        if not call.argument("callbacks").is_absent:
            return None
        callback = Template(
            "[{stopping}(patience=5, restore_best_weights=True)]",
            symbols={"stopping": "keras.callbacks.EarlyStopping"},
        )
        return Fix(
            "Stop when the validation loss rises",
            Applicability.UNSAFE,
            (SetArgument(call.record.site, "callbacks", callback),),
            reason="training may end earlier, with the weights of its best epoch",
        )
