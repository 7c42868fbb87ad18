"""A compiled function that gets another Python number on each pass."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Site
from keraslint.rule import Template
from keraslint.semantics import Facts

_FEW = 3


class PythonArgumentRetrace(Rule):
    """A `tf.function` gets another Python number on each pass, and is traced again for each.

    ## What it does
    Finds calls of a `tf.function` in a loop with an argument that is a Python number and differs from pass to
    pass: the number of the step, an index, a learning rate that is computed in Python. Where the number changes
    with an outer loop alone, as that of the epoch does, the finding is info.

    ## Why it is slow
    To a `tf.function`, a Python number is part of the program and no data: the graph is made for that one
    number. Another number means another graph, so the function's Python code runs again, and each graph is
    kept. A tensor is data: one graph takes them all. `reduce_retracing=True` changes nothing about it, for it
    relaxes the shapes of tensors and leaves Python values as they are.

    ## Example

    ## Use instead

    Give the number as a tensor (`tf.constant(step, tf.int64)`), count in a `tf.Variable` (`optimizer.iterations`
    is one), or give the function an `input_signature`, which turns numbers into tensors. Inside of the
    function, use it as a tensor: `tf.cond` or `if` by AutoGraph, `tf.cast` in place of `float`.

    ## When to leave it
    - The argument takes a handful of values, and the function is meant to differ for each.
    - The number decides what the graph is: the number of layers to run, a shape.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/function#controlling_retracing
    """

    code = "KL406"
    severity = Severity.WARNING
    applicability = Applicability.DISPLAY
    backends = ("tensorflow",)
    tokens = ("tf", "tensorflow")
    timed_with_tracing = True

    def check(self, facts: Facts) -> Iterator[Finding]:
        for call in facts.retraced_calls:
            number = call.number
            passes = number.repetition.passes
            if (passes is not None and passes <= _FEW) or facts.target.tensorflow_before(2, 0):
                continue
            name = f"`{number.name}`" if number.name else "an argument"
            often = "on every pass" if number.is_innermost else "on every pass of an outer loop"
            shown = number.name or "..."
            yield Finding(
                at=call.record.site,
                message=f"`{call.record.spelled}` is traced again {often}: {name} is a Python number that changes",
                related=(
                    Related(number.at, "is another number each time"),
                    Related(number.repetition.loop.site, "changes it"),
                ),
                severity=Severity.WARNING if number.is_innermost else Severity.INFO,
                fix=self._tensor(number.at),
                help=f"Give it as a tensor: `tf.constant({shown})`",
            )

    def _tensor(self, number: Site) -> Fix:
        template = Template(
            "{constant}({number})", nodes={"number": number}, symbols={"constant": "tensorflow.constant"}
        )
        return Fix(
            "Give the number as a tensor",
            Applicability.DISPLAY,
            (ReplaceExpression(number, template),),
            reason="Python that decides by it has to be TensorFlow's: `tf.cond`, or `if` under autograph",
        )
