"""Determinism that a training pays for."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import RemoveStatement
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts


class DeterminismLeftOn(Rule):
    """Every operation must give the same bits on every run, and training waits for that.

    ## What it does
    Finds `tf.config.experimental.enable_op_determinism()` in a program that trains a model afterwards. It is
    info: repeatable runs are often what is wanted.

    ## Why it is slow
    Operations whose fast form adds numbers up in any order take a slower one that keeps the order, above
    all convolutions, gathers and reductions on a GPU. In tf.data, a stateful `map` runs one element at a time
    whatever it was given, and Keras compiles no step with XLA.

    ## Example

    ## Use instead

    `keras.utils.set_random_seed(seed)` alone makes weights, shuffling and dropout start from the same numbers;
    only the last digits differ between runs then. Switch determinism on for the run whose results must be
    the same to the bit.

    ## When to leave it
    - Results have to be repeated to the bit: in a paper, in a test, in a search for a mistake.
    - The training runs on a CPU: on two cores, even with a random `map` that decodes photographs, nothing was found
      that could be told from noise.

    ## Measured

    ## References
    - https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_op_determinism
    """

    code = "KL209"
    severity = Severity.INFO
    hardware = "accelerator"
    applicability = Applicability.DISPLAY
    backends = ("tensorflow",)
    tokens = ("enable_op_determinism",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for setting in facts.settings:
            if setting.name == "determinism" and setting.reached:
                yield Finding(
                    at=setting.at,
                    message="every operation gives the same bits on every run, and takes its slower form for that",
                    related=tuple(Related(call.name_at, "trains with it") for call in setting.reached),
                    confidence=Confidence.MEDIUM if setting.is_conditional else Confidence.HIGH,
                    fix=Fix(
                        "Remove the call",
                        Applicability.DISPLAY,
                        (RemoveStatement(setting.statement),),
                        reason="the last digits differ from run to run",
                    ),
                    help="`keras.utils.set_random_seed` alone repeats all but the last digits",
                )
