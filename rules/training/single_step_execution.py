"""A tiny model that goes back to Python after every step."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import TrainingCall

FEW_STEPS = 100
SMALL_STEP = 1_000_000
TOGETHER = "16"


class SingleStepExecution(Rule):
    """A tiny model makes many small steps, and goes back to Python after each.

    ## What it does
    Finds `fit` of a model whose forward pass takes fewer than a million multiplications for a whole batch, over at
    least a hundred steps an epoch, where `compile` leaves `steps_per_execution` at 1. The finding stands at
    `compile`. Models, batches and data of unknown size are not reported.

    ## Why it is slow
    After each step, Keras comes back from the compiled training function to Python: it reads the loss,
    calls the callbacks and starts the next step. That takes the same time for every model. Where the step
    itself is shorter, most of the training is spent between the steps.

    ## Example

    ## Use instead

    `steps_per_execution=16` runs sixteen steps in one call of the training function. The numbers stay the same:
    the same batches in the same order, with the same updates. Callbacks see every sixteenth batch. A larger
    batch helps as well, but changes what is learnt.

    ## When to leave it
    - A callback looks at every batch. Where one is given, nothing is reported.
    - The step takes milliseconds by itself.

    ## Measured

    ## References
    - https://keras.io/api/models/model_training_apis/
    """

    code = "KL419"
    severity = Severity.INFO
    applicability = Applicability.DISPLAY
    backends = ("tensorflow",)
    tokens = ("fit",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for model in facts.models:
            for compiled in model.compilations:
                given = compiled.argument("steps_per_execution")
                eager = compiled.argument("run_eagerly")
                calls = [call for call in model.calls if call.method == "fit" and self._is_many(facts, call)]
                sizes = [facts.batch_size(call) for call in calls]
                cost = model.architecture.macs
                if (
                    given.is_absent
                    and eager.is_absent
                    and calls
                    and model.is_certain
                    and cost is not None
                    and all(size is not None and size * cost < SMALL_STEP for size in sizes)
                    and not facts.target.tensorflow_before(2, 4)
                ):
                    steps = facts.steps_in_an_epoch(calls[0])
                    change = SetArgument(compiled.call, "steps_per_execution", Template(TOGETHER))
                    yield Finding(
                        at=compiled.at,
                        message=(
                            f"each of {steps:,} steps an epoch goes back to Python, which takes longer than a step "
                            f"of this small model ({max(cost, 1):,} multiplications a sample)"
                        ),
                        related=tuple(Related(call.name_at, "makes these steps") for call in calls),
                        confidence=Confidence.MEDIUM,
                        fix=Fix(f"Run {TOGETHER} steps in one call", Applicability.DISPLAY, (change,)),
                    )

    def _is_many(self, facts: Facts, call: TrainingCall) -> bool:
        steps = facts.steps_in_an_epoch(call)
        return steps is not None and steps >= FEW_STEPS and facts.has_batch_callbacks(call) is False
