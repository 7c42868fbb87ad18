"""Eager tensors that a Python loop reads one element at a time."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Site
from keraslint.rule import Template
from keraslint.semantics import EagerDecoding
from keraslint.semantics import ElementRead
from keraslint.semantics import Facts

_FEW = 200
_HANDFUL = 20


class EagerElementAccess(Rule):
    """A Python loop reads an eager tensor one element at a time.

    ## What it does
    Finds Python loops that take an eager tensor apart: `for i in range(n): tensor[i]` and
    `for row in tensor`, where TensorFlow's operations, a model or a `tf.function` made the tensor, and no
    graph runs the loop. Also loops that decode one image after the other with `tf.io`, between the steps of a
    training.

    ## Why it is slow
    Each element of an eager tensor is a tensor of its own. Reading it starts an operation (a slice) from
    Python, which checks its arguments, allocates the result and, on an accelerator, starts a kernel: for
    one number. A NumPy array hands out its elements without any of that, and an operation on the whole tensor
    does the work of all of them at once.

    Images that a loop decodes before each step are worked on by one core, while the model waits.

    ## Example

    ## Use instead

    Call `tensor.numpy()` once, before the loop, and read from the array; on a CPU this copies nothing. Better
    still, replace the loop by one operation on the tensor: `tf.boolean_mask`, `tf.gather`, `tf.reduce_sum`.

    Decode images in a dataset: `ds.map(decode, num_parallel_calls=tf.data.AUTOTUNE)` uses all cores, ahead of the
    training.

    ## When to leave it
    - A handful of elements. Loops that are known to read at most 20 of a tensor, and those that draw what they read,
      are not reported.
    - The loop runs in a `tf.function`, where AutoGraph makes a graph of it.
    - Gradients are to flow through the elements.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/tensor#interoperability_with_numpy
    - https://www.tensorflow.org/guide/basics
    """

    code = "KL417"
    severity = Severity.WARNING
    applicability = Applicability.DISPLAY
    backends = ("tensorflow",)
    tokens = ("tf", "tensorflow")

    def check(self, facts: Facts) -> Iterator[Finding]:
        yield from self._reads(facts)
        yield from self._decodings(facts)

    def _decodings(self, facts: Facts) -> Iterator[Finding]:
        found: dict[Site, EagerDecoding] = {}
        for decoding in facts.eager_decodings:
            found.setdefault(decoding.at, decoding)
        for at, decoding in found.items():
            yield Finding(
                at=at,
                message=(
                    f"`{decoding.record.spelled}` runs for one sample after the other before each training step: "
                    "one core decodes, and the model waits"
                ),
                related=(Related(decoding.repetition.loop.site, "goes over the samples of a step"),),
                help="decode in the dataset: `map` with `num_parallel_calls=tf.data.AUTOTUNE`",
            )

    def _reads(self, facts: Facts) -> Iterator[Finding]:
        for read in facts.element_reads:
            passes = facts.passes_of(read.loops)
            elements = facts.passes_of(read.loops_of_one)
            is_few = passes is not None and passes <= _FEW
            if (
                is_few
                or (elements is not None and elements <= _HANDFUL)
                or facts.target.tensorflow_before(2, 0)
            ):
                continue
            name = f"`{read.name}`" if read.name else "a tensor"
            taken = "is taken apart here" if read.is_iterated else "is read"
            yield Finding(
                at=read.at,
                message=f"{name} {taken} one element at a time, and each is an operation that Python starts",
                related=() if read.is_iterated else (Related(read.loop, "reads an element on each pass"),),
                fix=self._fetch(read),
                help=f"Read from `{read.name or 'tensor'}.numpy()`, made once before the loop",
            )

    def _fetch(self, read: ElementRead) -> Fix | NoFix:
        if not read.is_iterated:
            return NoFix(
                "the tensor is read at an index, and may be needed as a tensor elsewhere in the loop"
            )
        return Fix(
            "Take the elements from a NumPy array",
            Applicability.DISPLAY,
            (ReplaceExpression(read.at, Template("{tensor}.numpy()", nodes={"tensor": read.at})),),
            reason="the elements are NumPy's, and no tensors",
        )
