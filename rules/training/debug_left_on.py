"""Debugging aids that were left on in training."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import RemoveStatement
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts

COSTS = {
    "debug dumps": "every tensor of every step is written to disk",
    "numeric checks": "the result of every operation is searched for NaN and infinity",
    "placement log": "every operation prints the device that it runs on",
    "tf.data debug mode": "input pipelines run in Python, one element after the other",
}


class DebugLeftOn(Rule):
    """A debugging aid of TensorFlow is on while a model is trained.

    ## What it does
    Finds `tf.debugging.enable_check_numerics`, `tf.data.experimental.enable_debug_mode`,
    `tf.debugging.set_log_device_placement(True)` and `tf.debugging.experimental.enable_dump_debug_info` in a
    program that trains afterwards and does not switch them off before. An `if` around the line, or a comment
    beside it that gives a reason, makes it info.

    ## Why it is slow
    Each of them looks at every operation or every element: numeric checks put a test behind each operation,
    the debug mode of tf.data runs the functions of a pipeline eagerly and without any parallelism, dumps write
    tensors to disk, and the placement log prints.

    ## Example

    ## Use instead

    Leave the call out, or put it behind a flag. The fix removes it and is unsafe: what it would have reported
    is not reported any more.

    ## When to leave it
    A training that goes wrong is being looked at. Say so in a comment, or take the finding for a reminder.

    ## Measured

    ## References
    - https://www.tensorflow.org/api_docs/python/tf/debugging/enable_check_numerics
    - https://www.tensorflow.org/api_docs/python/tf/data/experimental/enable_debug_mode
    """

    code = "KL411"
    severity = Severity.WARNING
    applicability = Applicability.UNSAFE
    backends = ("tensorflow",)
    tokens = (
        "enable_check_numerics",
        "enable_debug_mode",
        "set_log_device_placement",
        "enable_dump_debug_info",
    )
    heeds_reasons = True

    def check(self, facts: Facts) -> Iterator[Finding]:
        for setting in facts.settings:
            if setting.name in COSTS and setting.constant is True and setting.reached:
                change = RemoveStatement(setting.statement)
                yield Finding(
                    at=setting.at,
                    message=f"`{setting.spelled}` is left on: {COSTS[setting.name]}",
                    related=tuple(Related(call.name_at, "trains with it") for call in setting.reached),
                    confidence=Confidence.MEDIUM if setting.is_conditional else Confidence.HIGH,
                    severity=Severity.INFO if setting.is_conditional else Severity.WARNING,
                    fix=Fix(
                        "Remove the call",
                        Applicability.UNSAFE,
                        (change,),
                        reason="what it would have reported is not reported",
                    ),
                )
