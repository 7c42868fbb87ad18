"""A last batch with a shape of its own, for which everything is compiled again."""

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
from keraslint.semantics import DatasetStep
from keraslint.semantics import Facts
from keraslint.semantics import RaggedBatch


class RaggedLastBatch(Rule):
    """The last batch of an epoch is shorter than the others, and the training step is compiled for it again.

    ## What it does
    Finds `batch` without `drop_remainder=True` in a pipeline that trains a model whose steps are compiled for the
    shapes of their arguments: one with `jit_compile=True` in `compile` or in the `tf.function` of a training
    loop (a warning), one under a `TPUStrategy`, or any on the JAX backend (info). Numbers of samples that
    the batch size divides, data that is repeated before it is batched, `steps_per_epoch`, and steps behind the
    batch that may even it out or drop it are not reported.

    ## Why it is slow
    XLA compiles a program for fixed shapes. When the last batch of the first epoch comes with fewer samples, the
    whole training step is compiled once more, which takes as long as the first time: seconds for a small
    model, minutes for a large one. Later epochs find both programs ready. The shorter the training, the larger the
    share; on a TPU a shape that is not known beforehand may not be allowed at all.

    ## Example

    ## Use instead

    `drop_remainder=True` leaves out the samples that do not fill a batch; where the data are shuffled, others in each
    epoch. The fix is unsafe: each epoch trains on a few samples fewer. To keep all of them, choose a batch size
    that divides their number, or repeat the data before batching and give `fit` its `steps_per_epoch`.

    ## When to leave it
    - The training takes hours, and compiling once more does not matter.
    - The data are few, not shuffled, and every sample counts in each epoch.
    - The pipeline validates or predicts: no sample may be missing there.

    ## Measured

    ## References
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#batch
    - https://openxla.org/xla/tf2xla
    - https://www.tensorflow.org/guide/tpu
    """

    code = "KL117"
    severity = Severity.INFO
    measured_as = Severity.WARNING
    hardware = "accelerator"
    applicability = Applicability.UNSAFE
    tokens = ("batch",)
    timed_with_tracing = True

    def check(self, facts: Facts) -> Iterator[Finding]:
        for ragged in facts.ragged_batches:
            yield self._finding(ragged)

    def _finding(self, ragged: RaggedBatch) -> Finding:
        step, compiled = ragged.step, ragged.compiled
        samples = "fewer samples" if ragged.left is None else f"{ragged.left} samples"
        by = ragged.by if compiled is None else f"`{ragged.by}`"
        related = [Related(ragged.call.name_at, "trains from this dataset")]
        if compiled is not None:
            related.append(Related(compiled.name_site, "compiles for each shape"))
        pipeline = step.pipeline
        certain = pipeline.is_certain and ragged.left is not None
        return Finding(
            at=step.at,
            message=f"the last batch has {samples}, and {by} compiles the training step again for its shape",
            related=tuple(related),
            confidence=Confidence.HIGH if certain else Confidence.MEDIUM,
            severity=Severity.INFO if compiled is None else Severity.WARNING,
            fix=self._drop(step),
            help="drop the remainder, or choose a batch size that divides the number of samples",
        )

    def _drop(self, step: DatasetStep) -> Fix | NoFix:
        given = step.argument("drop_remainder")
        if given.is_given and (not given.is_literal or step.record.arguments.keyword(given.name) is None):
            return NoFix("`drop_remainder` is given already, and not as a plain keyword")
        return Fix(
            "Add `drop_remainder=True`",
            Applicability.UNSAFE,
            (SetArgument(step.call, "drop_remainder", Template("True")),),
            reason="the samples that do not fill a batch are left out of each epoch",
        )
