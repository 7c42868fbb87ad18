from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template


class ChattyFit(Rule):
    """
    ## What it does
    Finds `fit` calls that print a progress bar.
    """

    code = "ACME003"
    severity = Severity.INFO
    tokens = ("fit",)
    applicability = Applicability.SAFE

    def check(self, facts):
        for call in facts.training_calls:
            if call.argument("verbose").is_absent:
                yield Finding(
                    at=call.name_at,
                    message="`fit` prints a progress bar",
                    fix=Fix(
                        "Print a line an epoch",
                        Applicability.SAFE,
                        (SetArgument(call.at, "verbose", Template("2")),),
                    ),
                )
