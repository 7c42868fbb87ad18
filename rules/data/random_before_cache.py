"""Random work in front of a `cache`, which keeps its first result."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Claim
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import SwapCalls
from keraslint.semantics import DatasetStep
from keraslint.semantics import Facts

GENERATED = ("from_tensors", "random", "range")


class RandomBeforeCache(Rule):
    """A random `map` stands before `cache`: every epoch sees the draws of the first.

    ## What it does
    Finds `cache` after a `map` whose function draws random numbers (`tf.image.random_*`, `tf.random.*`, a
    random layer of Keras), in a pipeline that a model is trained from more than once. Functions that are
    given a seed for each element (`tf.image.stateless_random_*`), a random `filter` that splits a data
    set, `shuffle`, and data that is drawn from nothing (`Dataset.range(n).map(...)`) are not reported.

    ## Why it is slow
    The cache keeps what came by in the first epoch and gives it again in all others: augmentation happens
    once, and the model sees the same variant of each sample for the whole training. Nothing is gained in
    time either where decoding could have been cached instead and only the draws repeated.

    ## Example

    ## Use instead

    Put `cache` before the random `map`: what is costly and always the same is kept, what is random runs
    on every epoch. The fix exchanges the two calls where one is called on the other and the function does
    nothing costly besides; it is unsafe, for the model sees new variants on every epoch, as was meant. Where
    one function decodes and augments, take it apart.

    ## When to leave it
    - One augmented variant of each sample is wanted for all epochs, to compare runs for instance.
    - The random part is too slow to repeat; then say so in a comment and silence the rule.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data_performance#caching
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#cache
    """

    code = "KL108"
    severity = Severity.WARNING
    claim = Claim.RESULTS
    applicability = Applicability.UNSAFE
    tokens = ("cache",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for step in facts.dataset_steps("cache"):
            drawing = [
                earlier for earlier in step.preceding if earlier.name == "map" and earlier.mapper.random
            ]
            if (
                drawing
                and not step.is_nested
                and not step.is_short
                and step.pipeline.trains
                and step.pipeline.is_read_again
                and not self._generates(drawing[0])
            ):
                yield self._finding(step, drawing)

    def _generates(self, step: DatasetStep) -> bool:
        """Whether the draws are the data themselves, and nothing is augmented by them."""
        return step.preceding[-1].before is None and step.preceding[-1].name in GENERATED

    def _finding(self, cache: DatasetStep, drawing: list[DatasetStep]) -> Finding:
        pipeline, last = cache.pipeline, drawing[-1]
        random = last.mapper.random
        assert random is not None
        return Finding(
            at=cache.at,
            message=(
                f"`cache` keeps the random draws of `{last.mapper.name}`: every epoch after the first gets "
                "the same variants again"
            ),
            related=(
                Related(random.call.name_site, "draws random numbers"),
                *(
                    Related(call.name_at, "trains from this dataset")
                    for call in pipeline.consumers
                    if call.trains
                ),
            ),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            fix=self._swap(last, cache)
            if len(drawing) == 1
            else NoFix("several functions in front of the `cache` draw random numbers"),
            help="cache before the random function",
        )

    def _swap(self, random: DatasetStep, cache: DatasetStep) -> Fix | NoFix:
        if not cache.is_chained_to(random):
            return NoFix("`cache` does not follow the random function directly")
        if random.mapper.costly is not None:
            return NoFix("the function does costly work beside its draws, which the `cache` should keep")
        return Fix(
            f"Cache before `map({random.mapper.name})`",
            Applicability.UNSAFE,
            (SwapCalls(random.call, cache.call),),
            reason="each epoch gets draws of its own",
        )
