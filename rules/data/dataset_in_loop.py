"""Datasets and iterators that a training loop makes on every pass."""

from collections.abc import Iterator

from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
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
            )
        for made in facts.restarted_iterators:
            yield self._finding(
                made,
                "`next(iter(...))` starts the whole pipeline again on every step, for its first batch",
                "make an iterator of `dataset.repeat()` once, before the loop, and call `next` on it",
                Severity.WARNING,
            )

    def _finding(self, made: Remade, message: str, help_: str, severity: Severity) -> Finding:
        assert made.repetition is not None
        return Finding(
            at=made.at,
            message=message,
            related=(Related(made.repetition.loop.site, "does it on every pass"),),
            severity=severity,
            help=help_,
        )
