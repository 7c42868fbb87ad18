"""A `shuffle` that only moves whole batches about."""

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

BATCHING = ("batch", "padded_batch", "ragged_batch", "map_and_batch")


class ShuffleAfterBatch(Rule):
    """`shuffle` stands after `batch`: the same samples stay together in every epoch.

    ## What it does
    Finds `shuffle` after `batch` in a pipeline that trains a model, where nothing shuffled the samples before
    and nothing takes the batches apart afterwards. Where a Keras utility such as
    `image_dataset_from_directory` made the batches and shuffles the samples itself, the finding is info.

    ## Why it is slow
    The elements that `shuffle` sees are whole batches: their order changes, what is in them does not. The
    model gets the same batches in every epoch, with neighbours of the file or array together, and learns worse
    from each epoch than it could, so that more of them are needed. The buffer holds that many batches
    instead of samples, which takes batch-size times the memory and the time to fill.

    ## Example

    ## Use instead

    Shuffle first, then batch. The buffer counts samples then: give it as many as fit. The fix exchanges the two
    calls where one is called on the other; it is unsafe, for the model sees other batches, as was meant.

    ## When to leave it
    - The batches are what must stay together: sequences of one length, the frames of one video.
    - The samples lie in random order on disk, and another order of batches is all that is wanted.

    Chunks that are batched again afterwards (`batch(length).shuffle(...).batch(size)`) are not reported.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data#randomly_shuffling_input_data
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#shuffle
    """

    code = "KL107"
    severity = Severity.WARNING
    claim = Claim.RESULTS
    applicability = Applicability.UNSAFE
    tokens = ("shuffle",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for step in facts.dataset_steps("shuffle"):
            if (
                step.mixes_batches
                and step.pipeline.trains
                and not any(earlier.name == "shuffle" for earlier in step.preceding)
                and not self._moves_single_samples(step)
            ):
                yield self._finding(step)

    def _moves_single_samples(self, step: DatasetStep) -> bool:
        """Whether each batch holds one sample."""
        batching = [earlier for earlier in step.preceding if earlier.name in BATCHING]
        return bool(batching) and batching[-1].argument("batch_size").constant == 1

    def _finding(self, step: DatasetStep) -> Finding:
        pipeline = step.pipeline
        batching = [earlier for earlier in step.preceding if earlier.name in BATCHING]
        last = batching[-1] if batching else step.preceding[0]
        shuffled = not batching and pipeline.is_shuffled_at_source
        if shuffled:
            message = f"`shuffle` moves whole batches; `{last.name}` shuffles the samples by itself"
        else:
            message = (
                "`shuffle` after `batch` moves whole batches: the same samples stay together in every epoch"
            )
        return Finding(
            at=step.at,
            message=message,
            related=(
                Related(last.at, "makes the batches"),
                *(
                    Related(call.name_at, "trains from this dataset")
                    for call in pipeline.consumers
                    if call.trains
                ),
            ),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            severity=Severity.INFO if shuffled else Severity.WARNING,
            fix=self._swap(last, step) if batching else NoFix("what makes the batches does nothing else"),
            help="shuffle the samples before they are batched",
        )

    def _swap(self, batch: DatasetStep, shuffle: DatasetStep) -> Fix | NoFix:
        if not shuffle.is_chained_to(batch) or batch.name == "map_and_batch":
            return NoFix(f"`shuffle` does not follow a plain `{batch.name}` directly")
        return Fix(
            f"Shuffle before `{batch.name}`",
            Applicability.UNSAFE,
            (SwapCalls(batch.call, shuffle.call),),
            reason="batches are put together anew, and the buffer counts samples",
        )
