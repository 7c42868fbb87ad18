"""Models that are compiled on every pass of a loop."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import MoveStatement
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Site
from keraslint.semantics import Facts
from keraslint.semantics import Repetition


class CompileInLoop(Rule):
    """A model is compiled on every pass of a loop, each time with the same arguments.

    ## What it does
    Finds `compile` in a loop, also through functions, where the model is made before the loop, the arguments
    are the same on every pass, and the loop trains or runs a model.

    ## Why it is slow
    `compile` throws away the compiled functions of the model and its optimizer. The next `fit`,
    `evaluate` or `predict` traces a graph again, and often has it compiled by XLA; for a small model that takes longer
    than an epoch. The moments that an optimizer has gathered are lost as well.

    ## Example

    ## Use instead

    Compile once, before the loop.

    ## When to leave it
    - A new optimizer on every pass is what is meant, as where each fold starts from the same saved weights. Loops
      that load or set weights are not reported.
    - `trainable` flags, losses or optimizers change on the way: they take effect by `compile` alone. Such
      loops, and models that are made on each pass, are not reported.

    ## Measured

    ## References
    - https://keras.io/api/models/model_training_apis/#compile-method
    """

    code = "KL408"
    severity = Severity.WARNING
    applicability = Applicability.DISPLAY
    tokens = ("compile",)
    changes = "the optimizer: it keeps its state from pass to pass"
    timed_with_tracing = True

    def check(self, facts: Facts) -> Iterator[Finding]:
        found = {made.at: made for made in facts.recompiled}
        for made in found.values():
            assert made.repetition is not None
            yield Finding(
                at=made.at,
                message=(
                    f"`{made.record.spelled}` compiles the model again on every pass of a loop: "
                    "what was traced for the pass before is thrown away"
                ),
                related=(Related(made.repetition.loop.site, "compiles it on every pass"),),
                fix=self._hoist(made.repetition, made.movable),
                help="compile once, before the loop",
            )

    def _hoist(self, repetition: Repetition, movable: tuple[Site, ...]) -> Fix | NoFix:
        if not movable:
            return NoFix("the call is no plain statement of the loop's own block")
        return Fix(
            "Compile once, before the loop",
            Applicability.DISPLAY,
            tuple(MoveStatement(statement, repetition.loop.site) for statement in movable),
            reason="the optimizer keeps its state from pass to pass",
        )
