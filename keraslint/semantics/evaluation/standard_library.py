"""What functions of Python's standard library give that programs keep their data in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.lowering import ir

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_NAMED_TUPLE = Symbol("typing.NamedTuple")


def deque(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    """``collections.deque``: programs fill it from loops, so that its length is never known."""
    if not given.positional:
        return Sequence(iteration.DEQUE, (), UNKNOWN, evaluator.new_ref())
    element = iteration.element(evaluator, given.positional[0])
    return Sequence(iteration.DEQUE, None, element, evaluator.new_ref())


def chosen(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    """``random.choice``."""
    return iteration.element(evaluator, given.positional[0]) if given.positional else UNKNOWN


def sampled(evaluator: Evaluator, given: Arguments, _: CallRecord) -> Value:
    """``random.sample`` and ``random.choices``."""
    element = iteration.element(evaluator, given.positional[0]) if given.positional else UNKNOWN
    return Sequence("list", None, element, evaluator.new_ref())


def named_tuple(evaluator: Evaluator, given: Arguments, record: CallRecord) -> Value:
    """The class that ``collections.namedtuple`` or the functional ``typing.NamedTuple`` makes."""
    names = _field_names(evaluator, given)
    if names is None or not isinstance(record.node, ir.Call):
        return UNKNOWN
    place = record.site.place
    body = tuple(ir.AnnotatedName(place, ir.Name(place, name), ir.Constant(place, None)) for name in names)
    title = given.positional[0]
    name = title.value if isinstance(title, Const) and isinstance(title.value, str) else "tuple"
    node = ir.ClassDef(place, name, place, record.node.arguments, (), body)
    return Class(node, record.site.file, evaluator.new_ref(), (), (_NAMED_TUPLE,), (), (_NAMED_TUPLE,))


def _field_names(evaluator: Evaluator, given: Arguments) -> list[str] | None:
    if len(given.positional) < 2 or given.keywords or given.open:
        return None
    fields = given.positional[1]
    if isinstance(fields, Const) and isinstance(fields.value, str):
        return fields.value.replace(",", " ").split()
    items = iteration.items(evaluator, fields)
    if items is None:
        return None
    names = []
    for item in items:
        pair = iteration.items(evaluator, item)
        name = pair[0] if pair else item
        if not isinstance(name, Const) or not isinstance(name.value, str):
            return None
        names.append(name.value)
    return names
