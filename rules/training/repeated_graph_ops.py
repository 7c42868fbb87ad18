"""Operations that a loop over a session builds on every pass."""

from collections.abc import Iterator

from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts

_FEW = 20


class RepeatedGraphOps(Rule):
    """A loop adds operations to the graph of a TensorFlow 1 session on every pass.

    ## What it does
    Finds loops that call `session.run` and TensorFlow's operations on the same pass, in code of the TensorFlow 1
    style (`tf.Session`, `tf.compat.v1.Session`): `session.run(tf.argmax(logits, 1), ...)`, a loss that is written
    inside of the loop, a variable that is assigned to with a new operation each time.

    ## Why it is slow
    In a graph, `tf.argmax(...)` computes nothing: it adds a node. Called on every pass, it adds another node on
    every pass. The session takes a graph that has changed for a new one, and before the next step it is handed over
    and optimised again, as a whole. The graph grows with each pass, so each pass takes longer than the one before,
    and memory grows as well.

    ## Example

    ## Use instead

    Build every operation once, before the loop, and only run it there; what changes from pass to pass comes in
    through placeholders. `graph.finalize()` makes TensorFlow raise an error where a loop still builds.

    ## When to leave it
    - Each pass has a graph and a session of its own, as the folds of a cross-validation have.
    - A handful of passes.

    ## Measured

    ## References
    - https://www.tensorflow.org/api_docs/python/tf/compat/v1/Session
    - https://www.tensorflow.org/api_docs/python/tf/Graph#finalize
    """

    code = "KL414"
    severity = Severity.WARNING
    backends = ("tensorflow",)
    tokens = ("Session",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for node in facts.repeated_nodes:
            if node.passes is None or node.passes > _FEW:
                yield Finding(
                    at=node.record.site,
                    message=(
                        f"`{node.record.spelled}` adds a node to the graph on every pass, "
                        "and the session prepares the grown graph anew before each run"
                    ),
                    related=(
                        Related(node.repetition.loop.site, "builds on each pass"),
                        Related(node.run.site, "runs the graph"),
                    ),
                    help="Build the operation once, before the loop, and feed what changes through a placeholder",
                )
