from keraslint.rule import Claim
from keraslint.rule import Rule
from keraslint.rule import Severity


class LostSetting(Rule):
    """
    ## What it does
    Is measured.
    """

    code = "TIMED003"
    severity = Severity.WARNING
    tokens = ("fit",)
    claim = Claim.RESULTS

    def check(self, facts):
        return iter(())
