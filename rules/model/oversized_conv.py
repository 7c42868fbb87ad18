"""A convolution far wider than its input and its place in the model call for."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Site
from keraslint.rule import Template
from keraslint.semantics import Architecture
from keraslint.semantics import Convolution
from keraslint.semantics import Facts
from keraslint.semantics import ModelFact

WIDE = 256
FEW_CHANNELS = 4
STEM_WIDTH = 64
HEAVY_WEIGHTS = 12_000_000
MULTIPLE = 8
CHEAP = 10_000_000


class OversizedConv(Rule):
    """A convolution has far more filters than its place in the network can use.

    ## What it does
    Finds, from the shapes and costs of a model and not from one number alone:

    - a stem with a kernel of 2 or more, a stride below its kernel and at least 256 filters on at most 4
      channels of input;
    - an encoder whose widths shrink with depth from at least 256 filters, where the picture still has half its
      height and width or more;
    - a dense convolution of more than 12 million weights.

    It is info where the whole model is known to cost less than 10 million multiply-accumulates a sample: what
    Python does around a step takes longer then. The message gives parameters, multiply-accumulates and
    activation memory of the layer, and its share of the model. There is one finding for a stack of layers, at the first that is too wide.

    ## Why it is slow
    A convolution costs its number of filters times its number of input channels, for every pixel. Early in a
    network there are most pixels, so width costs most there; a stem of 3 x 3 on one channel sees nine numbers
    at a time, which hundreds of filters can only describe again and again; and every filter of one layer is an
    input channel of the next, so the waste is multiplied. Networks that work are built the other way round:
    narrow where the picture is large, wider as it shrinks.

    ## Example

    ## Use instead

    The fix divides the widths of the stack by the smallest power of two that brings the first to at most 64,
    rounded to multiples of 8, and says what that makes of parameters and multiply-accumulates. It is unsafe: it is another model, with other results, and it cannot load the
    weights of the old one. Train it and compare; a smaller network may learn more slowly, or less. There is no
    fix for a convolution with too many weights at the end of a network: a 1 x 1 bottleneck in front of it, or
    a separable convolution, is what such networks use, and a choice that is yours.

    ## When to leave it
    - Weights that somebody trained are loaded into the model. Such models are not reported.
    - The width was found by trying narrower ones.

    1 x 1 convolutions, depthwise and grouped ones, patch embeddings (stride equal to the kernel), kernels that
    span whole rows (the words of a text as an image of one channel), decoders,
    transposed convolutions, generators, the known families (VGG, ResNet, Inception, DenseNet, U-Net,
    EfficientNet, Darknet) and models that only predict are not reported.

    ## Measured

    ## References
    - https://keras.io/api/layers/convolution_layers/convolution2d/
    - https://arxiv.org/abs/1409.1556
    - https://arxiv.org/abs/1512.03385
    """

    code = "KL301"
    severity = Severity.WARNING
    applicability = Applicability.UNSAFE
    tokens = ("Conv",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for model in facts.models:
            if model.is_trained and not model.loads_weights:
                oversized = self._first_oversized(model.architecture)
                if oversized is not None:
                    yield self._finding(facts, model, *oversized)

    def _first_oversized(self, architecture: Architecture) -> tuple[Convolution, str] | None:
        convolutions = architecture.convolutions
        for index, convolution in enumerate(convolutions):
            if self._is_wide_stem(convolution, first=index == 0):
                channels = "channel" if convolution.channels == 1 else "channels"
                return convolution, f"sees {convolution.channels} input {channels}"
            if self._narrows_early(convolution, convolutions[index + 1 :]):
                return convolution, "stands at nearly full resolution, wider than what follows"
            if (
                convolution.weights is not None
                and convolution.weights > HEAVY_WEIGHTS
                and convolution.is_dense
            ):
                return convolution, f"has {convolution.weights:,} weights in one kernel"
        return None

    def _is_wide_stem(self, convolution: Convolution, first: bool) -> bool:
        return (
            first
            and convolution.is_dense
            and not convolution.is_patch_embedding
            and convolution.filters >= WIDE
            and convolution.sources is not None
            and convolution.sources <= FEW_CHANNELS
        )

    def _narrows_early(self, convolution: Convolution, later: tuple[Convolution, ...]) -> bool:
        """Whether an encoder's widths shrink from here on, at half the input's height and width or more."""
        scale = convolution.scale
        return (
            convolution.is_dense
            and not convolution.is_patch_embedding
            and convolution.filters >= WIDE
            and scale is not None
            and scale >= 0.5
            and bool(later)
            and all(each.is_dense and each.filters <= convolution.filters for each in later)
            and any(each.filters < convolution.filters for each in later)
            and all(each.scale is not None and each.scale <= scale for each in later)
        )

    def _finding(self, facts: Facts, model: ModelFact, convolution: Convolution, why: str) -> Finding:
        return Finding(
            at=convolution.at,
            message=f"`{convolution.name}` with {convolution.filters:,} filters {why}: {convolution.cost(model.architecture)}",
            related=(
                Related(model.at, "the model it is part of"),
                *(Related(call.name_at, "trains it") for call in model.calls if call.trains),
            ),
            confidence=Confidence.HIGH if model.is_certain else Confidence.MEDIUM,
            severity=Severity.INFO if (model.architecture.macs or CHEAP) < CHEAP else None,
            fix=self._slim(facts, model, convolution),
            help="start with 16 to 64 filters and widen where the resolution has shrunk",
        )

    def _slim(self, facts: Facts, model: ModelFact, convolution: Convolution) -> Fix | NoFix:
        stack = model.architecture.convolutions
        if convolution.layer is not stack[0].layer or not self._is_wide_stem(convolution, first=True):
            return NoFix("only the widths of a stem can be told from its place in the model")
        divisor = 2
        while convolution.filters / divisor > STEM_WIDTH:
            divisor *= 2
        widths: dict[Site, int] = {}
        for each in stack:
            if each.filters_at is None:
                return NoFix(f"the width of a `{each.name}` is no number in its call")
            widths[each.filters_at] = max(MULTIPLE, round(each.filters / divisor / MULTIPLE) * MULTIPLE)
        slim = next((each for each in facts.with_numbers(widths).models if each.at == model.at), None)
        if slim is None or slim.architecture.outputs != model.architecture.outputs:
            return NoFix("with narrower layers the model would give something else")
        cost = self._change(model.architecture, slim.architecture)
        if cost is None:
            return NoFix("what the model costs with narrower layers is not known")
        return Fix(
            f"Divide the widths of the stack by {divisor}: {cost}",
            Applicability.UNSAFE,
            tuple(ReplaceExpression(at, Template(str(width))) for at, width in widths.items()),
            reason="the model gets another architecture: weights saved before do not fit, and accuracy may change",
        )

    def _change(self, before: Architecture, after: Architecture) -> str | None:
        """Parameters and multiply-accumulates before and after, None where they are not known, or not fewer."""
        sizes = (before.parameters, after.parameters, before.macs, after.macs)
        if any(size is None for size in sizes) or (after.parameters or 0) >= (before.parameters or 0):
            return None
        return (
            f"from {before.parameters:,} parameters to {after.parameters:,}, and from {before.macs:,} "
            f"multiply-accumulates to {after.macs:,}"
        )
