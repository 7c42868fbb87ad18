"""Time steps that are unrolled by a Python loop."""

from collections.abc import Iterator

from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts
from keraslint.semantics import UnrolledLoop


class UnrolledRecurrence(Rule):
    """A Python loop over time steps copies its layers into the graph for each step.

    ## What it does
    Finds `for` loops over the steps of a sequence, by a Python `range` or `tf.unstack`, that call one and the
    same cell, layer or model on every pass, in the `call` of a layer, in a `train_step` or in a function that is
    compiled. A loop of fewer than ten passes is not reported.

    ## Why it is slow
    Tracing runs the loop in Python and writes all that a pass does into the graph, once for each pass, and
    its gradient as well: eighty steps make eighty copies. The first step of the training waits for
    that, each further shape of the input starts it again, and the optimiser of the graph has eighty times as
    much to look at. Steps themselves are not much slower, and can be faster, for as long as the graph fits.

    ## Example

    ## Use instead

    `keras.layers.RNN` runs a cell of one's own over a sequence in one loop of the graph: the cell needs
    `state_size` and a `call` that takes and gives a list of states. `TimeDistributed` does it for layers
    without a state, and most of them take a sequence as it is. In a compiled function, `tf.range` makes one
    loop of it.

    ## When to leave it
    - Few steps, or steps that differ.
    - Each step feeds on what was sampled from the one before. That is not reported.

    ## Measured

    ## References
    - https://keras.io/api/layers/recurrent_layers/rnn/
    - https://www.tensorflow.org/guide/function#loops
    """

    code = "KL309"
    severity = Severity.INFO
    backends = ("tensorflow", "jax")
    tokens = ("range", "unstack")
    timed_with_tracing = True

    def check(self, facts: Facts) -> Iterator[Finding]:
        if any(call.trains for call in facts.training_calls):
            for loop in facts.unrolled_loops:
                yield self._finding(loop)

    def _finding(self, loop: UnrolledLoop) -> Finding:
        copies = "for each of its steps" if loop.steps is None else f"{loop.steps} times"
        return Finding(
            at=loop.at,
            message=f"this Python loop writes `{loop.call.spelled}` into the graph {copies}, with its gradient",
            related=(Related(loop.call.name_site, "copied on every pass"),),
            help="`keras.layers.RNN` runs a cell in one loop of the graph",
        )
