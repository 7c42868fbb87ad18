"""`multi_gpu_model`, which a distribution strategy replaces."""

from collections.abc import Iterator

from keraslint.rule import Claim
from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts
from keraslint.semantics import SymbolUse

MODULES = ("keras.utils", "tensorflow.keras.utils", "tf_keras.utils")


class MultiGpuModelRemoved(Rule):
    """`keras.utils.multi_gpu_model` is gone: a distribution strategy takes its place.

    ## What it does
    Finds `multi_gpu_model` of `keras.utils` or `tf.keras.utils` where the target is Keras 2.4, TensorFlow 2.4 or
    newer: the function does not exist there. A name that is imported by itself raises `ImportError`, an
    attribute `AttributeError`. The finding stands at the call, and the import is shown with it. Projects
    that are pinned to an older Keras or TensorFlow are not reported.

    ## Why it is slow
    It does not run at all, often only on the machine with several GPUs, for it tends to stand behind a flag.
    Without it the model trains on the first GPU alone, and the others stay idle.

    ## Example

    ## Use instead

    Build and compile the model inside `strategy.scope()`. `MirroredStrategy` keeps a copy of the model on each
    GPU, splits each batch between them and adds up the gradients, as `multi_gpu_model` did by slicing inputs
    on the CPU. With one device the default strategy is right: mirroring over a single CPU costs time and
    gains nothing. With the JAX backend `keras.distribution.DataParallel` does the same.

    ## When to leave it
    The program stays on a Keras or TensorFlow before 2.4. Pin that in the project's requirements.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/distributed_training
    - https://keras.io/guides/distributed_training_with_tensorflow/
    """

    code = "KL506"
    severity = Severity.ERROR
    claim = Claim.BREAKS
    tokens = ("multi_gpu_model",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        if facts.target.tensorflow_before(2, 4):
            return
        uses = [
            use
            for use in facts.symbol_uses
            if use.name == "multi_gpu_model"
            and use.path.startswith(MODULES)
            and not use.is_guarded
            and not facts.target.keras_before(2, 4, use.package)
        ]
        used = {use.origin for use in uses if use.origin is not None}
        for use in uses:
            if use not in used:
                yield self._finding(use)

    def _finding(self, use: SymbolUse) -> Finding:
        raised = "ImportError" if use.is_import or use.origin is not None else "AttributeError"
        return Finding(
            at=use.at,
            message=(
                f"`multi_gpu_model` was removed from Keras and TensorFlow 2.4: it raises an {raised}, and nothing "
                "is spread over the GPUs"
            ),
            related=() if use.origin is None else (Related(use.origin.at, "imported here"),),
            help="build and compile the model inside `tf.distribute.MirroredStrategy().scope()`",
        )
