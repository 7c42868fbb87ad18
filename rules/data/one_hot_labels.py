"""Labels of many classes as rows of zeros and a one."""

from collections.abc import Iterator

from keraslint.rule import Claim
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts

MANY = 100


class OneHotLabels(Rule):
    """Labels of many classes are made one-hot, where the sparse loss takes them as they are.

    ## What it does
    Finds `to_categorical` and `one_hot` of at least a hundred classes, whose rows are the targets of a training with
    `categorical_crossentropy`, in `fit` or under a tape. It is info. Rows that are changed on their way, smoothed labels and losses of
    one's own are not reported.

    ## Why it takes memory
    A label is one number. As a row of a thousand, it takes a thousand times the memory and is copied with every
    batch, and the loss multiplies all of it to find the one place that is not zero.
    `sparse_categorical_crossentropy` looks up that place. Beside the layer that predicts as many classes, the time
    that this takes is small.

    ## Example

    ## Use instead

    Leave the labels as they are, and compile with `loss="sparse_categorical_crossentropy"`, or call that under the tape.
    The loss is the same
    but for rounding. The metric `"accuracy"` follows the loss by itself; others have a sparse form
    of their own, such as `"sparse_top_k_categorical_accuracy"`.

    ## When to leave it
    - Labels are smoothed or mixed (mixup, CutMix), or are probabilities.
    - There are few classes.

    ## Measured

    ## References
    - https://keras.io/api/losses/probabilistic_losses/
    """

    code = "KL116"
    severity = Severity.INFO
    claim = Claim.MEMORY
    tokens = ("to_categorical", "one_hot")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for labels in facts.one_hot_labels:
            model = None if labels.training is None else facts.model_of(labels.training)
            outputs = () if model is None else model.architecture.outputs
            known = outputs[0][-1] if len(outputs) == 1 and outputs[0] else None
            classes = labels.classes or known
            if classes is not None and classes >= MANY:
                yield Finding(
                    at=labels.record.name_site,
                    message=f"each label becomes a row of {classes:,} numbers, all but one of them zero",
                    related=(Related(labels.taker.name_site, "trains on these rows"),),
                    confidence=Confidence.HIGH if labels.classes else Confidence.MEDIUM,
                    help="`sparse_categorical_crossentropy` takes the labels as they are",
                )
