from keraslint.rule import Claim
from keraslint.rule import Rule
from keraslint.rule import Severity


class LargeHead(Rule):
    """
    ## What it does
    Is measured.
    """

    code = "TIMED006"
    severity = Severity.WARNING
    tokens = ("fit",)
    claim = Claim.MEMORY

    def check(self, facts):
        return iter(())
