"""A cheap function mapped over single elements that could be mapped over batches."""

from collections.abc import Iterator

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
    """@PAGE map-before-batch@"""

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
        per_element = f"an element of {size:,} numbers" if size is not None else "an element"
        pipeline = step.pipeline
        return Finding(
            at=step.at,
            message=(
                f"`{step.mapper.name}` is called once for each element ({per_element}); "
                "it gives the same on whole batches, and `map` after `batch` calls it once for each batch"
            ),
            related=(
                Related(batch.at, "batches come only here"),
                *(Related(call.name_at, "consumes this dataset") for call in pipeline.consumers),
            ),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            severity=Severity.WARNING if small else Severity.INFO,
            fix=self._swap(step, batch),
        )

    def _swap(self, step: DatasetStep, batch: DatasetStep) -> Fix:
        changes = (SwapCalls(step.call, batch.call),)
        message = f"Swap `map` and `{batch.name}`"
        if step.following[0] is not batch or step.mapper.elementwise is Elementwise.RESHAPES:
            return Fix(message, Applicability.DISPLAY, changes)
        if step.mapper.elementwise is Elementwise.INEXACT:
            return Fix(
                message, Applicability.UNSAFE, changes, "the last bit of a result may differ on batches"
            )
        return Fix(message, Applicability.SAFE, changes)
