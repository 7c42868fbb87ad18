"""Widths that do not suit the units that compute in half precision."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import UnalignedLayer


class UnalignedChannels(Rule):
    """A heavy layer in mixed precision has a width that is no multiple of 8.

    ## What it does
    Finds dense, convolutional and recurrent layers whose number of units or filters is no multiple of 8, that
    are at least a tenth of the multiply-accumulates of a model that is trained, and that are made after a mixed
    dtype policy was set.

    ## Why it is slow
    Tensor cores multiply small tiles of matrices. With numbers of 16 bits, rows have to begin at multiples of
    eight numbers for that: where the width is no multiple of 8, the library falls back on kernels that load
    less at once, or copies the matrix into a wider one first. That concerns the layer itself, the one
    behind it, whose input has that width, and the gradients of both.

    ## Example

    ## Use instead

    The next multiple of 8, better of 64. It is another model, with slightly more to compute and other results, and
    cannot load the weights of the old one; the linter offers no fix.

    ## When to leave it
    - The width is given from outside: a vocabulary, a number of classes, a published architecture.
    - No accelerator with tensor cores will be used: the mixed policy itself is what costs then.

    The last layer of a model is not reported: its width is the number of answers.

    ## Measured

    ## References
    - https://docs.nvidia.com/deeplearning/performance/dl-performance-matrix-multiplication/index.html
    - https://www.tensorflow.org/guide/mixed_precision
    """

    code = "KL306"
    severity = Severity.INFO
    applicability = Applicability.DISPLAY
    hardware = "accelerator"
    changes = "the layers are wider: other weights come out"
    tokens = ("policy", "Policy")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for each in facts.unaligned_layers:
            yield Finding(
                at=each.at,
                message=(
                    f"`{each.layer.name}` is {each.width:,} wide, which is no multiple of 8: tensor cores take it "
                    f"less well in {each.policy}"
                ),
                fix=self._widen(each),
                help=f"{each.aligned:,} is the next multiple of 8",
            )

    def _widen(self, each: UnalignedLayer) -> Fix | NoFix:
        if not each.is_literal:
            return NoFix("the width is no number in this call")
        return Fix(
            f"Make it {each.aligned:,} wide",
            Applicability.DISPLAY,
            (ReplaceExpression(each.at, Template(str(each.aligned))),),
            reason=self.changes,
        )
