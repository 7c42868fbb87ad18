"""A `tf.function` that is made anew on every pass of a loop."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import MoveStatement
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts
from keraslint.semantics import RemadeFunction

_FEW = 3


class TfFunctionInLoop(Rule):
    """A `tf.function` is made anew for each call of it, and traced each time.

    ## What it does
    Finds `tf.function(...)`, or a function under `@tf.function`, that is made and called on the same pass of a
    loop, also in a function that the loop calls, or that a web server calls for each request.

    ## Why it is slow
    A `tf.function` runs its Python code once, on its first call, to make a graph of it; later calls start
    that graph. What is made anew has no graph yet, so every call pays for the tracing, which takes far longer than
    running a step, and what was traced before is thrown away.

    ## Example

    ## Use instead

    Make the function once, before the loop, or decorate a function at the top of the file. The fix moves an
    assignment out of its loop where it does the same on each pass. It is unsafe: Python code in the function ran
    on every pass, and runs once then.

    ## When to leave it
    - Each pass trains a model of its own, which needs a function of its own.
    - The function is kept, in an attribute or a dictionary, and made only where it is missing.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/function#performance
    - https://www.tensorflow.org/api_docs/python/tf/function
    """

    code = "KL405"
    severity = Severity.WARNING
    applicability = Applicability.UNSAFE
    backends = ("tensorflow",)
    tokens = ("tf", "tensorflow")
    timed_with_tracing = True

    def check(self, facts: Facts) -> Iterator[Finding]:
        for remade in facts.remade_functions:
            if (remade.passes is None or remade.passes > _FEW) and not facts.target.tensorflow_before(2, 0):
                related = [Related(remade.call.site, "calls it, which traces it")]
                when = "on every pass of a loop"
                if remade.loop is not None:
                    related.append(Related(remade.loop.site, "makes it on each pass"))
                elif remade.request is not None:
                    when = f"on every request to `{remade.request.name}`"
                yield Finding(
                    at=remade.made.site,
                    message=f"this `tf.function` is made {when}, and traced anew for each call",
                    related=tuple(related),
                    fix=self._hoist(remade),
                    help=None if remade.hoisting else "Make the function once, outside, and call it here",
                )

    def _hoist(self, remade: RemadeFunction) -> Fix | NoFix:
        if remade.hoisting is None or remade.loop is None:
            return NoFix(
                "it is not made by a statement of the loop's own block that is the same on every pass"
            )
        return Fix(
            "Make the function before the loop",
            Applicability.UNSAFE,
            (MoveStatement(remade.hoisting.statement, remade.loop.site),),
            reason="Python code in the function runs once, and no longer on every pass",
        )
