"""A device scope around training that Keras does not need, or that keeps it off the GPU."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import UnwrapWith
from keraslint.semantics import DeviceScope
from keraslint.semantics import Facts


class HardcodedDevice(Rule):
    """@PAGE hardcoded-device@"""

    code = "KL203"
    severity = Severity.INFO
    applicability = Applicability.UNSAFE
    backends = ("tensorflow",)
    tokens = ("device",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for scope in facts.device_scopes:
            if scope.is_cpu and scope.trains:
                yield self._finding(
                    scope,
                    f"`{scope.spelled}` around `{scope.doing}` trains on the CPU, whatever GPU there is",
                    Severity.WARNING,
                )
            elif scope.is_gpu:
                several = facts.target.devices is not None and facts.target.devices > 1
                yield self._finding(
                    scope,
                    f"`{scope.spelled}` around `{scope.doing}` changes nothing on a machine with one GPU, "
                    "which Keras uses without it, and pins a machine with several to one",
                    Severity.WARNING if several else Severity.INFO,
                )

    def _finding(self, scope: DeviceScope, message: str, severity: Severity) -> Finding:
        return Finding(
            at=scope.at,
            message=message,
            related=(Related(scope.inside, "runs inside this scope"),),
            severity=severity,
            fix=Fix(
                "Remove the device scope",
                Applicability.UNSAFE,
                (UnwrapWith(scope.item),),
                reason="the code runs on whatever device TensorFlow chooses, in another order of operations there",
            ),
        )
