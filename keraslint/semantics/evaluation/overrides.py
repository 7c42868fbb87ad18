"""Methods that a class leaves to its subclasses."""

from __future__ import annotations

from collections.abc import Iterable

from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.lowering import ir

_ABSTRACT = ("abstractmethod", "abstractproperty")
_MISSING = "NotImplementedError"


def abstract_methods(records: Iterable[CallRecord]) -> set[str]:
    """The names of the methods among what was called that some subclass has to define."""
    called = (record.function for record in records)
    return {
        each.name
        for each in called
        if isinstance(each, Function) and each.owner is not None and is_abstract(each)
    }


def is_abstract(function: Function) -> bool:
    """Whether a method says that it is abstract, or only raises that it is not implemented."""
    node = function.node
    if isinstance(node, ir.Lambda):
        return False
    if any(_last_name(decorator) in _ABSTRACT for decorator in node.decorators):
        return True
    statements = [each for each in node.body if not _is_text(each)]
    return len(statements) == 1 and isinstance(statements[0], ir.Raise) and _is_missing(statements[0])


def _is_missing(statement: ir.Raise) -> bool:
    raised = statement.exception
    if isinstance(raised, ir.Call):
        raised = raised.func
    return raised is not None and _last_name(raised) == _MISSING


def _last_name(node: ir.Expression) -> str:
    if isinstance(node, ir.Attribute):
        return node.attr
    return node.id if isinstance(node, ir.Name) else ""


def _is_text(statement: object) -> bool:
    return isinstance(statement, ir.ExpressionStatement) and isinstance(statement.value, ir.Constant)
