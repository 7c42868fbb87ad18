"""Batches of a handful of samples for a model that could take many."""

from collections.abc import Iterator

from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Site
from keraslint.semantics import Facts
from keraslint.semantics import ModelFact

TINY = 4
FEW_STEPS = 50
SMALL_MODEL = 20_000_000
LARGE_SIDE = 512


class TinyBatch(Rule):
    """A small model is trained on a handful of samples at a time.

    ## What it does
    Finds `fit` with a `batch_size`, or on a data set with `.batch(n)`, of at most four samples, where the model is
    known to be small (fewer than 20 million multiplications a sample) and an epoch is not over after a few
    steps. The finding stands at the size of the batch.

    ## Why it is slow
    A step has costs that do not depend on the number of samples: the start of each operation, the update of all
    weights, the way back to Python. With four samples in a step, an epoch pays them eight times as often as
    with 32. Multiplications of small matrices also use a processor badly, and a GPU hardly at all.

    ## Example

    ## Use instead

    Take a batch as large as is usual for such a model: 32 to 256. That makes fewer updates from less noisy
    gradients, so the learning rate may have to grow with it, and the number of epochs as well.

    ## When to leave it
    - Small batches are meant: their noise can make a model generalise better.
    - Samples are large, as volumes and big images are, or gradients are accumulated over several steps.
      These are not reported, nor are stateful recurrent layers.
    - The samples have different shapes.

    ## Measured

    ## References
    - https://keras.io/api/models/model_training_apis/
    """

    code = "KL413"
    severity = Severity.INFO
    tokens = ("fit",)
    changes = "a step learns from more samples, so there are fewer updates in the same number of epochs"

    def check(self, facts: Facts) -> Iterator[Finding]:
        seen: set[Site] = set()
        for call in facts.training_calls:
            size, at = facts.batch_size(call), facts.batch_size_at(call)
            model = facts.model_of(call)
            if (
                call.method == "fit"
                and size is not None
                and 1 <= size <= TINY
                and at is not None
                and at not in seen
                and (facts.steps_in_an_epoch(call) or FEW_STEPS) >= FEW_STEPS
                and model is not None
                and self._is_small(model)
                and not model.accumulates_gradients
            ):
                seen.add(at)
                samples = "one sample" if size == 1 else f"{size} samples"
                yield Finding(
                    at=at,
                    message=(
                        f"each step learns from {samples}: what a step costs by itself, the update of all "
                        "weights and the way back to Python, is paid as often as can be"
                    ),
                    related=(Related(call.name_at, "trains with these batches"),),
                    confidence=Confidence.MEDIUM,
                    help="try 32 samples or more, with a learning rate to match",
                )

    def _is_small(self, model: ModelFact) -> bool:
        cost = model.architecture.macs
        return (
            cost is not None
            and cost < SMALL_MODEL
            and not any(
                layer.name.endswith("3D")
                or layer.config.get("stateful") not in (None, False)
                or any(
                    axis is not None and axis >= LARGE_SIDE
                    for shape in layer.inputs
                    for axis in (shape or ())[1:-1]
                )
                for layer in model.architecture.layers
            )
        )
