from keraslint.rule import Claim
from keraslint.rule import Rule
from keraslint.rule import Severity


class SlowLoop(Rule):
    """
    ## What it does
    Is measured.
    """

    code = "TIMED001"
    severity = Severity.WARNING
    tokens = ("fit",)
    claim = Claim.TIME
    changes = "fewer epochs are trained"

    def check(self, facts):
        return iter(())
