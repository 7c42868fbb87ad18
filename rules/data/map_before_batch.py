"""A cheap function mapped over single elements that could be mapped over batches."""

from collections.abc import Iterator
from itertools import pairwise
from itertools import takewhile

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import SwapCalls
from keraslint.semantics import DatasetStep
from keraslint.semantics import Elementwise
from keraslint.semantics import Facts

SMALL = 1_000


class MapBeforeBatch(Rule):
    """A cheap function is called for every sample where one call for a batch does the same.

    ## What it does
    Finds `dataset.map(f).batch(n)` where `f` is made of casts, arithmetic, scaling, comparisons, one-hot,
    lookups and the like: operations that treat every number by itself, so that they give the same for a
    batch as for its samples one by one. It fires only where that can be proved: the shapes of what is
    combined must be known to agree, and nothing in `f` may name an axis, a rank or a shape of a sample. It
    is a warning where samples are small (at most about 1,000 numbers) and info where they are larger or
    where their size is not known.

    ## Why it is slow
    Every call of a mapped function has a fixed price: the function is dispatched, its operations are
    scheduled, tensors are allocated. For a small sample that price is many times that of the arithmetic
    itself, and it is paid once for each sample instead of once for each batch. The larger a sample, the less
    the call matters; for images of full size the two forms take the same time.

    ## Example

    ## Use instead

    The fix exchanges the two calls. It is safe where `batch` follows directly and every operation gives the
    same bits on a batch, as casts, the four arithmetic operations with constants, comparisons, one-hot and
    lookups do. It is unsafe for `exp`, `log`, `sigmoid` and their kind, whose vectorised forms may differ in
    the last bit. Where `shuffle`, `repeat`, `take` or `prefetch` stands between the two, the finding says
    what to move and leaves the moving to you.

    ## When to leave it
    - The function depends on the sample as a whole, by a mean or a shape, in a way that the linter did not see.
    - The model takes so long for a batch that the pipeline is never waited for.
    - The same function is mapped for single samples elsewhere and should stay one.

    Functions that decode, resize, crop, pad, reduce or draw random numbers, that combine elements of different
    rank, samples of different lengths, and layers that give other values for batches (`Normalization`,
    `CategoryEncoding`, lookups with one-hot output) are not reported.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data_performance#vectorizing_mapping
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#batch
    """

    code = "KL106"
    severity = Severity.WARNING
    applicability = Applicability.SAFE
    tokens = ("map",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for step in facts.dataset_steps("map"):
            batch = self._batch_after(step)
            if (
                batch is not None
                and step.mapper.elementwise is not Elementwise.NO
                and step.mapper.work is None
                and not step.is_nested
                and not step.is_batched
                and not step.is_short
            ):
                yield self._finding(step, batch)

    def _batch_after(self, step: DatasetStep) -> DatasetStep | None:
        for following in step.following:
            if following.name == "batch":
                return following
            if following.name not in ("shuffle", "repeat", "take", "prefetch", "cache"):
                return None
        return None

    def _finding(self, step: DatasetStep, batch: DatasetStep) -> Finding:
        size = step.element_size
        small = size is not None and size <= SMALL
        held = "" if size is None else f" of {size:,} numbers"
        reshapes = step.mapper.elementwise is Elementwise.RESHAPES
        condition = " once its `reshape` takes a `-1` in front" if reshapes else ""
        pipeline = step.pipeline
        return Finding(
            at=step.at,
            message=(
                f"`{step.mapper.name}` is called once for each element{held}; it gives the same on whole "
                f"batches{condition}, and `map` after `batch` calls it once for each batch"
            ),
            related=(
                Related(batch.at, "batches come only here"),
                *(Related(call.name_at, "consumes this dataset") for call in pipeline.consumers),
            ),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            severity=Severity.WARNING if small else Severity.INFO,
            fix=self._move(step, batch),
        )

    def _move(self, step: DatasetStep, batch: DatasetStep) -> Fix:
        between = list(takewhile(lambda following: following is not batch, step.following))
        changes = tuple(
            SwapCalls(first.call, second.call) for first, second in pairwise((step, *between, batch))
        )
        message = f"Swap `map` and `{batch.name}`"
        if between:
            message = f"Move `map` behind `{batch.name}`"
        if step.mapper.elementwise is Elementwise.RESHAPES:
            message += f", and put `-1` before the shape that `{step.mapper.name}` reshapes to"
        if between or step.mapper.elementwise is Elementwise.RESHAPES:
            return Fix(message, Applicability.DISPLAY, changes)
        if step.mapper.elementwise is Elementwise.INEXACT:
            return Fix(
                message, Applicability.UNSAFE, changes, "the last bit of a result may differ on batches"
            )
        return Fix(message, Applicability.SAFE, changes)
