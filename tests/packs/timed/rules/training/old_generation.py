from keraslint.rule import Claim
from keraslint.rule import Rule
from keraslint.rule import Severity


class OldGeneration(Rule):
    """
    ## What it does
    Is measured.
    """

    code = "TIMED005"
    severity = Severity.WARNING
    tokens = ("fit",)
    claim = Claim.TIME
    targets = (2,)

    def check(self, facts):
        return iter(())
