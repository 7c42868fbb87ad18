"""What the evaluator writes down while it runs: calls, with all that surrounds them."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field

from keraslint.semantics.evaluation.immutable import immutable
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.lowering import ir


@immutable(eq=False)
class Loop:
    """A loop around a call. ``passes`` is the number of passes where it is known.

    ``kind`` is for, while or comprehension (``map`` counts as one).
    """

    site: ir.Site
    kind: str
    iterable: Value
    passes: int | None


@immutable(eq=False)
class Context:
    """An item of a ``with`` statement around a call."""

    site: ir.Site
    statement: ir.Site
    value: Value


@immutable(eq=False)
class Frame:
    """A function that is being evaluated, with the loops and contexts that were open at its call."""

    function: Function
    call: CallRecord | None
    loops: int


@immutable(eq=False)
class WeightRead:
    """The weights of a model, by its ``ref``, are asked for in a function; at module level where there is no frame."""

    model: int
    file: str
    frame: Frame | None


@immutable()
class Arguments:
    """The arguments of a call by value.

    ``open`` means that there may be others: a ``*`` or ``**`` of unknown content,
    or a literal ``...``. ``rest`` stands for each of those that ``*`` gives.
    """

    positional: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    open: bool = False
    rest: Value = UNKNOWN

    def keyword(self, name: str) -> Value | None:
        """The value given by keyword, None where it was not."""
        for keyword, value in self.keywords:
            if keyword == name:
                return value
        return None

    def values(self) -> tuple[Value, ...]:
        """All argument values."""
        return (
            (*self.positional, *(value for _, value in self.keywords)) if self.keywords else self.positional
        )


@dataclass(slots=True, eq=False)
class CallRecord:
    """One evaluation of a call (or of an operator, whose name is then ``operator.+``).

    ``callee`` is the canonical name of what was called, "" where it is unknown;
    ``spelled`` is how the program writes it. ``inner`` are the calls that a function
    given to it makes, and ``returned`` is what that function gives. ``receiver`` and ``method`` are set
    for methods of objects that the domain knows.
    """

    site: ir.Site
    name_site: ir.Site
    node: ir.Expression
    spelled: str
    callee: str
    arguments: Arguments
    loops: tuple[Loop, ...]
    contexts: tuple[Context, ...]
    frames: tuple[Frame, ...]
    receiver: Value | None = None
    method: str = ""
    generation: int | None = None
    function: Value = UNKNOWN
    result: Value = UNKNOWN
    inner: list[CallRecord] = field(default_factory=list)
    returned: Value = UNKNOWN
