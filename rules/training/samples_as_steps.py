"""A number of samples that is given for a number of steps."""

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
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import SamplesAsSteps as Steps


class SamplesAsSteps(Rule):
    """A number of steps is the number of samples: each epoch goes over the data as often as a batch is large.

    ## What it does
    Finds `steps_per_epoch`, `validation_steps` and `steps` that are given the number of samples (`len(x_train)`,
    `x.shape[0]`, `generator.samples`) of data that come in batches and begin again at their end: a generator
    function, a data set with `repeat()`, and, before TensorFlow 2.2 and Keras 2.4, every iterator of
    `ImageDataGenerator` and every `Sequence`. The finding stands at the argument. A number that was divided
    anywhere on its way, in a variable or a helper, is not reported, nor is a batch of one sample.

    ## Why it is slow
    A step is a batch. With 32 samples in each, as many steps as there are samples are 32 times the
    data. Nothing fails: the progress bar counts to a number that one knows, and the epoch takes 32 times as
    long. In validation, it measures the same samples 32 times over. Keras 1 did count samples, under other
    names, and much code was carried over with its numbers.

    ## Example

    ## Use instead

    Divide the number of samples by the size of a batch, rounding up. Where Keras knows the number of batches
    by itself, leave the argument out: it does for arrays, for a `PyDataset`, and for a data set that is not
    repeated. An epoch is shorter then, so give the training as many epochs as it really took.

    ## When to leave it
    An epoch is meant to be that long: checkpoints and validation come after so many steps. Say so by a number
    of its own.

    Since TensorFlow 2.2, a `PyDataset`, a `Sequence` and the iterators of `ImageDataGenerator` end after their
    last batch, whatever they are told, so there the number costs nothing and is not reported.

    ## Measured

    ## References
    - https://keras.io/api/models/model_training_apis/
    """

    code = "KL415"
    severity = Severity.WARNING
    applicability = Applicability.DISPLAY
    tokens = ("steps", "fit_generator")
    changes = "an epoch is one pass over the data, so there are fewer updates in the same number of epochs"

    def check(self, facts: Facts) -> Iterator[Finding]:
        for found in facts.samples_as_steps:
            name, size = found.argument.name, found.batch_size
            validates = name == "validation_steps"
            method = "each validation" if validates else "each epoch" if found.call.trains else "the call"
            yield Finding(
                at=found.argument.at or found.call.name_at,
                message=(
                    f"`{name}` is the number of samples: with {size} samples in a batch, "
                    f"{method} goes over the data {size} times"
                ),
                related=(Related(found.call.name_at, "makes so many steps"),),
                confidence=Confidence.HIGH if found.call.is_certain else Confidence.MEDIUM,
                fix=self._divide(found),
                help=f"a step is a batch: divide by {size}",
            )

    def _divide(self, found: Steps) -> Fix | NoFix:
        at = found.argument.at
        if at is None:
            return NoFix("the number is not written in the call")
        template = Template(f"{{samples}} // {found.batch_size}", nodes={"samples": at})
        return Fix(
            f"Divide by the {found.batch_size} samples of a batch",
            Applicability.DISPLAY,
            (ReplaceExpression(at, template),),
            reason=self.changes,
        )
