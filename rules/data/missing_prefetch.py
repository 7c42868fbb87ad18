"""A pipeline that feeds a model with nothing fetched ahead."""

from collections.abc import Iterator
from dataclasses import replace

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Site
from keraslint.rule import Template
from keraslint.semantics import DatasetStep
from keraslint.semantics import Facts
from keraslint.semantics import Pipeline


class MissingPrefetch(Rule):
    """A pipeline that feeds a model does not prepare its next batch while the model works.

    ## What it does
    Finds a `tf.data` pipeline that reaches `fit`, `evaluate`, `predict` or a training loop with no
    `prefetch` after its last working step. TensorFlow since 2.9 adds that prefetch by itself, so the
    finding is info there. It is a warning where TensorFlow does not: on older versions, where the code
    sets `options.experimental_optimization.inject_prefetch = False` or
    `options.autotune.enabled = False`, and for datasets made inside the function of `interleave` or
    `flat_map`.

    ## Why it is slow
    Without a prefetch the model and the pipeline take turns: the model asks for a batch, waits until it
    is made, computes, and asks again. A prefetch makes the next batch in a thread of its own while the
    model is busy, so that a step takes as long as the slower of the two instead of both together. What
    the missing prefetch costs depends on how alike the two are: nothing where either is negligible, most
    where both take the same time.

    ## Example

    ## Use instead

    `tf.data.AUTOTUNE` lets TensorFlow choose how many batches to keep ready. The elements and their order
    stay the same. A prefetch belongs after a `cache`, for from the second epoch on nothing before it runs; the fix
    puts it there, and is left out where only some paths of the program cache.

    ## When to leave it
    - On a current TensorFlow with default options this changes nothing that can be measured; the line then
      only says aloud what happens anyway, and protects the pipeline from a later option that turns it off.
    - Batches are so large that a second one does not fit into memory.
    - The last working step is a `map` with `num_parallel_calls`: it runs ahead by itself, and little is left
      for a prefetch to gain.

    Where a prefetch stands before the last working step, KL105 reports it instead, and KL123 where one is called
    and its result dropped. Datasets that end in a
    prefetch followed by `repeat`, `take`, `cache` or `with_options`, datasets that a strategy distributes,
    those made by `keras.utils.image_dataset_from_directory` and its siblings, arrays in memory with no map, and
    datasets that nothing trains from are not reported.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data_performance
    - https://www.tensorflow.org/api_docs/python/tf/data/Options
    - https://www.tensorflow.org/api_docs/python/tf/data/experimental/OptimizationOptions
    """

    code = "KL102"
    severity = Severity.INFO
    measured_as = Severity.WARNING
    applicability = Applicability.SAFE
    backends = ("tensorflow", "jax", "torch")
    tokens = ("tf.data", "Dataset", "dataset_from")

    def check(self, facts: Facts) -> Iterator[Finding]:
        dropped = {
            reader
            for discarded in facts.discarded_steps
            if "prefetch" in discarded.names
            for reader in discarded.readers
        }
        starving = [
            (each.pipeline, each.last, each.end, "" if each.is_helped else "here")
            for each in facts.unfetched
            if each.prefetch is None and not dropped.issuperset(each.pipeline.consumers)
        ]
        for pipeline in facts.pipelines:
            nested = [step for step in pipeline.steps if step.is_nested and self._starves_inside(step)]
            starving += [(pipeline, step, step, "inside `interleave`") for step in nested]
        ends: dict[Site, set[Site]] = {}
        for _, last, end, _ in starving:
            ends.setdefault(last.at, set()).add(end.at)
        for pipeline, last, end, uninjected in starving:
            finding = self._finding(pipeline, last, uninjected)
            fix: Fix | NoFix = NoFix("the pipeline goes on in several ways, each with an end of its own")
            if len(ends[last.at]) == 1:
                fix = self._add(end, runs_ahead=bool(uninjected) and pipeline.may_run_python)
            yield replace(finding, fix=fix)

    def _starves_inside(self, step: DatasetStep) -> bool:
        """Whether a nested dataset ends in this step, maps real work, and fetches nothing ahead."""
        line = (*step.preceding, step)
        return (
            step.works
            and not step.runs_beside_others
            and not step.following
            and any(each.name == "map" and each.mapper.work for each in line)
            and not any(each.fetches_ahead for each in line)
        )

    def _finding(self, pipeline: Pipeline, last: DatasetStep, uninjected: str) -> Finding:
        after = f"nothing after `{last.name}` fetches batches ahead"
        if uninjected:
            message = f"{after}, and tf.data adds no `prefetch` {uninjected}: the model waits for every batch"
        else:
            message = f"{after}; TensorFlow 2.9 and later add that `prefetch` by themselves"
        return Finding(
            at=last.at,
            message=message,
            related=tuple(Related(call.name_at, "consumes this dataset") for call in pipeline.consumers),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            severity=Severity.WARNING if uninjected else Severity.INFO,
        )

    def _add(self, step: DatasetStep, *, runs_ahead: bool) -> Fix:
        autotune = step.pipeline.target.autotune
        template = Template(
            "{dataset}.prefetch({autotune})", nodes={"dataset": step.call}, symbols={"autotune": autotune}
        )
        return Fix(
            f"Add `.prefetch({autotune.replace('tensorflow', 'tf', 1)})` after `{step.name}`",
            Applicability.UNSAFE if runs_ahead else Applicability.SAFE,
            (ReplaceExpression(step.call, template),),
            reason="Python code in the pipeline runs ahead of the training, whose changes it may see"
            if runs_ahead
            else None,
        )
