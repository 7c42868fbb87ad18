"""Files that are decoded anew on every epoch."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import CallRecord
from keraslint.semantics import DatasetStep
from keraslint.semantics import Facts
from keraslint.semantics import reads_files

KEEPING = ("cache", "snapshot", "save")


class UncachedDecode(Rule):
    """Files are read and decoded again on every epoch, though the result is the same each time.

    ## What it does
    Finds a `map` that reads, decodes, parses or tokenises the samples of files, with the same result each time, in
    a pipeline that a model is trained or validated on for more than one epoch and that has no `cache` or `snapshot`
    anywhere. A map that draws random numbers as well, data that no file is read for, a handful of elements, and
    training for a single epoch are not reported.

    ## Why it is slow
    Reading and decoding take most of the time in many pipelines, and do the same work on the same bytes in every
    epoch. A cache does it in the first one and hands out the result in all others.

    ## Example

    ## Use instead

    Put `cache()` after the last step that is costly and always the same, and before what is random: `shuffle`,
    augmentation, and then `batch`. The decoded samples stay in memory, which takes far more of it than the files
    on disk; `cache(filename)` keeps them on disk instead. Decode to small integers, and scale them after the
    cache: that takes a quarter of the memory of `float32`. A cache is full once the whole data set has come by; with
    `take` or `steps_per_epoch` behind it, it never is.

    ## When to leave it
    - The decoded data set does not fit into memory, and the disk is slower than decoding. This is the usual case
      for large sets of photographs, and a good reason.
    - The model takes longer than the pipeline: decoding runs beside it then and costs nothing but electricity.
    - Two or three epochs gain little.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data_performance#caching
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#cache
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#snapshot
    """

    code = "KL109"
    severity = Severity.INFO
    applicability = Applicability.DISPLAY
    tokens = ("tf.data", "Dataset")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for pipeline in facts.pipelines:
            if (
                any(call.trains for call in pipeline.consumers)
                and pipeline.is_read_again
                and reads_files(pipeline)
                and not any(step.name in KEEPING for step in pipeline.steps)
            ):
                decoding = self._last_decoding(pipeline.steps)
                if decoding is not None:
                    yield self._finding(decoding)

    def _last_decoding(self, steps: tuple[DatasetStep, ...]) -> DatasetStep | None:
        """The last costly map before anything random: what comes after it would be cached with it."""
        found = None
        for step in steps:
            if step.name in ("map", "filter") and not step.gives_the_same_again:
                break
            if step.name == "map" and self._costly(step) is not None and not step.is_short:
                found = step
        return found

    def _costly(self, step: DatasetStep) -> CallRecord | None:
        """The call whose work a cache would keep, in TensorFlow or in Python."""
        return step.reading if step.mapper.costly is None else step.mapper.costly.call

    def _finding(self, step: DatasetStep) -> Finding:
        pipeline, costly = step.pipeline, self._costly(step)
        assert costly is not None
        return Finding(
            at=step.at,
            message=(
                f"`{step.mapper.name}` calls `{costly.spelled}` on the same samples again in every epoch; "
                "a `cache` would keep what it gives, where memory or disk can hold that"
            ),
            related=tuple(
                Related(call.name_at, "takes this dataset in each epoch")
                for call in pipeline.consumers
                if call.trains
            ),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            fix=Fix(
                f"Cache after `map({step.mapper.name})`",
                Applicability.DISPLAY,
                (ReplaceExpression(step.call, Template("{dataset}.cache()", nodes={"dataset": step.call})),),
                reason="what the map gives for the whole set stays in memory; a file name in `cache` keeps it on disk",
            ),
            help=f"add `.cache()` after `map({step.mapper.name})`, before what is random",
        )
