from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import RemoveArgument
from keraslint.rule import Rule
from keraslint.rule import Severity


class InStep(Rule):
    """
    ## What it does
    Finds `fit` calls that are shuffled in step with those of other files, and mends all of them at once.
    """

    code = "ACME902"
    severity = Severity.WARNING
    tokens = ("in step",)
    default = False
    applicability = Applicability.SAFE

    def check(self, facts):
        calls = [call for call in facts.training_calls if call.argument("shuffle").constant == "in step"]
        if calls:
            changes = tuple(RemoveArgument(call.at, "shuffle") for call in reversed(calls))
            yield Finding(
                at=calls[0].name_at,
                message="`fit` is shuffled in step",
                fix=Fix("Shuffle as ever", Applicability.SAFE, changes),
            )
