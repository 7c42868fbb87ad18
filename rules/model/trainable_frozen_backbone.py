"""Weights that are frozen at a time when that has no effect, or another one than was meant."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Claim
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import InsertStatement
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import Freezing


class TrainableFrozenBackbone(Rule):
    """`trainable = False` comes too late for the training that follows, or freezes a model that should learn.

    ## What it does
    Finds a pretrained model or hub layer that is frozen when its model's training function is made already: with
    Keras 2 after `compile`, with Keras 3 after the first `fit`. The training that follows goes on as before.
    With Keras 3 it also finds the opposite: a discriminator that is frozen between its `compile` and its
    first training call, as code for Keras 2 does it, and then trained on its own. It learns nothing.

    ## Why it is slow
    Keras looks at `trainable` once, when it makes the training function. Set later, it changes what `summary`
    prints and nothing else: gradients of the whole backbone are computed, kept and applied on every step, for
    weights that were meant to stay as they are, and that are spoiled besides.

    ## Example

    ## Use instead

    Freeze first, then `compile`, then train; compile again after every change of `trainable`. For a GAN in
    Keras 3, leave the discriminator trainable and train it in a step of its own, or set `trainable` before each
    of the two models is trained for the first time.

    ## When to leave it
    Features are taken from the backbone by `predict` and stored: then nothing trains it, and nothing is found.

    ## Measured

    ## References
    - https://keras.io/guides/transfer_learning/
    - https://keras.io/api/layers/base_layer/
    """

    code = "KL308"
    severity = Severity.WARNING
    applicability = Applicability.DISPLAY
    claim = Claim.RESULTS
    tokens = ("trainable",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for freezing in facts.ineffective_freezings:
            yield self._starved(freezing) if freezing.starves else self._late(facts, freezing)

    def _late(self, facts: Facts, freezing: Freezing) -> Finding:
        before = freezing.after.method
        return Finding(
            at=freezing.at,
            message=(
                f"`{freezing.record.spelled} = False` after `{before}` has no effect: the training that follows "
                "still changes these weights"
            ),
            related=(
                Related(freezing.after.name_site, "the training function is made from here on"),
                Related(freezing.training.name_at, "trains all weights"),
            ),
            confidence=Confidence.HIGH if freezing.training.is_certain else Confidence.MEDIUM,
            fix=self._compile_again(facts, freezing),
            help="call `compile` again after it",
        )

    def _compile_again(self, facts: Facts, freezing: Freezing) -> Fix | NoFix:
        model, training = facts.model_of(freezing.training), freezing.training
        compilations = [] if model is None else model.compilations
        beside = [each for each in compilations if each.record.frames == training.record.frames]
        if len(beside) != 1 or beside[0].call.file != training.at.file:
            return NoFix("the model is not compiled once, and in the function that trains it")
        return Fix(
            "Compile again before the training",
            Applicability.DISPLAY,
            (
                InsertStatement(
                    training.at, "before", Template("{compile}", nodes={"compile": beside[0].call})
                ),
            ),
            reason="the frozen weights stay as they are, and the optimizer begins anew",
        )

    def _starved(self, freezing: Freezing) -> Finding:
        return Finding(
            at=freezing.at,
            message=(
                f"`{freezing.record.spelled} = False` before the first training of this very model: in Keras 3 "
                "it learns nothing"
            ),
            related=(
                Related(freezing.after.name_site, "compiled here, which settles nothing in Keras 3"),
                Related(freezing.training.name_at, "trains a frozen model"),
            ),
            confidence=Confidence.HIGH if freezing.training.is_certain else Confidence.MEDIUM,
            help="train it once before it is frozen, or leave it trainable",
        )
