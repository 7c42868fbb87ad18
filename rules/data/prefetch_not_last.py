"""A `prefetch` that stands before the work, or fetches nothing."""

from collections.abc import Iterator

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
from keraslint.semantics import Unfetched

SHARED = NoFix("another pipeline goes on from the same `prefetch`, and ends elsewhere")


class PrefetchNotLast(Rule):
    """A `prefetch` stands before the work that the model waits for, or has a buffer of zero.

    ## What it does
    Finds a pipeline that reaches `fit`, `evaluate`, `predict` or a training loop whose last `prefetch` is
    followed by more work, `batch` or `map` for instance, or is `prefetch(0)`. TensorFlow since 2.9 adds a
    prefetch at the end by itself, so the finding is info there, and so it is where all that follows the prefetch are
    maps that take a part of each batch or scale it. It is a warning where TensorFlow does not: on
    older versions, where the code sets `options.experimental_optimization.inject_prefetch = False` or
    `options.autotune.enabled = False`, and where the pipeline ends in `prefetch(0)`, which keeps TensorFlow
    from adding one.

    ## Why it is slow
    What a prefetch makes ready in advance is what stands before it. Between it and the model, the batch is still
    put together, and mapped, while the model waits. A prefetch of one or two single samples before
    `batch(64)` is a small part of a batch, so that the model and the pipeline take turns as if there were none.
    `prefetch(0)` has no buffer at all: it hands on what it is asked for.

    ## Example

    ## Use instead

    Several prefetches in one pipeline are fine; what counts is that the last one follows the last work. The
    fix moves the prefetch to the end, after a `cache` if there is one, where all of it is one chain, and lets
    TensorFlow choose how much to keep ready. It is unsafe: the elements and their order stay the same, but
    what is kept in memory are whole batches instead of single samples. For `prefetch(0)` at the end the fix
    gives `tf.data.AUTOTUNE` instead, which is safe.

    ## When to leave it
    - On a current TensorFlow with default options this changes nothing that can be measured.
    - `prefetch(0)` is meant: the pipeline shall not run ahead, for memory or to find a mistake.
    - Batches are so large that a second one does not fit into memory.

    `cache`, `repeat`, `take`, `skip`, `shuffle` and `with_options` after the prefetch are no work. Datasets that
    a strategy distributes, arrays in memory with no map, and datasets that nothing trains from are not reported.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data_performance#prefetching
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#prefetch
    - https://www.tensorflow.org/api_docs/python/tf/data/experimental/OptimizationOptions
    """

    code = "KL105"
    severity = Severity.INFO
    measured_as = Severity.WARNING
    applicability = Applicability.UNSAFE
    tokens = ("prefetch",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        found = [(each, each.prefetch) for each in facts.unfetched if each.prefetch is not None]
        ends: dict[Site, set[Site]] = {}
        for each, prefetch in found:
            ends.setdefault(prefetch.at, set()).add(each.end.at)
        shared = {step.at for step in facts.dataset_steps("prefetch")} - ends.keys()
        for each, prefetch in found:
            alone = len(ends[prefetch.at]) == 1 and prefetch.at not in shared
            yield self._finding(each, prefetch, self._fix(each, prefetch) if alone else SHARED)

    def _finding(self, each: Unfetched, prefetch: DatasetStep, fix: Fix | NoFix) -> Finding:
        pipeline = each.pipeline
        if prefetch.argument("buffer_size").number == 0:
            what = "`prefetch(0)` fetches nothing ahead"
        else:
            what = f"`prefetch` stands before `{each.last.name}`: nothing fetches finished batches ahead"
        if each.is_slight:
            cost = "; what the model waits for is little"
        elif each.is_helped:
            cost = "; TensorFlow 2.9 and later add a `prefetch` at the end by themselves"
        else:
            cost = ", and tf.data adds no other `prefetch` here: the model waits for every batch"
        return Finding(
            at=prefetch.at,
            message=what + cost,
            related=(
                Related(each.last.at, "works while the model waits"),
                *(Related(call.name_at, "consumes this dataset") for call in pipeline.consumers),
            ),
            confidence=Confidence.HIGH if pipeline.is_certain else Confidence.MEDIUM,
            severity=Severity.INFO if each.is_helped or each.is_slight else Severity.WARNING,
            fix=fix,
            help=f"prefetch after `{each.end.name}`",
        )

    def _fix(self, each: Unfetched, prefetch: DatasetStep) -> Fix | NoFix:
        autotune = each.pipeline.target.autotune
        if prefetch.index > each.end.index:
            size = prefetch.argument("buffer_size")
            if not size.is_literal or size.at is None:
                return NoFix("the size of the buffer comes from elsewhere")
            change = ReplaceExpression(size.at, Template("{autotune}", symbols={"autotune": autotune}))
            runs_ahead = each.pipeline.may_run_python
            return Fix(
                "Let TensorFlow choose how much to fetch ahead",
                Applicability.UNSAFE if runs_ahead else Applicability.SAFE,
                (change,),
                reason="Python code in the pipeline runs ahead of the training, whose changes it may see"
                if runs_ahead
                else None,
            )
        chain = [step for step in prefetch.following if step.index <= each.end.index]
        before = prefetch.called_on
        if before is None or not all(
            later.is_chained_to(step) for step, later in zip((prefetch, *chain), chain, strict=False)
        ):
            return NoFix(f"`{each.end.name}` is not written in one chain with the `prefetch`")
        return Fix(
            f"Move the `prefetch` after `{each.end.name}`",
            Applicability.UNSAFE,
            (
                ReplaceExpression(prefetch.call, Template("{before}", nodes={"before": before})),
                ReplaceExpression(
                    each.end.call,
                    Template(
                        "{dataset}.prefetch({autotune})",
                        nodes={"dataset": each.end.call},
                        symbols={"autotune": autotune},
                    ),
                ),
            ),
            reason="whole batches are kept ready, where single samples were",
        )
