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
    """@PAGE missing-regularization@"""

    code = "KL305"
    severity = Severity.INFO
    default = False
    tokens = ("fit",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for model in facts.models:
            calls = [call for call in model.calls if call.method in ("fit", "fit_generator")]
            parameters = model.architecture.parameters
            if (
                parameters is not None
                and parameters > LARGE
                and not model.is_frozen
                and not facts.regularises(model)
                and any(self._trains_long(facts, call) for call in calls)
            ):
                yield self._finding(model, parameters, calls)

    def _trains_long(self, facts: Facts, call: TrainingCall) -> bool:
        epochs = call.argument("epochs")
        long = epochs.is_unknown or (epochs.number is not None and epochs.number >= FEW_EPOCHS)
        return long and not facts.stops_early(call)

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
