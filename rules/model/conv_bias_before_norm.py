"""A bias straight in front of a batch normalisation."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import UselessBias


class ConvBiasBeforeNorm(Rule):
    """A layer adds a bias that the batch normalisation behind it takes out again.

    ## What it does
    Finds convolutions, transposed convolutions and dense layers with a bias whose output goes straight into a
    `BatchNormalization` and nowhere else, in a model that is trained. In models of a class of their own, the
    order is that of `call`.

    ## Why it is slow
    Batch normalisation subtracts the mean of each channel. A bias moves every number of its channel, and the
    mean with them, by the same amount: nothing of it is left, whatever its value, and the normalisation has an
    offset of its own. What remains is work: one more pass over the output of the layer, the sum over all
    of its gradient, and a parameter for each channel that the optimiser updates and that has no effect. It is
    a small part of a step.

    ## Example

    ## Use instead

    `use_bias=False`. The fix sets it, and is unsafe: the model learns the same but for rounding, yet weights
    that were saved before have biases that it has no place for.

    ## When to leave it
    - Weights that somebody trained are loaded into the model. Such models are not reported.
    - The normalisation always uses its moving averages, because its layers are frozen.

    An activation between the two, on the layer itself as well, gives the bias its use, as does a second
    way for the output, a `Reshape`, or a normalisation with `center=False`. That is not reported.

    ## Measured

    ## References
    - https://arxiv.org/abs/1502.03167
    - https://keras.io/api/layers/normalization_layers/batch_normalization/
    """

    code = "KL303"
    severity = Severity.INFO
    applicability = Applicability.UNSAFE
    tokens = ("BatchNormalization",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for bias in facts.useless_biases:
            norm = bias.norm.call
            yield Finding(
                at=bias.at,
                message=(
                    f"`{bias.layer.name}` adds a bias that the `{bias.norm.name}` behind it takes out again: "
                    "work and parameters without effect"
                ),
                related=() if norm is None else (Related(norm.name_site, "subtracts the mean"),),
                confidence=Confidence.HIGH if bias.model.is_certain else Confidence.MEDIUM,
                fix=self._leave_out(bias),
                help="give the layer `use_bias=False`",
            )

    def _leave_out(self, bias: UselessBias) -> Fix | NoFix:
        if not bias.is_written:
            return NoFix(
                "the layer is made by a call that makes others as well, or its arguments come from elsewhere"
            )
        return Fix(
            "Leave the bias out",
            Applicability.UNSAFE,
            (SetArgument(bias.call.site, "use_bias", Template("False")),),
            reason="weights saved before hold biases that the model has no place for",
        )
