"""Layers, losses and metrics that leave the graph for Python."""

from collections.abc import Iterator

from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts


class PythonInModel(Rule):
    """A layer, a loss or a metric goes back to Python on every step.

    ## What it does
    Finds `tf.py_function` and `tf.numpy_function` in a `Lambda` layer, in the `call` of a layer, and in a loss or
    metric that the model is compiled with, also through other functions, where that model is trained.

    ## Why it is slow
    The training step is compiled into a graph that runs without Python. At such a call it stops: tensors are
    brought to the host, the interpreter is waited for, the function runs on one thread, and its result goes
    back. Nothing behind it can begin before, a GPU has nothing to do meanwhile, and the step cannot be
    compiled by XLA. No gradient flows through `numpy_function`, either.

    ## Example

    ## Use instead

    The same with operations of `keras.ops` or TensorFlow; most of NumPy is there under the same names. A metric
    that needs another package is cheaper once an epoch: in a callback, from what `predict` gives.

    ## When to leave it
    - No operation does the same, and it is needed on every batch.
    - The rest of the step takes far longer: beside three convolutions over pictures of 32 x 32 pixels, a metric in
      NumPy was 4 % of a step on two cores. On a GPU, the same trip weighs more.

    NumPy on constants, shapes and dtypes runs once, while the step is traced, and is not reported.

    ## Measured

    ## References
    - https://www.tensorflow.org/api_docs/python/tf/py_function
    - https://www.tensorflow.org/api_docs/python/tf/numpy_function
    - https://keras.io/api/ops/
    """

    code = "KL307"
    severity = Severity.WARNING
    backends = ("tensorflow",)
    tokens = ("py_func", "numpy_function")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for call in facts.host_calls:
            yield Finding(
                at=call.at,
                message=(
                    f"`{call.record.spelled}` in {call.part} leaves the graph on every step: "
                    "training waits for the interpreter each time"
                ),
                related=(Related(call.used_at, f"uses it in {call.part}"),),
                help="compute it with operations of `keras.ops`, or once an epoch in a callback",
            )
