from keraslint.rule import Finding
from keraslint.rule import Rule
from keraslint.rule import Severity


class Failing(Rule):
    """
    ## What it does
    Finds one `fit` call and stumbles over the next.
    """

    code = "ACME900"
    severity = Severity.WARNING
    tokens = ("fit",)
    default = False

    def check(self, facts):
        for index, call in enumerate(facts.training_calls):
            if index == 1:
                raise ValueError("two are too many")
            yield Finding(at=call.name_at, message="found one")
