from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template


class Stubborn(Rule):
    """
    ## What it does
    Finds every `fit` call, and offers a fix that leaves the finding where it is.
    """

    code = "ACME901"
    severity = Severity.WARNING
    tokens = ("fit",)
    applicability = Applicability.SAFE
    default = False

    def check(self, facts):
        for call in facts.training_calls:
            yield Finding(
                at=call.name_at,
                message="`fit` is called",
                fix=Fix("Hope", Applicability.SAFE, (SetArgument(call.at, "verbose", Template("1")),)),
            )
