"""A heavy model in float32 on a GPU that has faster units for half precision."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import InsertStatement
from keraslint.rule import NoFix
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import ModelFact
from keraslint.semantics import TrainingCall

HEAVY_MODEL = 20_000_000
HEAVY_LAYERS = ("Conv", "SeparableConv", "MultiHeadAttention", "GroupQueryAttention")
PRECISION = (
    "mixed_precision",
    "dtype_policy",
    "DTypePolicy",
    "FloatDTypePolicy",
    "LossScaleOptimizer",
    "auto_mixed_precision",
    "set_floatx",
)


class Float32OnAccelerator(Rule):
    """A model of convolutions or attention is trained in float32 on a GPU.

    ## What it does
    Finds training of a model whose convolutions and attention take at least 20 million multiplications a
    sample, in a program that is known to use a GPU (`devices` in the configuration, or the code says so) and
    sets no policy for the types of numbers. It is info, once a script.

    ## Why it is slow
    Since the Volta generation, NVIDIA's GPUs have tensor cores, which multiply matrices of 16-bit numbers several
    times as fast as the other units multiply those of 32 bits, and 16-bit activations take half the memory
    and half the time to read and write. Keras computes in float32 unless it is told otherwise.

    ## Example

    ## Use instead

    `keras.mixed_precision.set_global_policy("mixed_float16")` before the model is built: layers compute in
    16 bits and keep their weights in 32, and `fit` scales the loss so that small gradients do not vanish. On a TPU,
    and on GPUs since Ampere, `"mixed_bfloat16"` needs no scaling. Keep the last activation in float32:
    `Activation("softmax", dtype="float32")`. The fix is unsafe: losses differ from those in float32, though models
    mostly become as good.

    ## When to leave it
    - The program runs on a CPU, where 16-bit numbers are slower.
    - The GPU is older than Volta.
    - The model is unstable in 16 bits, or loses accuracy that counts.

    ## Measured

    ## References
    - https://keras.io/api/mixed_precision/
    - https://www.tensorflow.org/guide/mixed_precision
    """

    code = "KL207"
    severity = Severity.INFO
    applicability = Applicability.UNSAFE
    hardware = "accelerator"
    tokens = ("Conv", "Attention", "applications")

    def check(self, facts: Facts) -> Iterator[Finding]:
        if not facts.uses_gpu or any(part in use.path for use in facts.symbol_uses for part in PRECISION):
            return
        scripts: set[str] = set()
        for call in facts.training_calls:
            model = facts.model_of(call)
            if (
                call.trains
                and call.is_in_script
                and call.script not in scripts
                and model is not None
                and self._is_heavy(model)
            ):
                scripts.add(call.script)
                yield Finding(
                    at=call.name_at,
                    message="trains in float32: convolutions and attention leave the GPU's tensor cores unused",
                    confidence=Confidence.MEDIUM,
                    fix=self._mix(facts, call),
                    help='`keras.mixed_precision.set_global_policy("mixed_float16")` before the model is built',
                )

    def _is_heavy(self, model: ModelFact) -> bool:
        layers = [layer for part in model.architecture.parts for layer in part.layers]
        if any(layer.config.get("dtype") not in (None, "float32") for layer in layers):
            return False
        heavy = [
            layer
            for layer in layers
            if layer.name.startswith(HEAVY_LAYERS) or layer.kind.startswith("keras.applications.")
        ]
        return sum(layer.macs or 0 for layer in heavy) >= HEAVY_MODEL

    def _mix(self, facts: Facts, call: TrainingCall) -> Fix | NoFix:
        building = facts.building_of(call)
        # The policy holds for the whole process: a script sets it, a library does not.
        if building is None or call.at.file != call.script or facts.target.tensorflow_before(2, 4):
            return NoFix("the model is not built in the script itself, or TensorFlow is older than 2.4")
        template = Template(
            '{set_policy}("mixed_float16")', symbols={"set_policy": "keras.mixed_precision.set_global_policy"}
        )
        return Fix(
            "Compute in 16-bit numbers, and keep weights in 32",
            Applicability.UNSAFE,
            (InsertStatement(building.first, "before", template),),
            reason="numbers of 16 bits are less exact, and losses differ",
        )
