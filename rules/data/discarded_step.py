"""A step of a dataset whose result nothing takes."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Claim
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import InsertStatement
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import RemoveStatement
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Discarded
from keraslint.semantics import Facts


class DiscardedStep(Rule):
    """A step of a dataset is called for nothing: what it returns is dropped, and training goes on without it.

    ## What it does
    Finds statements that are nothing but `dataset.shuffle(...)`, `dataset.prefetch(...)` or another step of
    tf.data, on a dataset that a model trains from, is evaluated on or predicts from afterwards. Datasets that
    nothing reads later are not reported, nor what stands at the top level of a notebook, where the last
    statement of a cell is shown.

    ## Why it is slow
    The methods of `tf.data.Dataset` change nothing: each returns a new dataset. Where that is dropped, the step
    never runs. Samples come unshuffled on every epoch, files that `cache()` was to keep are decoded again, nothing
    is fetched ahead, or the model gets single samples where it should get batches.

    ## Example

    ## Use instead

    Assign what the step returns, `dataset = dataset.shuffle(...)`. The fix does that; it is unsafe, for the model
    then sees what was meant all along.

    ## When to leave it
    - The step is called only to see whether it raises; then take the result in a name that says so.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset
    """

    code = "KL123"
    severity = Severity.WARNING
    claim = Claim.RESULTS
    applicability = Applicability.UNSAFE
    tokens = ("Dataset", "dataset", "tfds")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for discarded in facts.discarded_steps:
            steps = "`, `".join(discarded.names)
            owner = f"`{discarded.dataset}`" if discarded.dataset else "the dataset"
            yield Finding(
                at=discarded.record.name_site,
                message=(
                    f"`{steps}` returns a new dataset, which nothing takes: {owner} stays as it is, and the model "
                    "gets it without that step"
                ),
                related=tuple(Related(call.name_at, "reads it as it is") for call in discarded.readers),
                confidence=Confidence.HIGH if discarded.is_certain else Confidence.MEDIUM,
                fix=self._assign(discarded),
                help="assign what the step returns",
            )

    def _assign(self, discarded: Discarded) -> Fix | NoFix:
        if not discarded.can_be_rebound:
            return NoFix("an assignment in this place would not reach what reads the dataset")
        call = discarded.record.site
        return Fix(
            f"Assign it to `{discarded.dataset}`",
            Applicability.UNSAFE,
            (
                InsertStatement(call, "before", Template(f"{discarded.dataset} = {{call}}", {"call": call})),
                RemoveStatement(call),
            ),
            reason="the step takes place",
        )
