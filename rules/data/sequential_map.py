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
    """`Dataset.map` runs real work on one element at a time.

    ## What it does
    Finds `Dataset.map` with no `num_parallel_calls`, in a pipeline that is trained, evaluated or
    predicted from, whose function does more than casts, arithmetic, scaling, reshapes, slices, one-hot
    and lookups. A random operation or a random layer always counts as work. The finding is a warning
    where TensorFlow does not parallelise the map by itself: the function is stateful, as everything
    random is; TensorFlow is older than 2.9; an option turns automatic tuning or
    `map_parallelization` off; or the map stands inside the function of `interleave` or `flat_map`.
    Elsewhere it is info, for TensorFlow does by itself what is missing.

    ## Why it is slow
    Elements go through a sequential map one after the other, on one core, while the others wait. With
    `num_parallel_calls`, several elements are worked on at once and handed on in their old order.
    TensorFlow rewrites a sequential map into a parallel one only where it can tell that the order of the
    calls does not matter; for a function that draws random numbers it cannot.

    ## Example

    ## Use instead

    For a stateless function the fix is safe. For a stateful one it is unsafe: the elements and their
    order stay the same, but which draw of the random generator goes to which element depends on which
    call comes first, so two runs with one seed differ. `tf.image.stateless_random_*` with a seed for each
    element, or random layers inside the model, give up neither speed nor repeatability.

    ## When to leave it
    - The run must be repeatable to the bit and the random operations are stateful.
    - The function is a `py_function` or `numpy_function` whose body is Python: parallel calls queue for the
      interpreter's lock. They help only where the body leaves it, as the decoding of PIL and OpenCV does.
    - The map sees a handful of elements, file names for example.
    - The function is cheap; then look at whether it stands before `batch` (KL106).

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data_performance
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#map
    - https://www.tensorflow.org/api_docs/python/tf/data/experimental/OptimizationOptions
    """

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
        rewritten = step.pipeline.parallelizes_maps and not stateful and not step.is_nested
        parallelised = rewritten or step.runs_beside_others
        doing = f"`{mapper.name}` works"
        if mapper.work is not None and mapper.work.call.site != step.call:
            doing = f"`{mapper.name}` calls `{mapper.work.call.spelled}`"
        if step.runs_beside_others:
            helped = "; the `interleave` around it runs several such maps in parallel"
        elif rewritten:
            helped = "; TensorFlow 2.9 and later run this `map` in parallel by themselves"
        elif stateful:
            helped = "; it is stateful, and tf.data runs no stateful `map` in parallel by itself"
        else:
            helped = ", and tf.data does not run this `map` in parallel by itself"
        element = "batch" if step.is_batched else "element"
        pipeline = step.pipeline
        return Finding(
            at=step.at,
            message=f"{doing} on one {element} at a time{helped}",
            related=tuple(Related(call.name_at, "consumes this dataset") for call in pipeline.consumers),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            severity=Severity.INFO if parallelised else Severity.WARNING,
            fix=self._parallelise(step, stateful),
        )

    def _parallelise(self, step: DatasetStep, stateful: bool) -> Fix:
        autotune = step.pipeline.target.autotune
        reason = None
        if stateful:
            reason = "each element gets another random draw than before"
        elif step.mapper.opaque:
            reason = (
                "not all that the function calls can be seen: random numbers in it would go to other elements"
            )
        elif not step.keeps_order_in_parallel:
            reason = "the pipeline need not keep its order, and elements may come in another one"
        return Fix(
            f"Add `num_parallel_calls={autotune.replace('tensorflow', 'tf', 1)}`",
            Applicability.SAFE if reason is None else Applicability.UNSAFE,
            (
                SetArgument(
                    step.call,
                    "num_parallel_calls",
                    Template("{autotune}", symbols={"autotune": autotune}),
                ),
            ),
            reason=reason,
        )
