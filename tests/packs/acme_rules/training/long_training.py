from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template


class LongTraining(Rule):
    """
    ## What it does
    Finds `fit` calls of more than 100 epochs.

    ## Why it is slow
    It takes long.
    """

    code = "ACME001"
    severity = Severity.WARNING
    tokens = ("epochs",)
    applicability = Applicability.UNSAFE

    def check(self, facts):
        for call in facts.training_calls:
            epochs = call.argument("epochs").constant
            if isinstance(epochs, int) and epochs > 100:
                yield Finding(
                    at=call.argument("epochs").at,
                    message=f"{epochs} epochs are many",
                    related=tuple(Related(model.at, "the model that is trained") for model in facts.models),
                    help="stop early",
                    fix=Fix(
                        "Train for 100 epochs",
                        Applicability.UNSAFE,
                        (SetArgument(call.at, "epochs", Template("100")),),
                        reason="the model learns less",
                    ),
                )
