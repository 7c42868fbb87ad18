"""Eager execution that was switched on for a look, and graph mode where Keras 3 cannot run."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Claim
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import RemoveArgument
from keraslint.rule import RemoveStatement
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts
from keraslint.semantics import Setting


class EagerLeftOn(Rule):
    """Training runs eagerly, operation by operation; or eager execution is off where Keras 3 needs it.

    ## What it does
    Finds `compile(run_eagerly=True)`, `model.run_eagerly = True`, `tf.config.run_functions_eagerly(True)` and its
    experimental form, where a model is trained afterwards and nothing switches them off before. An `if`
    around the line, or a comment beside it that gives a reason, makes it info.
    `tf.compat.v1.disable_eager_execution()` is an error where Keras 3 trains: `fit` raises `RuntimeError`.

    ## Why it is slow
    Keras compiles a training step into a graph once and runs it as one. Run eagerly, each operation of each
    step is started from Python by itself: small models spend nearly all of their time between operations.
    Breakpoints and `print` need that; a training that is meant to finish does not.

    ## Example

    ## Use instead

    Leave the setting out. The fix removes it, and is unsafe: Python code inside of the step, which ran
    on every batch before, runs only while the step is traced.

    ## When to leave it
    - The step calls what works eagerly alone: `.numpy()`, lists that grow, a debugger. Say so in a comment.
    - Tests, and demonstrations of what eager execution is.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/function
    - https://www.tensorflow.org/api_docs/python/tf/config/run_functions_eagerly
    """

    code = "KL403"
    severity = Severity.WARNING
    claim = Claim.TIME
    applicability = Applicability.UNSAFE
    backends = ("tensorflow",)
    tokens = ("eager",)
    heeds_reasons = True

    def check(self, facts: Facts) -> Iterator[Finding]:
        for setting in facts.settings:
            if setting.name in ("eager", "eager model") and setting.constant is True and setting.reached:
                yield self._left_on(setting)
            elif setting.name == "graph mode" and self._is_for_second_tensorflow(facts, setting):
                fitted = [
                    call
                    for call in setting.reached
                    if call.method == "fit" and facts.generation_of(call) == 3
                ]
                if fitted:
                    yield Finding(
                        at=setting.at,
                        message=f"`{setting.spelled}` turns off what Keras 3 trains with: `fit` raises a RuntimeError",
                        related=(Related(fitted[0].name_at, "fails"),),
                        confidence=Confidence.MEDIUM if setting.is_conditional else Confidence.HIGH,
                        severity=Severity.ERROR,
                        fix=self._remove(setting),
                    )

    def _is_for_second_tensorflow(self, facts: Facts, setting: Setting) -> bool:
        """Whether the code around knows of TensorFlow 2: what imports all of `tf.compat.v1` as `tf` does not."""
        return setting.spelled.endswith("compat.v1.disable_eager_execution") and not facts.is_guarded(
            setting.statement
        )

    def _left_on(self, setting: Setting) -> Finding:
        return Finding(
            at=setting.at,
            message=(
                f"`{setting.spelled}` leaves eager execution on: every operation of every training step "
                "is started from Python by itself"
            ),
            related=tuple(Related(call.name_at, "trains eagerly") for call in setting.reached),
            confidence=Confidence.MEDIUM if setting.is_conditional else Confidence.HIGH,
            severity=Severity.INFO if setting.is_conditional else Severity.WARNING,
            fix=self._remove(setting),
        )

    def _remove(self, setting: Setting) -> Fix:
        change = (
            RemoveArgument(setting.statement, setting.argument)
            if setting.argument
            else RemoveStatement(setting.statement)
        )
        reason = "Python code inside of the training step runs only while the step is traced"
        return Fix("Remove the setting", Applicability.UNSAFE, (change,), reason=reason)
