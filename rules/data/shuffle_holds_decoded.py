"""A shuffle buffer that is full of finished work."""

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
from keraslint.semantics import Facts
from keraslint.semantics import FinishedBuffer

MEGABYTE = 1_000_000
MANY = 64 * MEGABYTE


class ShuffleHoldsDecoded(Rule):
    """`shuffle` keeps decoded samples in its buffer, where it could keep file names or small integers.

    ## What it does
    Finds `shuffle` after a `map` that makes its elements larger, in a pipeline that a model is trained from: the
    map reads or decodes files, or turns `uint8` into `float32`. Only where shapes are known and what the buffer
    may hold comes to 64 MB or more, or where the buffer is as long as the list of files that the map reads. Small
    data, a `map` that draws random numbers, a `cache` or `batch` between the two, and other buffers of unknown
    size are not reported.

    ## Why it is slow
    A shuffle buffer keeps whole elements. A photograph that takes some kilobytes as a JPEG takes over half a
    megabyte as 224 by 224 pixels of `float32`; a thousand of them in the buffer are memory that the
    model and the cache of the operating system would have used. And the buffer is filled before the first batch
    comes: at the beginning of every epoch the model waits until as many samples as the buffer is long have been
    read, decoded and resized.

    ## Example

    ## Use instead

    Shuffle first, and map what comes out: the elements of an epoch are the same, in another random order. Shuffled
    file names cost next to nothing, so their buffer can be as long as the data set. The suggestion exchanges the two
    calls where one is called on the other; it is shown and never applied.

    ## When to leave it
    - The map is random, or so cheap and the data so small, that neither memory nor waiting matters.
    - What comes before the map is larger than what it gives: patches cut from large pictures, for instance.
    - The order of an epoch for a given seed must stay as it is.

    ## Measured

    ## References
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#shuffle
    - https://www.tensorflow.org/guide/data_performance#reducing_memory_footprint
    """

    code = "KL120"
    severity = Severity.INFO
    claim = Claim.MEMORY
    applicability = Applicability.DISPLAY
    tokens = ("shuffle",)
    changes = "the samples come in another random order"

    def check(self, facts: Facts) -> Iterator[Finding]:
        for buffer in facts.finished_buffers:
            if (buffer.held is None or buffer.held >= MANY) and buffer.shuffle.pipeline.trains:
                yield self._finding(buffer)

    def _finding(self, buffer: FinishedBuffer) -> Finding:
        shuffle, enlarging = buffer.shuffle, buffer.enlarging
        pipeline = shuffle.pipeline
        name = enlarging.mapper.name
        certain = pipeline.is_certain and shuffle.length is not None
        held = f"the results of `{name}` for all samples"
        if buffer.held is not None:
            size = f"{'' if certain else 'up to '}{buffer.held // MEGABYTE:,} MB"
            held = f"{buffer.elements:,} results of `{name}`, {size}"
        return Finding(
            at=shuffle.at,
            message=f"the buffer of `shuffle` holds {held}, and the first batch of an epoch waits until it is full",
            related=(
                Related(enlarging.at, "makes the elements larger"),
                *(
                    Related(call.name_at, "trains from this dataset")
                    for call in pipeline.consumers
                    if call.trains
                ),
            ),
            confidence=Confidence.HIGH if certain else Confidence.MEDIUM,
            fix=self._swap(buffer),
            help=f"shuffle before `map({name})`",
        )

    def _swap(self, buffer: FinishedBuffer) -> Fix | NoFix:
        if not buffer.shuffle.is_chained_to(buffer.enlarging):
            return NoFix("`shuffle` does not follow the map directly")
        return Fix(
            f"Shuffle before `map({buffer.enlarging.mapper.name})`",
            Applicability.DISPLAY,
            (SwapCalls(buffer.enlarging.call, buffer.shuffle.call),),
            reason="the samples come in another random order",
        )
