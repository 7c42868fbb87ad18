"""Batches in float64, of which the model makes float32."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Claim
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import WideBatch


class Float64Batch(Rule):
    """The batches of a training are made in float64, and cast to float32 afterwards.

    ## What it does
    Finds, in `__getitem__` of a `keras.utils.PyDataset` or `keras.utils.Sequence` and in generators that a model
    is trained from, arrays that are float64 because nobody said otherwise, or because the code asks for it:
    `np.zeros`, `np.ones`, `np.empty` and `np.eye` with no `dtype`, whole numbers that are divided, as in
    `images / 255.0`, and `np.array(image, np.float64)`. Arrays of few numbers a sample, as most labels are, do not
    count.

    ## Why it is slow
    A number in float64 takes eight bytes where float32 takes four, and models compute in float32. Each batch is
    allocated, filled and copied at twice its size, and then cast; those that wait in the queue are held at that
    size.

    ## Example

    ## Use instead

    Name the type where the array is made: `np.zeros(shape, dtype="float32")`, or `images.astype("float32") / 255.0`.
    What the model gets is the same to the last bit where the numbers are exact in float32, as pixels are; a
    quotient may differ in its last bit where it was rounded twice. The fix is shown and not applied.

    ## When to leave it
    - What is computed from the array before it becomes a batch needs the precision.

    Programs that ask Keras for float64 anywhere are not reported.

    ## Measured

    ## References
    - https://numpy.org/doc/stable/reference/generated/numpy.zeros.html
    - https://keras.io/api/utils/config_utils/
    """

    code = "KL122"
    severity = Severity.INFO
    claim = Claim.MEMORY
    applicability = Applicability.DISPLAY
    tokens = ("__getitem__", "yield")
    changes = "the type of the elements: float32, which the model makes of float64 as well"

    def check(self, facts: Facts) -> Iterator[Finding]:
        for wide in facts.wide_batches:
            how = "in float64" if wide.names_type else "without a `dtype`"
            what = "dividing whole numbers" if wide.divides else f"`{wide.maker.spelled}` {how}"
            yield Finding(
                at=wide.at,
                message=f"{what} makes the batches of `{wide.owner}` float64, twice the memory of the float32 that models take",
                related=tuple(Related(call.name_at, "trains from them") for call in wide.consumers),
                confidence=Confidence.HIGH
                if all(call.is_certain for call in wide.consumers)
                else Confidence.MEDIUM,
                fix=self._narrow(wide),
            )

    def _narrow(self, wide: WideBatch) -> Fix | NoFix:
        if wide.names_type:
            return NoFix("the code asks for float64 itself")
        if not wide.divides:
            change = SetArgument(wide.maker.site, "dtype", Template('"float32"'))
            return Fix("Make the array in float32", Applicability.DISPLAY, (change,))
        if wide.divided is None:
            return NoFix("what is divided is not written in one place")
        narrow = Template('{whole}.astype("float32")', nodes={"whole": wide.divided})
        return Fix("Divide in float32", Applicability.DISPLAY, (ReplaceExpression(wide.divided, narrow),))
