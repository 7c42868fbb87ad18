"""GPUs that a training script hides from itself."""

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


class GpuDisabled(Rule):
    """A training script hides the GPU, and trains on the CPU on every machine.

    ## What it does
    Finds `CUDA_VISIBLE_DEVICES` set to nothing or to "-1" through `os.environ`, and
    `tf.config.set_visible_devices([], "GPU")`, in a program that trains a model afterwards. An `if` around the
    line, or a reason in a comment beside it or right above its cell in a notebook, makes it info.

    ## Why it is slow
    TensorFlow sees no GPU then, says nothing, and trains on the CPU. Such a line comes in while another job
    holds the GPU, or to get past an error of its driver, and stays.

    ## Example

    ## Use instead

    Take the line out. Where a run should not use the GPU, say so outside of the script:
    `CUDA_VISIBLE_DEVICES=-1 python train.py`.

    ## When to leave it
    - The model is so small that a GPU makes it slower, or another framework needs the GPU. Say so in a comment.
    - A process that only prepares data.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/gpu
    - https://www.tensorflow.org/api_docs/python/tf/config/set_visible_devices
    """

    code = "KL205"
    severity = Severity.WARNING
    applicability = Applicability.DISPLAY
    hardware = "accelerator"
    tokens = ("CUDA_VISIBLE_DEVICES", "set_visible_devices")
    heeds_reasons = True

    def check(self, facts: Facts) -> Iterator[Finding]:
        for setting in facts.settings:
            if setting.reached and setting.hides_gpus:
                yield Finding(
                    at=setting.at,
                    message="this line hides every GPU: the model is trained on the CPU wherever the script runs",
                    related=tuple(Related(call.name_at, "trains on the CPU") for call in setting.reached),
                    confidence=Confidence.MEDIUM if setting.is_conditional else Confidence.HIGH,
                    severity=Severity.INFO if setting.is_conditional else Severity.WARNING,
                    fix=Fix(
                        "Remove the line",
                        Applicability.DISPLAY,
                        (RemoveStatement(setting.statement),),
                        reason="the script takes the GPUs that it finds, and all of their memory",
                    ),
                    help="set CUDA_VISIBLE_DEVICES outside of the script, for the runs that need it",
                )
