"""Trainings that a loop starts again for each epoch or each sample."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import MoveStatement
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import RemoveStatement
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import RepeatedFit

MANY_BATCHES = 500


class FitInLoop(Rule):
    """A loop starts the training of a model again for each epoch, or for each sample.

    ## What it does
    Finds `fit` for one epoch in a loop that does nothing else with the data than the next epoch, and `fit` or
    `train_on_batch` on one sample at a time where the loop goes over samples that are all there, as those
    that were drawn from a replay memory. Where an epoch is known to have 500 batches or more, the first is info.

    ## Why it is slow
    Each call of `fit` makes its data pipeline, its callbacks and its progress bar anew, shuffles from
    scratch and starts with an empty buffer; with few batches an epoch that is much of the time. One sample at a
    time is worse: the step of a small model takes as long for one sample as for a batch of them, so a
    memory of 32 samples is learned from at the price of 32 batches.

    ## Example

    ## Use instead

    Call `fit` once, with `epochs`. What the loop did between the epochs goes into a callback: `LambdaCallback` for a
    line or two, `LearningRateScheduler` for the learning rate, `on_epoch_begin` for `reset_states()`.

    Collect samples and targets in arrays, and call `train_on_batch` once for all of them. That is one update for
    the mean of their gradients instead of one for each sample: results differ, most often for the better.

    ## When to leave it
    - Each pass brings data of its own, folds or models of their own. Such loops are not reported.
    - Several models are trained in turn, or the model is compiled or given other weights between epochs.

    ## Measured

    ## References
    - https://keras.io/api/models/model_training_apis/#fit-method
    - https://keras.io/api/callbacks/
    """

    code = "KL402"
    severity = Severity.WARNING
    applicability = Applicability.DISPLAY
    tokens = ("fit", "train_on_batch")
    changes = "the seeds of shuffling: the batches of later epochs hold other samples"

    def check(self, facts: Facts) -> Iterator[Finding]:
        found: dict[object, RepeatedFit] = {}
        for fit in facts.repeated_fits:
            found.setdefault(fit.call.at, fit)
        for fit in found.values():
            yield self._on_samples(fit) if fit.of_samples else self._for_epochs(fit)

    def _on_samples(self, fit: RepeatedFit) -> Finding:
        return Finding(
            at=fit.call.name_at,
            message=(
                f"`{fit.call.record.spelled}` trains on one sample on every pass of a loop: "
                "each pays for a training step of its own"
            ),
            related=(Related(fit.repetition.loop.site, "goes over samples that are all there"),),
            confidence=Confidence.HIGH if fit.call.is_certain else Confidence.MEDIUM,
            help="collect the samples and their targets, and call `train_on_batch` once, after the loop",
        )

    def _for_epochs(self, fit: RepeatedFit) -> Finding:
        return Finding(
            at=fit.call.name_at,
            message=(
                f"`{fit.call.record.spelled}` is started again for each epoch: every call makes a data pipeline, "
                "callbacks and a progress bar of its own"
            ),
            related=(Related(fit.repetition.loop.site, "starts it on every pass"),),
            confidence=Confidence.HIGH if fit.call.is_certain and fit.batches else Confidence.MEDIUM,
            severity=Severity.INFO if (fit.batches or 0) >= MANY_BATCHES else Severity.WARNING,
            fix=self._once(fit),
            help="call `fit` once with `epochs`, and let callbacks do what the loop does between the epochs",
        )

    def _once(self, fit: RepeatedFit) -> Fix | NoFix:
        epochs = fit.epochs_at
        if epochs is None:
            return NoFix("the loop does more than to call `fit` a number of times")
        loop = fit.repetition.loop.site
        return Fix(
            "Call `fit` once",
            Applicability.DISPLAY,
            (
                SetArgument(fit.call.record.site, "epochs", Template("{epochs}", nodes={"epochs": epochs})),
                MoveStatement(fit.call.record.site, loop),
                RemoveStatement(loop),
            ),
            reason=self.changes,
        )
