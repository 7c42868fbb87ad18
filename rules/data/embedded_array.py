"""A large array that a traced function takes into its graph."""

from collections.abc import Iterator

from keraslint.rule import Claim
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import EmbeddedConstant
from keraslint.semantics import Facts

MEGABYTE = 1_000_000


class EmbeddedArray(Rule):
    """A large NumPy array becomes a constant of a graph.

    ## What it does
    Finds operations of TensorFlow that take a large NumPy array inside a function that is traced: one given to
    `Dataset.map` and its kind, or compiled with `tf.function`. The array may come by `tf.constant(array)` in the
    function, by its name from outside, as in `tf.gather(array, index)`, or by `from_tensor_slices(array)`. Large
    are 50 MB and more where the size is known, the data sets of `keras.datasets`, and what `np.load` read.

    ## Why it is slow
    A NumPy array that is used while a function is traced is written into the graph. The graph with it is
    serialised, copied and optimised when the pipeline's iterator is made, which happens for every epoch: each copy
    takes the memory of the array again, and each time the first batch waits for it. A graph of more than
    2 GB cannot be made at all. A tensor from outside is taken by reference instead, whatever its size.

    ## Example

    ## Use instead

    Make the tensor once, outside of the function: `vectors = tf.constant(vectors)`, and use that inside. Data that
    the pipeline goes through one by one belongs into `from_tensor_slices`, called outside of any traced function.

    ## When to leave it
    - The graph is exported, and has to hold the array.

    `from_tensor_slices` in plain Python is not reported, nor is an array that only Python's own functions use, in
    `py_function` or in a generator.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/data#consuming_numpy_arrays
    - https://www.tensorflow.org/guide/function
    """

    code = "KL114"
    severity = Severity.WARNING
    claim = Claim.MEMORY
    tokens = ("tensorflow", "tf.")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for embedded in facts.embedded_arrays:
            yield self._finding(embedded)

    def _finding(self, embedded: EmbeddedConstant) -> Finding:
        size = (
            "an array from a file" if embedded.size is None else f"an array of {embedded.size // MEGABYTE} MB"
        )
        return Finding(
            at=embedded.at,
            message=f"`{embedded.call.spelled}` writes {size} into the graph as a constant, and each copy of the graph holds it again",
            related=(
                Related(embedded.runs_in, "traces the function" if embedded.consumers else "is traced"),
                *(Related(call.name_at, "waits for the graph") for call in embedded.consumers),
            ),
            confidence=Confidence.MEDIUM if embedded.size is None else Confidence.HIGH,
            help="make a tensor of it once, with `tf.constant` outside of the function",
        )
