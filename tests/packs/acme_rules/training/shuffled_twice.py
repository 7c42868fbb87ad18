from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import RemoveArgument
from keraslint.rule import Rule
from keraslint.rule import Severity


class ShuffledTwice(Rule):
    """
    ## What it does
    Finds `fit` calls with `shuffle="twice"`.
    """

    code = "ACME002"
    severity = Severity.ERROR
    tokens = ("shuffle",)
    applicability = Applicability.SAFE
    targets = (3,)

    def check(self, facts):
        for call in facts.training_calls:
            if call.argument("shuffle").constant == "twice":
                yield Finding(
                    at=call.name_at,
                    message="nothing is shuffled twice",
                    confidence=Confidence.HIGH if call.is_certain else Confidence.MEDIUM,
                    fix=Fix("Remove `shuffle`", Applicability.SAFE, (RemoveArgument(call.at, "shuffle"),)),
                )
