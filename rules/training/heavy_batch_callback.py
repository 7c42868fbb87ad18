"""A callback that does more after each batch than the batch itself."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import RemoveArgument
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Argument
from keraslint.semantics import Facts
from keraslint.semantics import HookCall
from keraslint.semantics import ReadyMade

MOST_BATCHES = 100
HEAVY = {
    "predict": "predicts",
    "evaluate": "evaluates the model",
    "save": "saves the model",
    "save_weights": "saves the weights",
}
DRAWING = ("matplotlib.", "seaborn.")
PACKAGES = {**dict.fromkeys(DRAWING, "draws"), "sklearn.metrics.": "computes a metric"}


class HeavyBatchCallback(Rule):
    """A callback predicts, evaluates, saves or draws after every batch of a training.

    ## What it does
    Finds `predict`, `evaluate`, `save` and `save_weights` of the model, drawing with matplotlib and metrics of
    scikit-learn in `on_train_batch_end` (`on_batch_end`, `on_train_batch_begin`) of a callback that `fit` is
    given, in the helpers that it calls, and in the functions of a `LambdaCallback`; and
    `ModelCheckpoint(save_freq=...)` of at most 100 batches. As info, `TensorBoard` with `update_freq` of a batch,
    `histogram_freq=1` or a long `profile_batch`, and a `predict` or `evaluate` over the training data after
    each epoch.

    ## Why it is slow
    Training waits for a callback: the next batch begins when it returns. A call of `predict` or `evaluate`
    sets up a loop over data of its own, which for a small model takes longer than many training steps, and
    a checkpoint copies all weights from the device and writes them to disk.

    ## Example

    ## Use instead

    Do it once an epoch, in `on_epoch_end`. Where an epoch is too long for that, let every so many
    batches through: `if batch % 500 == 0`. For a curve of the loss, take the `logs` that the callback is given.

    ## When to leave it
    - A batch takes seconds, so that what comes after it does not matter.
    - The run is short, and looking at each batch is what it is for.

    Work behind a condition on the batch, a counter or a clock is not reported.

    ## Measured

    ## References
    - https://keras.io/guides/writing_your_own_callbacks/
    - https://keras.io/api/callbacks/model_checkpoint/
    """

    code = "KL409"
    severity = Severity.WARNING
    applicability = Applicability.DISPLAY
    tokens = ("_begin", "_end", "save_freq", "TensorBoard")
    changes = "the callback's work is done once an epoch"

    def check(self, facts: Facts) -> Iterator[Finding]:
        seen = set()
        drawn = set()
        for call in facts.hook_calls:
            finding = self._of_hook(call)
            if finding is None or finding.at in seen:
                continue
            seen.add(finding.at)
            # A figure takes many calls, and is one piece of work.
            if call.record.callee.startswith(DRAWING):
                if call.method in drawn:
                    continue
                drawn.add(call.method)
            yield finding
        for callback in facts.ready_made_callbacks:
            finding = self._of_ready_made(facts, callback)
            if finding is not None and finding.at not in seen:
                seen.add(finding.at)
                yield finding

    def _of_hook(self, call: HookCall) -> Finding | None:
        record = call.record
        what = HEAVY.get(record.method) if call.works_on_model else None
        what = what or next((w for package, w in PACKAGES.items() if record.callee.startswith(package)), None)
        over_training = record.method in ("predict", "evaluate") and call.first_argument is call.training.data
        if what is None or not call.always or not (call.is_on_batches or over_training):
            return None
        when = "batch" if call.is_on_batches else "epoch"
        return Finding(
            at=record.name_site,
            message=f"`{record.spelled}` {what} after every {when}, and the training waits for it"
            + ("" if call.is_on_batches else " to go over all of its data again"),
            related=(Related(call.training.name_at, "trains with this callback"),),
            severity=Severity.WARNING if call.is_on_batches else Severity.INFO,
            help="do it in `on_epoch_end`, or on every so many batches: `if batch % 500 == 0`"
            if call.is_on_batches
            else "the training's own `logs` have its loss and metrics",
        )

    def _of_ready_made(self, facts: Facts, callback: ReadyMade) -> Finding | None:
        training = (Related(callback.training.name_at, "trains with this callback"),)
        if callback.name == "ModelCheckpoint":
            given = callback.argument("save_freq")
            steps = facts.steps_in_an_epoch(callback.training)
            often = given.number is not None and 0 < given.number <= MOST_BATCHES
            # Before TensorFlow 2.2, the number was one of samples.
            if not often or facts.target.tensorflow_before(2, 2) or (steps and steps <= (given.number or 0)):
                return None
            batches = "every batch" if given.number == 1 else f"every {given.number:.0f} batches"
            return Finding(
                at=given.at or callback.call.name_site,
                message=f"`ModelCheckpoint` writes the model to disk after {batches}, and the training waits for it",
                related=training,
                fix=self._each_epoch(given),
                help='leave `save_freq` at `"epoch"`, or save every few thousand batches',
            )
        if callback.name != "TensorBoard":
            return None
        for name, costs in (
            ("update_freq", "writes a summary after every batch"),
            ("histogram_freq", "writes a histogram of all weights after every epoch"),
        ):
            given = callback.argument(name)
            if given.constant == 1 or given.constant == "batch":
                return Finding(
                    at=given.at or callback.call.name_site,
                    message=f"`TensorBoard` {costs}",
                    related=training,
                    confidence=Confidence.HIGH,
                    severity=Severity.INFO,
                    fix=self._each_epoch(given)
                    if name == "update_freq"
                    else Fix(
                        "Leave the histograms out",
                        Applicability.DISPLAY,
                        (RemoveArgument(callback.call.site, name),),
                        reason="TensorBoard shows no histograms",
                    ),
                )
        return None

    def _each_epoch(self, given: Argument) -> Fix | NoFix:
        if given.at is None:
            return NoFix("how often is not written in the call")
        return Fix(
            "Once an epoch",
            Applicability.DISPLAY,
            (ReplaceExpression(given.at, Template('"epoch"')),),
            reason="it is done once an epoch, and not within one",
        )
