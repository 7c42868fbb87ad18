"""XLA that is switched off on a machine where it may help."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import RemoveArgument
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts
from keraslint.semantics import ModelFact

ON_STRINGS = ("Hashing", "HashedCrossing", "IntegerLookup", "StringLookup", "TextVectorization")


class JitCompileOff(Rule):
    """A model is compiled with `jit_compile=False`, on a machine with a GPU.

    ## What it does
    Finds `compile(jit_compile=False)` of a model that is trained in a program that is known to use a GPU, with no
    layer that XLA cannot compile and no comment beside the line that gives a reason. It is info.

    ## Why it is slow
    XLA joins operations that follow each other into one, so that what is between them never leaves the GPU, and
    starts far fewer kernels. Keras 3 uses it for every model that it can compile; `jit_compile=False` takes
    that away. How much it matters depends on the model: most for many small operations one after the
    other, least for a few large convolutions.

    ## Example

    ## Use instead

    Leave the argument out: Keras 3 decides by the layers. In Keras 2, where nothing is compiled by
    default, `jit_compile=True` is worth a trial. The first step takes longer, for it is compiled then, and every
    new shape of a batch is compiled anew: `drop_remainder=True` avoids one for the last batch.

    ## When to leave it
    - On a CPU: there, compiling made a convolutional network slower.
    - The shapes of batches differ: sequences of any length.
    - An operation has no form for XLA, or compiling takes longer than the training. Say so in a comment.

    ## Measured

    ## References
    - https://keras.io/api/models/model_training_apis/
    - https://openxla.org/xla
    """

    code = "KL208"
    severity = Severity.INFO
    applicability = Applicability.DISPLAY
    hardware = "accelerator"
    backends = ("tensorflow", "jax")
    tokens = ("jit_compile",)
    heeds_reasons = True

    def check(self, facts: Facts) -> Iterator[Finding]:
        for model in facts.models if facts.uses_gpu else ():
            for compiled in model.compilations:
                given = compiled.argument("jit_compile")
                if given.constant is False and model.is_trained and not self._works_on_strings(model):
                    yield Finding(
                        at=given.at or compiled.at,
                        message="XLA is switched off: on the GPU, every operation of a step is a kernel of its own",
                        related=tuple(
                            Related(call.name_at, "trains without it") for call in model.calls if call.trains
                        ),
                        fix=Fix(
                            "Let Keras decide",
                            Applicability.DISPLAY,
                            (RemoveArgument(compiled.call, "jit_compile"),),
                            reason="XLA adds up in another order, and compiles for each shape",
                        ),
                        help="leave it out, and Keras 3 compiles what it can; or say in a comment why not",
                    )

    def _works_on_strings(self, model: ModelFact) -> bool:
        layers = [layer for part in model.architecture.parts for layer in part.layers]
        return any(layer.name in ON_STRINGS for layer in layers)
