"""A `repeat` in front of what should see one epoch at a time."""

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


class RepeatBeforeShuffle(Rule):
    """`repeat` stands before `shuffle` or `cache`: epochs run into each other, and the cache is never full.

    ## What it does
    Finds `shuffle` or `cache` after `repeat` in a pipeline that trains a model. Data that `repeat` makes many of
    one (`from_tensors(x).repeat(n)`), `repeat(1)`, and a `shuffle` that follows another one before the
    `repeat` are not reported. The finding stands at the `repeat` and is info: some want it so.

    ## Why it is slow
    `shuffle` fills its buffer across the end of an epoch: a sample may come twice before another has come once,
    so an epoch of `steps_per_epoch` steps is no pass over the data. After `repeat()` without a number, `cache`
    waits for an end that never comes: with memory it keeps growing by whole copies of the data set, with a
    file it writes them to disk, and nothing is ever read back from it.

    ## Example

    ## Use instead

    Shuffle and cache one epoch, then repeat it. The fix exchanges the two calls where one is called on the
    other; it is unsafe, for samples come in another order.

    ## When to leave it
    - The stream has no end by itself, and an epoch is any number of steps.
    - The data set is much smaller than a batch, and mixing across epochs is wanted.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data#randomly_shuffling_input_data
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#repeat
    """

    code = "KL118"
    severity = Severity.INFO
    claim = Claim.RESULTS
    applicability = Applicability.UNSAFE
    tokens = ("repeat",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for step in facts.dataset_steps("repeat"):
            fits = any(call.trains for call in step.pipeline.consumers)
            if fits and not step.is_nested and step.argument("count").constant != 1:
                if not self._multiplies(step):
                    spoiled = self._spoiled(step)
                    if spoiled is not None:
                        yield self._finding(step, spoiled)

    def _multiplies(self, step: DatasetStep) -> bool:
        """Whether `repeat` makes a data set of one element."""
        return any(earlier.name == "from_tensors" or earlier.name == "take" for earlier in step.preceding)

    def _spoiled(self, step: DatasetStep) -> DatasetStep | None:
        """The step after `repeat` that should have come before it."""
        shuffled = any(earlier.name == "shuffle" for earlier in step.preceding)
        for later in step.following:
            if later.name == "take":
                return None
            if later.name == "shuffle" and not shuffled:
                return later
            if later.name == "cache" and step.argument("count").is_absent:
                return later
        return None

    def _finding(self, step: DatasetStep, spoiled: DatasetStep) -> Finding:
        if spoiled.name == "shuffle":
            costs = (
                "samples of one epoch mix with those of the next, and some come twice before others come once"
            )
        else:
            costs = "the cache waits for an end that never comes, grows by a copy of the data each epoch, and is never read"
        pipeline = step.pipeline
        return Finding(
            at=step.at,
            message=f"`repeat` stands before `{spoiled.name}`: {costs}",
            related=(Related(spoiled.at, "sees all epochs as one"),),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            fix=self._swap(step, spoiled),
            help=f"repeat after `{spoiled.name}`",
        )

    def _swap(self, repeat: DatasetStep, spoiled: DatasetStep) -> Fix | NoFix:
        if not spoiled.is_chained_to(repeat):
            return NoFix(f"`{spoiled.name}` does not follow `repeat` directly")
        return Fix(
            f"Repeat after `{spoiled.name}`",
            Applicability.UNSAFE,
            (SwapCalls(repeat.call, spoiled.call),),
            reason="samples come in another order",
        )
