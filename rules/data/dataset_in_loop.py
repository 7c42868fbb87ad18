"""Datasets and iterators that a training loop makes on every pass."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import InsertStatement
from keraslint.rule import MoveStatement
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import Remade

MANY_BATCHES = 200


class DatasetInLoop(Rule):
    """A training loop makes its dataset, or the iterator over it, again on every pass.

    ## What it does
    Finds `tf.data` datasets that a loop makes with the same arguments on every pass and trains from, also through
    functions, and `next(iter(dataset))` on every step of a training. A dataset that is not known to give less
    than 200 batches on each pass is info.

    ## Why it is slow
    A dataset is a graph. Made again, its functions are traced again, its arrays are copied into it again and its
    pipeline is started again: threads, buffers, the filling of `shuffle` and `prefetch`. `next(iter(dataset))` starts the
    pipeline for a single batch and throws away all that was prepared behind it; it also gives the same first
    batches again where nothing shuffles.

    ## Example

    ## Use instead

    Make the dataset once, before the loop. It can be gone over as often as one likes, and `shuffle` draws a new order
    each time by itself. For single steps, make `iter(dataset.repeat())` once and call `next` on that.

    ## When to leave it
    - The data of each pass are others: folds, files, samples of a model that has learned since. Such loops are not
      reported.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data
    - https://www.tensorflow.org/guide/data_performance
    """

    code = "KL112"
    severity = Severity.WARNING
    applicability = Applicability.DISPLAY
    tokens = ("Dataset", "iter(", "dataset_from")
    changes = (
        "the order of the samples: `shuffle` goes on where it starts again in a dataset that is made anew"
    )

    def check(self, facts: Facts) -> Iterator[Finding]:
        for made in facts.remade_datasets:
            few = made.batches is not None and made.batches < MANY_BATCHES
            yield self._finding(
                made,
                f"`{made.record.spelled}` makes the same dataset again on every pass of a loop: "
                "its pipeline is built and started anew",
                "make the dataset once, before the loop",
                Severity.WARNING if few else Severity.INFO,
                self._hoist(made),
            )
        for made in facts.restarted_iterators:
            yield self._finding(
                made,
                "`next(iter(...))` starts the whole pipeline again on every step, for its first batch",
                "make an iterator of `dataset.repeat()` once, before the loop, and call `next` on it",
                Severity.WARNING,
                self._iterate(facts, made),
            )

    def _finding(
        self, made: Remade, message: str, help_: str, severity: Severity, fix: Fix | NoFix
    ) -> Finding:
        assert made.repetition is not None
        return Finding(
            at=made.at,
            message=message,
            related=(Related(made.repetition.loop.site, "does it on every pass"),),
            severity=severity,
            fix=fix,
            help=help_,
        )

    def _hoist(self, made: Remade) -> Fix | NoFix:
        if made.repetition is None or not made.movable:
            return NoFix("the dataset is not made by plain statements of the loop's own block")
        loop = made.repetition.loop.site
        return Fix(
            "Make the dataset once, before the loop",
            Applicability.DISPLAY,
            tuple(MoveStatement(statement, loop) for statement in made.movable),
            reason=self.changes,
        )

    def _iterate(self, facts: Facts, made: Remade) -> Fix | NoFix:
        source = made.iterated_at
        if made.repetition is None or source is None or made.repetition.frames:
            return NoFix("the loop stands in another function")
        if facts.uses_name(made.at.file, "batches"):
            return NoFix("the name `batches` is taken")
        iterator = Template("batches = iter({dataset}.repeat())", nodes={"dataset": source})
        return Fix(
            "Go on with one iterator",
            Applicability.DISPLAY,
            (
                InsertStatement(made.repetition.loop.site, "before", iterator),
                ReplaceExpression(made.at, Template("next(batches)")),
            ),
            reason="each step gets the next batch, and no longer the first",
        )
