"""A device scope around training that Keras does not need, or that keeps it off the GPU."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import UnwrapWith
from keraslint.semantics import DeviceScope
from keraslint.semantics import Facts


class HardcodedDevice(Rule):
    """A device is written into the code around building or training a model.

    ## What it does
    Finds `with tf.device("/GPU:0")` and its like around the building or the training of a model, where
    the name of the device is fixed in the code. It is a warning where the scope names the CPU around
    `fit`, or where the configuration says that the machine has a second device; elsewhere it is info.

    ## Why it is slow
    Scopes do not make a model use the GPU: TensorFlow puts operations there by itself as soon as it sees
    one. What a scope adds is a limit. `"/CPU:0"` around `fit` trains on the CPU while the accelerator of
    the machine is idle, and says nothing of it. `"/GPU:0"` changes nothing where there is one GPU, keeps a
    job on one where there are several, and where there is none TensorFlow quietly takes the CPU instead.

    ## Example

    ## Use instead

    The fix takes the scope away and leaves its body. It is unsafe: on a machine with an accelerator the
    model may train on it afterwards, whose results agree with those of the CPU only up to rounding. To use
    several devices, build and compile the model in the scope of a `tf.distribute` strategy (KL202). To keep
    a run away from the GPU on purpose, say so where the process is started: `CUDA_VISIBLE_DEVICES=`.

    ## When to leave it
    - The scope holds something that belongs on the host: a `tf.data` pipeline, a table of embeddings that does
      not fit on the accelerator. These are not reported.
    - Devices are compared, in a benchmark.
    - The machine is shared and the other device is somebody else's. A strategy or an environment variable
      says that more clearly, and for the whole process.
    - There is no accelerator and never will be: the scope is redundant then, and costs nothing.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/gpu
    - https://www.tensorflow.org/api_docs/python/tf/device
    """

    code = "KL203"
    severity = Severity.INFO
    measured_as = Severity.WARNING
    hardware = "accelerator"
    applicability = Applicability.UNSAFE
    backends = ("tensorflow",)
    tokens = ("device",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for scope in facts.device_scopes:
            if scope.is_cpu and scope.trains:
                yield self._finding(
                    scope,
                    f"`{scope.spelled}` around `{scope.doing}` trains on the CPU, whatever GPU there is",
                    Severity.WARNING,
                )
            elif scope.is_gpu:
                several = facts.target.devices is not None and facts.target.devices > 1
                yield self._finding(
                    scope,
                    f"`{scope.spelled}` around `{scope.doing}` changes nothing on a machine with one GPU, "
                    "which Keras uses without it, and pins a machine with several to one",
                    Severity.WARNING if several else Severity.INFO,
                )

    def _finding(self, scope: DeviceScope, message: str, severity: Severity) -> Finding:
        return Finding(
            at=scope.at,
            message=message,
            related=(Related(scope.inside, "runs inside this scope"),),
            severity=severity,
            fix=Fix(
                "Remove the device scope",
                Applicability.UNSAFE,
                (UnwrapWith(scope.item),),
                reason="the code runs on whatever device TensorFlow chooses, in another order of operations there",
            ),
        )
