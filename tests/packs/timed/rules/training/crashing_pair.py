from keraslint.rule import Claim
from keraslint.rule import Rule
from keraslint.rule import Severity


class CrashingPair(Rule):
    """
    ## What it does
    Is measured.
    """

    code = "TIMED004"
    severity = Severity.WARNING
    tokens = ("fit",)
    claim = Claim.TIME

    def check(self, facts):
        return iter(())
