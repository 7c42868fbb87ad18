from keraslint.rule import Claim
from keraslint.rule import Rule
from keraslint.rule import Severity


class GoneArgument(Rule):
    """
    ## What it does
    Is measured.
    """

    code = "TIMED002"
    severity = Severity.WARNING
    tokens = ("fit",)
    claim = Claim.BREAKS

    def check(self, facts):
        return iter(())
