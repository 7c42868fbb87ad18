"""A `map` that works on one element at a time."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import DatasetStep
from keraslint.semantics import Facts


class SequentialMap(Rule):
    """@PAGE sequential-map@"""

    code = "KL103"
    severity = Severity.WARNING
    applicability = Applicability.SAFE
    tokens = ("map",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for step in facts.dataset_steps("map"):
            if (
                step.argument("num_parallel_calls").is_absent
                and step.mapper.work is not None
                and step.mapper.python is None
                and not step.is_short
            ):
                yield self._finding(step)

    def _finding(self, step: DatasetStep) -> Finding:
        mapper = step.mapper
        stateful = mapper.is_stateful
        parallelised = step.pipeline.parallelizes_maps and not stateful and not step.is_nested
        work = mapper.random or mapper.costly
        doing = (
            f"`{mapper.name}` calls `{work.call.spelled}`" if work is not None else f"`{mapper.name}` works"
        )
        if parallelised:
            message = f"{doing} on one element at a time; TensorFlow 2.9 and later run this `map` in parallel by themselves"
        elif stateful:
            message = f"{doing}, which is stateful: without `num_parallel_calls` this `map` runs on one core"
        else:
            message = (
                f"{doing} on one element at a time, and tf.data does not run this `map` in parallel by itself"
            )
        pipeline = step.pipeline
        return Finding(
            at=step.at,
            message=message,
            related=tuple(Related(call.name_at, "consumes this dataset") for call in pipeline.consumers),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            severity=Severity.INFO if parallelised else Severity.WARNING,
            fix=self._parallelise(step, stateful),
        )

    def _parallelise(self, step: DatasetStep, stateful: bool) -> Fix:
        return Fix(
            "Add `num_parallel_calls=tf.data.AUTOTUNE`",
            Applicability.UNSAFE if stateful else Applicability.SAFE,
            (
                SetArgument(
                    step.call,
                    "num_parallel_calls",
                    Template("{autotune}", symbols={"autotune": "tensorflow.data.AUTOTUNE"}),
                ),
            ),
            reason="each element gets another random draw than before" if stateful else None,
        )
