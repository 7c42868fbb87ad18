"""A large NumPy array that a compiled step gets anew on every pass."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import InsertStatement
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import CompiledCall
from keraslint.semantics import Facts
from keraslint.semantics import HostArray

LARGE = 1_000_000


class ArrayIntoCompiledStep(Rule):
    """A compiled step is given the same large NumPy array on every pass of a loop.

    ## What it does
    Finds calls of a `tf.function` in a Python loop that hand over a NumPy array of at least a million numbers
    which no pass of the loop changes. The finding stands at the argument.

    ## Why it is slow
    A compiled function works on tensors. TensorFlow makes a tensor of the array on each call: the numbers are
    copied, and on a GPU sent over the bus, though they are those of the pass before.

    ## Example

    ## Use instead

    Make the tensor once, before the loop, with `tf.constant(array)`, and hand that over. It stays where
    it is computed with. The results are the same.

    ## When to leave it
    - The array changes between the passes.
    - The step computes so much that the copy does not count.
    - The array fits into the host's memory and not into the GPU's.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/function
    """

    code = "KL418"
    severity = Severity.INFO
    applicability = Applicability.DISPLAY
    backends = ("tensorflow",)
    tokens = ("function",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        seen = set()
        for call in facts.compiled_calls:
            for array in call.same_arrays:
                if array.size < LARGE or array.at in seen:
                    continue
                seen.add(array.at)
                yield Finding(
                    at=array.at,
                    message=(
                        f"`{call.name}` gets the same array of {array.size:,} numbers on every pass: "
                        "it is copied into a tensor each time"
                    ),
                    related=(Related(call.repetition.loop.site, "passes it on again and again"),),
                    fix=self._convert(facts, call, array),
                )

    def _convert(self, facts: Facts, call: CompiledCall, array: HostArray) -> Fix | NoFix:
        name = f"{array.written}_tensor"
        if not name.isidentifier() or facts.uses_name(array.at.file, name):
            return NoFix("the array has no name to call its tensor by")
        if call.repetition.frames:
            return NoFix("the loop stands in another function")
        template = Template(
            f"{name} = {{constant}}({array.written})", symbols={"constant": "tensorflow.constant"}
        )
        return Fix(
            "Make a tensor of it, once, before the loop",
            Applicability.DISPLAY,
            (
                InsertStatement(call.repetition.loop.site, "before", template),
                ReplaceExpression(array.at, Template(name)),
            ),
            reason="later changes to the array are not seen",
        )
