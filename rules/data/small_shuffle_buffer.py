"""A shuffle buffer that is too small to shuffle."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Claim
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import DatasetStep
from keraslint.semantics import Facts

BATCHING = ("batch", "padded_batch", "ragged_batch")
READING = ("flat_map", "interleave", "parallel_interleave")
SHARE = 0.01


class SmallShuffleBuffer(Rule):
    """The buffer of `shuffle` is so small that the samples keep their order.

    ## What it does
    Finds `shuffle` with a buffer of one, or smaller than the batch that follows, in a pipeline that trains a
    model. A buffer of less than a hundredth of a data set whose size is known is info. Not reported are the
    shuffling of file names before they are read, a buffer that holds the whole set, a second, larger
    `shuffle`, and one after `batch`, which is KL107's business.

    ## Why it is slow
    `shuffle` keeps a buffer and draws the next sample from it: a sample can come at most as much earlier as
    the buffer is long. With a buffer of one, nothing moves at all; with one smaller than a batch, each batch
    holds neighbours. Where the data are sorted, by class or by time, the model learns one class after the
    other, and takes more epochs to the same loss, or never gets there.

    ## Example

    ## Use instead

    A buffer as large as the data set shuffles perfectly. Where that does not fit into memory, shuffle the
    file names as well, or the rows once on disk, and take as many samples as fit.

    ## When to leave it
    - The samples lie on disk in random order, and a little mixing is enough.
    - The order means something, and the buffer is small on purpose. Then take `shuffle` out: it says what is
      not so.

    ## Measured

    ## References
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#shuffle
    - https://www.tensorflow.org/guide/data#randomly_shuffling_input_data
    """

    code = "KL113"
    severity = Severity.WARNING
    applicability = Applicability.DISPLAY
    claim = Claim.RESULTS
    tokens = ("shuffle",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for step in facts.dataset_steps("shuffle"):
            size = step.argument("buffer_size").number
            if (
                size is None
                or not step.pipeline.trains
                or step.is_batched
                or self._shuffles_otherwise(step, size)
            ):
                continue
            whole = step.length
            if whole is not None and size >= whole:
                continue
            batch = self._batch_size(step)
            if size <= 1:
                yield self._finding(
                    step, f"`shuffle({size:g})` changes nothing: its buffer holds one sample", True
                )
            elif batch is not None and size < batch:
                message = (
                    f"`shuffle({size:g})` mixes less than one batch of {batch:g}: neighbours stay together"
                )
                yield self._finding(step, message, True)
            elif whole is not None and size < SHARE * whole:
                message = f"`shuffle({size:g})` mixes under a hundredth of the {whole:,} samples at a time"
                yield self._finding(step, message, False)

    def _shuffles_otherwise(self, step: DatasetStep, size: float) -> bool:
        """Whether names of files are shuffled here, or the samples in another place as well."""
        others = [other for other in (*step.preceding, *step.following) if other.name == "shuffle"]
        sizes = [other.argument("buffer_size").number for other in others]
        larger = any(other is None or other > size for other in sizes)
        names = step.preceding[0].name == "list_files" or any(
            other.name in READING for other in step.following
        )
        return larger or names or step.is_nested

    def _batch_size(self, step: DatasetStep) -> float | None:
        sizes = [other.argument("batch_size").number for other in step.following if other.name in BATCHING]
        return sizes[0] if sizes else None

    def _finding(self, step: DatasetStep, message: str, serious: bool) -> Finding:
        pipeline = step.pipeline
        return Finding(
            at=step.at,
            message=message,
            related=tuple(
                Related(call.name_at, "trains from this dataset")
                for call in pipeline.consumers
                if call.trains
            ),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            severity=Severity.WARNING if serious else Severity.INFO,
            fix=self._widen(step),
            help="give the buffer as many samples as fit into memory",
        )

    def _widen(self, step: DatasetStep) -> Fix | NoFix:
        size = step.argument("buffer_size")
        if step.length is None:
            return NoFix("how many samples there are is not known")
        if size.at is None or not size.is_literal:
            return NoFix("the size of the buffer is no number in this call")
        return Fix(
            f"Shuffle all {step.length:,} samples",
            Applicability.DISPLAY,
            (ReplaceExpression(size.at, Template(str(step.length))),),
            reason="the samples come in another order, and as many of them are held in memory",
        )
