"""A feature map that is flattened into a dense layer with most of the model's weights."""

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
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import FlattenedDense
from keraslint.semantics import ModelFact

HEAVY_WEIGHTS = 8_000_000
MANY_WEIGHTS = 2_000_000
MOST = 0.8


class OversizedFlattenDense(Rule):
    """A feature map is flattened into a dense layer that holds most of the model's weights.

    ## What it does
    Finds a `Flatten` behind other layers that ends in a `Dense` of at least 8 million parameters, or of at least
    2 million that are more than 80 % of the model's, in a model that is trained. Dropout, activations and batch
    normalisation may stand between.

    ## Why it is slow
    Each number of the feature map gets a weight of its own for each unit of the dense layer. Those weights are
    read once for each batch and once more for their gradient, and an optimiser such as Adam reads and writes
    them and two numbers more for each of them on every step, whatever the batch size. They also take the
    memory that larger batches could have, and make every saved file large. A convolutional network without such
    a layer is seldom worse: it sees where in the picture something is in its feature map, and the
    average over the places is enough to tell what it is.

    ## Example

    ## Use instead

    `GlobalAveragePooling2D` hands one number for each channel to the dense layer. The fix puts it in the
    place of the `Flatten`, where height, width and channels come in. It is unsafe: it is another
    model, with other results, and cannot load the weights of the old one. Elsewhere, and where the place in the
    picture matters, pool or use a strided convolution before flattening, or make the dense layer narrower.

    ## When to leave it
    - The answer depends on where something is: coordinates, control, boards of games.
    - Weights that somebody trained are loaded into the model. Such models are not reported.

    A model that begins with its `Flatten`, as a multilayer perceptron or a head that learns from stored features,
    is not reported.

    ## Measured

    ## References
    - https://keras.io/api/layers/pooling_layers/global_average_pooling2d/
    - https://arxiv.org/abs/1312.4400
    """

    code = "KL302"
    severity = Severity.WARNING
    applicability = Applicability.UNSAFE
    tokens = ("Flatten",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        seen = set()
        for model in facts.models:
            if model.is_trained and not model.loads_weights:
                for each in model.architecture.flattened:
                    if self._is_oversized(model, each) and each.at not in seen:
                        seen.add(each.at)
                        yield self._finding(model, each)

    def _is_oversized(self, model: ModelFact, each: FlattenedDense) -> bool:
        share = self._share(model, each)
        heavy = each.weights >= HEAVY_WEIGHTS
        return heavy or (each.weights >= MANY_WEIGHTS and share is not None and share > MOST)

    def _share(self, model: ModelFact, each: FlattenedDense) -> float | None:
        total = model.architecture.parameters
        return each.weights / total if total else None

    def _finding(self, model: ModelFact, each: FlattenedDense) -> Finding:
        share = self._share(model, each)
        of_model = "" if share is None else f", {int(100 * share)} % of the model's"
        dense = each.dense.call
        return Finding(
            at=each.at,
            message=(
                f"`Flatten` hands {each.features:,} numbers to a `Dense` that has {each.weights:,} parameters for "
                f"them{of_model}: each step reads and updates them all"
            ),
            related=(
                *(() if dense is None else (Related(dense.name_site, "takes what is flattened"),)),
                *(Related(call.name_at, "trains it") for call in model.calls if call.trains),
            ),
            confidence=Confidence.HIGH if model.is_certain else Confidence.MEDIUM,
            fix=self._pool(each),
            help="average over the places with `GlobalAveragePooling2D`, or pool more before flattening",
        )

    def _pool(self, each: FlattenedDense) -> Fix | NoFix:
        at = each.flatten.class_at
        if at is None or not each.is_of_pictures or each.feeds_others:
            return NoFix("what is flattened is no feature map of a picture, or is used elsewhere as well")
        symbols = {"pooling": "keras.layers.GlobalAveragePooling2D"}
        return Fix(
            "Average over the places instead of flattening",
            Applicability.UNSAFE,
            (ReplaceExpression(at, Template("{pooling}", symbols=symbols)),),
            reason="the model gets another architecture: weights saved before do not fit, and accuracy may change",
        )
