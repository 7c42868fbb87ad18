"""Arguments of calls, bound by the real signatures, as rules ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace

from keraslint.semantics import api
from keraslint.semantics import names
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Union
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site

AUTOTUNE = "tensorflow.data.AUTOTUNE"


@dataclass(frozen=True, slots=True)
class Argument:
    """One parameter of one call.

    ``value`` is None where the call does not give it; ``at`` is the expression
    where the call itself holds it. ``may_be_given`` is true
    where a ``*`` or ``**`` of unknown content, or a literal ``...``, may do so.
    """

    name: str
    value: Value | None
    may_be_given: bool = False
    at: Site | None = None
    literal: bool = False

    @property
    def is_absent(self) -> bool:
        """Certainly not given, or given as None."""
        if self.value is None:
            return not self.may_be_given
        return isinstance(self.value, Const) and self.value.value is None

    @property
    def is_given(self) -> bool:
        """Written in the call (through a literal ``**`` as well)."""
        return self.value is not None

    @property
    def is_literal(self) -> bool:
        """Whether the call itself holds a literal constant for it."""
        return self.at is not None and self.literal

    @property
    def constant(self) -> object:
        """The Python constant that was given; ``...`` where it is none or not known."""
        return self.value.value if isinstance(self.value, Const) else Ellipsis

    @property
    def number(self) -> float | None:
        """The number that was given, None where it is not known."""
        constant = self.constant
        return constant if isinstance(constant, (int, float)) and not isinstance(constant, bool) else None

    @property
    def is_autotune(self) -> bool:
        """``tf.data.AUTOTUNE`` in one of its spellings."""
        if isinstance(self.value, Symbol):
            return self.value.name == AUTOTUNE
        return self.number == -1

    @property
    def is_unknown(self) -> bool:
        """Given, or maybe given, with a value that the analysis does not know."""
        if self.value is None:
            return self.may_be_given
        return self.value is UNKNOWN or isinstance(self.value, (Some, Union))


def argument(record: CallRecord, name: str) -> Argument:
    """The argument for the parameter ``name``, given by keyword or by position."""
    given = record.arguments
    keyword = given.keyword(name)
    if keyword is not None:
        return _with_place(Argument(name, keyword), record, _written_keyword(record, name))
    position = _position(record, name)
    if position is not None and position < len(given.positional):
        value = given.positional[position]
        return _with_place(Argument(name, value), record, _written_position(record, position))
    return Argument(name, None, given.open)


def _with_place(found: Argument, record: CallRecord, node: ir.Expression | None) -> Argument:
    if node is None:
        return found
    at = Site(record.site.file, node.place)
    return replace(found, at=at, literal=isinstance(node, ir.Constant))


def _written_keyword(record: CallRecord, name: str) -> ir.Expression | None:
    if isinstance(record.node, ir.Call):
        for each in record.node.arguments:
            if each.keyword == name:
                return each.value
    return None


def _written_position(record: CallRecord, position: int) -> ir.Expression | None:
    if not isinstance(record.node, ir.Call):
        return None
    written = record.node.arguments[: position + 1]
    if len(written) <= position or any(each.star or each.keyword for each in written):
        return None
    return written[position].value


def _position(record: CallRecord, name: str) -> int | None:
    signature = _signature(record.callee, record.generation)
    if signature is None:
        return None
    return signature.positional.index(name) if name in signature.positional else None


def _signature(callee: str, generation: int | None) -> api.Signature | None:
    owner, _, method = callee.rpartition(".")
    found = api.method_signature(owner, method, generation) if owner else None
    return found or api.signature(names.symbol(callee).name, generation)


def keyword_names(given: Arguments) -> set[str]:
    """The names of the keyword arguments."""
    return {name for name, _ in given.keywords}
