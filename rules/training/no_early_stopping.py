"""Many epochs with validation data, and nothing that stops when it gets no better."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import TrainingCall

MANY_EPOCHS = 50


class NoEarlyStopping(Rule):
    """A long training with validation data always runs to its last epoch.

    ## What it does
    Finds `fit` calls of at least 50 epochs that are given validation data and no callback that could stop
    the training. The rule is off unless it is selected: a fixed number of epochs may be meant.

    ## Why it is slow
    The number of epochs is a guess made before the first of them. With validation data, Keras measures after
    each whether the model still gets better, and without a callback it does nothing with the answer: epochs
    that make the model no better, or worse, are trained like the others, and at the end the last weights are
    kept, not the best ones.

    ## Example

    ## Use instead

    `EarlyStopping` ends the training after `patience` epochs without a better validation loss, and
    `restore_best_weights=True` goes back to the best ones. The fix is unsafe: other weights come out, after
    another number of epochs. Choose the patience by how noisy the validation loss is; with a learning rate
    schedule that drops late, a small one stops too soon.

    ## When to leave it
    - The number of epochs belongs to the experiment: a schedule over all of them, a comparison, a benchmark.
    - The validation loss is so noisy that no patience fits.
    - Something outside stops the run.

    Callbacks of one's own that set `model.stop_training` are not reported.

    ## Measured

    ## References
    - https://keras.io/api/callbacks/early_stopping/
    - https://keras.io/guides/writing_your_own_callbacks/
    """

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

    def _stop(self, call: TrainingCall) -> Fix | NoFix:
        if not call.argument("callbacks").is_absent:
            return NoFix("`callbacks` is given already")
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
