"""A pipeline that feeds a model with nothing fetched ahead."""

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
from keraslint.semantics import DatasetStep
from keraslint.semantics import Facts
from keraslint.semantics import Pipeline


class MissingPrefetch(Rule):
    """@PAGE missing-prefetch@"""

    code = "KL102"
    severity = Severity.INFO
    applicability = Applicability.SAFE
    backends = ("tensorflow", "jax", "torch")
    tokens = ("tf.data", "Dataset", "dataset_from")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for pipeline in facts.pipelines:
            last = self._last_working_step(pipeline)
            if last is not None:
                yield self._finding(pipeline, last, pipeline.injects_prefetch)
            for step in pipeline.steps:
                if step.is_nested and self._starves_inside(step):
                    yield self._finding(pipeline, step, injected=False)

    def _last_working_step(self, pipeline: Pipeline) -> DatasetStep | None:
        steps = pipeline.outer_steps
        working = [step for step in steps if step.works]
        if not working or pipeline.is_distributed:
            return None
        last = working[-1]
        if any(step.fetches_ahead for step in last.following):
            return None
        if pipeline.is_in_memory and not any(step.maps for step in pipeline.steps):
            return None
        if pipeline.prefetches_at_source and not any(step.maps and step.mapper.work for step in steps):
            return None
        return last

    def _starves_inside(self, step: DatasetStep) -> bool:
        """Whether a nested dataset ends in this step, maps real work, and fetches nothing ahead."""
        line = (*step.preceding, step)
        return (
            step.works
            and not step.following
            and any(each.name == "map" and each.mapper.work for each in line)
            and not any(each.fetches_ahead for each in line)
        )

    def _finding(self, pipeline: Pipeline, last: DatasetStep, injected: bool) -> Finding:
        after = f"nothing after `{last.name}` fetches batches ahead"
        if injected:
            message = f"{after}; TensorFlow 2.9 and later add that `prefetch` by themselves"
        else:
            message = f"{after}, and tf.data adds no `prefetch` here: the model waits for every batch"
        return Finding(
            at=last.at,
            message=message,
            related=tuple(Related(call.name_at, "consumes this dataset") for call in pipeline.consumers),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            severity=Severity.INFO if injected else Severity.WARNING,
            fix=Fix(
                f"Add `.prefetch(tf.data.AUTOTUNE)` after `{last.name}`",
                Applicability.SAFE,
                (
                    ReplaceExpression(
                        last.call,
                        Template(
                            "{dataset}.prefetch({autotune})",
                            nodes={"dataset": last.call},
                            symbols={"autotune": "tensorflow.data.AUTOTUNE"},
                        ),
                    ),
                ),
            ),
        )
