"""Calls of predict for a few samples at a time, again and again."""

from collections.abc import Iterator
from collections.abc import Sequence

from keraslint.rule import Applicability
from keraslint.rule import Change
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import RemoveArgument
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Site
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import RepeatedPrediction

COSTLY = 1_000_000_000
BATCH_SIZE = 32


class PredictInLoop(Rule):
    """`predict` is called for a few samples, again and again.

    ## What it does
    Finds `model.predict` on one sample, on a batch of at most 256, or on one slice of an array after the other,
    where a Python loop calls it on every pass, also through functions, or a web server (Flask, FastAPI, Django
    and their like) for every request. The message names the better way: one `predict` for all samples where
    they are there before the loop begins, else `predict_on_batch`.

    Where one call is known to cost more than about a billion multiply-accumulates, if only in some of the
    layers, the finding is info, and so it is where the cost is not known, unless only dense layers hide theirs.

    ## Why it is slow
    `predict` is made for many samples. Each call makes a data pipeline, a list of callbacks and a progress bar,
    and takes them down again, whatever the size of the data. For one sample of a small model that is
    nearly all the time of the call; a loop pays for it on every pass.

    ## Example

    ## Use instead

    `predict_on_batch` runs the same compiled function without what is around it, and gives the same array. The
    fix writes it where the call gets no more than the 32 samples of one batch and no argument but `verbose`; it is
    safe. It shows no progress bar. Where one of these is not known, the same is shown as a suggestion.

    Where the samples are there before the loop, stack them and call `predict` once: the samples of a batch are
    worked on together, which no call for one sample can match.

    ## When to leave it
    - The loop has few passes, or each pass trains for far longer than it predicts.
    - Each pass needs the prediction of the pass before and the model is large: little is left to gain.

    Loops over models or folds, loops that ask somebody at the keyboard, and calls on every so many passes are not
    reported.

    ## Measured

    ## References
    - https://keras.io/api/models/model_training_apis/#predict-method
    - https://keras.io/api/models/model_training_apis/#predictonbatch-method
    """

    code = "KL401"
    severity = Severity.WARNING
    applicability = Applicability.SAFE
    tokens = ("predict",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        by_place: dict[Site, list[RepeatedPrediction]] = {}
        for prediction in facts.repeated_predictions:
            by_place.setdefault(prediction.call.at, []).append(prediction)
        for predictions in by_place.values():
            yield self._finding(facts, predictions)

    def _finding(self, facts: Facts, predictions: Sequence[RepeatedPrediction]) -> Finding:
        prediction = predictions[0]
        call, samples = prediction.call, prediction.samples
        model = facts.model_of(call)
        known = model is not None and model.architecture.macs is not None and samples is not None
        costly = (
            model is None
            or model.architecture.may_be_costly
            or model.architecture.least_macs * (samples or 1) > COSTLY
        )
        return Finding(
            at=call.name_at,
            message=(
                f"`{call.record.spelled}` gets {self._data(prediction)} {self._when(prediction)}: "
                "each call makes a data pipeline, callbacks and a progress bar of its own"
            ),
            related=self._related(prediction),
            confidence=Confidence.HIGH if call.is_certain and known else Confidence.MEDIUM,
            severity=Severity.INFO if costly else Severity.WARNING,
            fix=self._on_batch(facts, predictions),
            help=self._help(prediction),
        )

    def _data(self, prediction: RepeatedPrediction) -> str:
        if prediction.slices and prediction.samples != 1:
            return "one slice of an array"
        return "one sample" if prediction.samples == 1 else f"{prediction.samples} samples"

    def _when(self, prediction: RepeatedPrediction) -> str:
        if prediction.handler is not None:
            return f"for each request that `{prediction.handler.name}` answers"
        return "on every pass of a loop"

    def _related(self, prediction: RepeatedPrediction) -> tuple[Related, ...]:
        if prediction.repetition is None:
            return ()
        return (Related(prediction.repetition.loop.site, "calls it on every pass"),)

    def _help(self, prediction: RepeatedPrediction) -> str:
        if prediction.slices:
            return "call `predict` once on the whole array: it cuts batches by itself"
        if prediction.is_batchable:
            return (
                "stack the samples and call `predict` once, outside of the loop; else call `predict_on_batch`"
            )
        return "call `predict_on_batch`: it runs the same compiled function and gives the same array"

    def _on_batch(self, facts: Facts, predictions: Sequence[RepeatedPrediction]) -> Fix | NoFix:
        call = predictions[0].call
        keywords = {name for name, _ in call.record.arguments.keywords}
        if not call.is_written_out or len(call.record.arguments.positional) != 1:
            return NoFix("not all of the call's arguments stand in it")
        if keywords - {"batch_size", "verbose"}:
            return NoFix("`predict_on_batch` takes the data and nothing else")
        rename = ReplaceExpression(call.name_at, Template("predict_on_batch"))
        removed = (RemoveArgument(call.at, name) for name in sorted(keywords))
        changes: tuple[Change, ...] = (rename, *removed)
        why = self._why_unsafe(facts, predictions)
        if why is not None:
            return Fix("Call `predict_on_batch`", Applicability.DISPLAY, changes, reason=why)
        return Fix("Call `predict_on_batch`", Applicability.SAFE, changes)

    def _why_unsafe(self, facts: Facts, predictions: Sequence[RepeatedPrediction]) -> str | None:
        """What is not known for certain of one of the calls at this place, None where all is."""
        call = predictions[0].call
        reached = facts.training_calls_at(call.at)
        repeated = {id(each.call): each for each in predictions}
        known = [repeated.get(id(each)) for each in reached]
        if any(each is None or each.samples is None or each.samples > BATCH_SIZE for each in known):
            return "more samples than fit a batch are computed at once, where there are so many"
        if not all(each.is_certain for each in reached):
            return "right where this is a Keras model, which cannot be seen from here"
        if call.argument("batch_size").is_given or any(each.data_kind != "arrays" for each in reached):
            return "right for arrays: `predict_on_batch` takes no dataset, and cuts no batches"
        return None
