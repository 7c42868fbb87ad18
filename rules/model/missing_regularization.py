"""A large model that trains with nothing against overfitting."""

from collections.abc import Iterator

from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts
from keraslint.semantics import ModelFact
from keraslint.semantics import TrainingCall

LARGE = 1_000_000
FEW_EPOCHS = 10


class MissingRegularization(Rule):
    """A large model is trained for long with nothing that keeps it from learning its data by heart.

    ## What it does
    Finds models of more than a million parameters that are trained for ten epochs or more, or for a number
    that is not known, with no dropout, no weight decay or penalty, no normalisation, no augmentation in the
    model or its pipeline, and no early stopping. The rule is off unless it is selected: it gives advice, and
    the code alone cannot tell whether the advice is needed.

    ## Why it is slow
    A step is not slower without regularisation. What is lost are the epochs after the point from which the
    model only learns the noise of its training data: they cost as much as the useful ones, and make the model
    worse on everything else. The step itself becomes slightly slower with most of what this page recommends.

    ## Example

    ## Use instead

    Dropout between wide layers, `keras.optimizers.AdamW`, `kernel_regularizer=`, random layers for images, or
    `keras.callbacks.EarlyStopping` with validation data, which alone saves time directly. Which of them fits is
    a matter of the data; the linter offers no fix.

    ## When to leave it
    - Validation loss still falls at the end of training.
    - There is so much data that no sample is seen often.
    - The model is meant to fit its data exactly, in a test that it can learn at all.
    - A frozen backbone holds the parameters. That is not reported.

    ## Measured

    ## References
    - https://keras.io/api/layers/regularization_layers/dropout/
    - https://keras.io/api/layers/regularizers/
    - https://keras.io/api/callbacks/early_stopping/
    """

    code = "KL305"
    severity = Severity.INFO
    changes = "dropout draws at random while it trains: other weights come out"
    default = False
    tokens = ("fit",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for model in facts.models:
            calls = [call for call in model.calls if call.method in ("fit", "fit_generator")]
            long = [call for call in calls if self._trains_long(call)]
            parameters = model.architecture.parameters if long else None
            if (
                parameters is not None
                and parameters > LARGE
                and not model.is_frozen
                and not facts.regularises(model)
                and not all(facts.stops_early(call) for call in long)
            ):
                yield self._finding(model, parameters, calls)

    def _trains_long(self, call: TrainingCall) -> bool:
        epochs = call.argument("epochs")
        return epochs.is_unknown or (epochs.number is not None and epochs.number >= FEW_EPOCHS)

    def _finding(self, model: ModelFact, parameters: int, calls: list[TrainingCall]) -> Finding:
        return Finding(
            at=model.at,
            message=(
                f"a model of {parameters:,} parameters trains with no dropout, weight decay, normalisation, "
                "augmentation or early stopping"
            ),
            related=tuple(Related(call.name_at, "trains it") for call in calls),
            confidence=Confidence.MEDIUM,
        )
