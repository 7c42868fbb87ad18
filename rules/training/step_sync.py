"""A training loop that waits for the device after every step."""

from collections.abc import Iterator

from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts


class StepSync(Rule):
    """A custom training loop reads a result of every step, and waits for the GPU each time.

    ## What it does
    Finds `.numpy()`, `float(loss)`, `print(loss)` and strings with the loss in them, on every pass of a loop
    that calls a compiled training step, in programs that are known to use a GPU. It is info.

    ## Why it is slow
    A GPU works beside Python: a compiled step is handed over, and Python prepares the next one while it is
    computed. Asking for a number of the step's result stops that. Python waits until the step is done, and then
    the GPU waits for Python. On a CPU there is nothing to wait for.

    ## Example

    ## Use instead

    Read the loss every so many steps, or gather the tensors in a list or a `keras.metrics.Mean` and read
    it once an epoch. The numbers are the same.

    ## When to leave it
    - The loop decides by the number: it stops at a NaN, or an environment is given it.
    - A step takes so long that the wait does not count.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/gpu_performance_analysis
    """

    code = "KL410"
    severity = Severity.INFO
    hardware = "accelerator"
    backends = ("tensorflow",)
    tokens = ("GradientTape",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        seen = set()
        for sync in facts.step_syncs if facts.uses_gpu else ():
            if sync.record.name_site not in seen:
                seen.add(sync.record.name_site)
                yield Finding(
                    at=sync.record.name_site,
                    message=f"`{sync.record.spelled}` waits for the GPU after every call of `{sync.step.name}`",
                    related=(Related(sync.step.at, "could run ahead"),),
                    help="read it every so many steps, or gather it in a metric",
                )
