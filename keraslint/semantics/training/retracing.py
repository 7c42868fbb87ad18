"""Arguments of compiled functions for which a graph is traced anew: Python numbers that change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keraslint.semantics.evaluation.bindings import uses_name
from keraslint.semantics.evaluation.call_index import called
from keraslint.semantics.evaluation.calls import spelled
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.walking import statements
from keraslint.semantics.evaluation.walking import within
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.repetition import Repetition
from keraslint.semantics.training.repetition import Repetitions

# With these, many numbers become few.
_NARROWING = ("%", "//", "<", ">", "<=", ">=", "==", "!=", "and", "or", "not", "in")


@dataclass(frozen=True, eq=False)
class ChangingNumber:
    """A Python number among the arguments of a call, and the innermost loop whose passes change it."""

    at: Site
    name: str
    repetition: Repetition
    is_innermost: bool


def changing_numbers(record: CallRecord, repetitions: Repetitions) -> Iterator[ChangingNumber]:
    """The arguments of a call that certainly are Python numbers and differ from pass to pass."""
    node = record.node
    if not isinstance(node, ir.Call) or any(each.star for each in node.arguments):
        return
    around = repetitions.of(record)
    positional = 0
    for each in node.arguments:
        if each.keyword is None:
            value = (
                record.arguments.positional[positional]
                if positional < len(record.arguments.positional)
                else None
            )
            positional += 1
        else:
            value = record.arguments.keyword(each.keyword)
        if value is None or _narrows(each.value):
            continue
        if not _is_number(value) and not any(_is_counted(each.value, value, loop) for loop in around):
            continue
        changing = [loop for loop in around if loop.changes(each.value)]
        if changing:
            yield ChangingNumber(
                Site(record.site.file, each.value.place),
                spelled(each.value) if isinstance(each.value, (ir.Name, ir.Attribute)) else "",
                changing[-1],
                changing[-1] is around[-1],
            )


def _is_number(value: Value) -> bool:
    return all(
        (isinstance(part, Const) and type(part.value) in (int, float))
        or (isinstance(part, Some) and part.type in ("int", "float"))
        for part in alternatives(value)
    )


def _is_counted(node: ir.Expression, value: Value, loop: Repetition) -> bool:
    """Whether a name holds a number before a loop, and one that is computed from it and constants on each pass."""
    before = [part for part in alternatives(value) if part is not UNKNOWN]
    if not isinstance(node, ir.Name) or not before or not all(map(_is_number, before)) or loop.frames:
        return False
    if not isinstance(loop.node, (ir.For, ir.While)):
        return False
    written: list[ir.Expression] = []
    for statement in statements(loop.node.body):
        if isinstance(statement, ir.Assign) and any(uses_name(each, node.id) for each in statement.targets):
            written += (*statement.targets, statement.value)
        elif isinstance(statement, ir.AugmentedAssign) and uses_name(statement.target, node.id):
            written += (statement.target, statement.value)
    return bool(written) and all(_computes(each, node.id) for each in written)


def _computes(node: ir.Expression, name: str) -> bool:
    """Whether an expression is made of a name and numbers alone."""
    if isinstance(node, ir.Operation):
        return all(_computes(each, name) for each in node.operands)
    if isinstance(node, ir.Constant):
        return type(node.value) in (int, float)
    return isinstance(node, ir.Name) and node.id == name


def _narrows(node: ir.Expression) -> bool:
    return any(isinstance(each, ir.Operation) and each.operator in _NARROWING for each in within(node))


@dataclass(frozen=True, eq=False)
class RetracedCall:
    """A call of a compiled function, with a Python number that has it traced again."""

    record: CallRecord
    number: ChangingNumber


def retraced_calls(repetitions: Repetitions) -> Iterator[RetracedCall]:
    """The calls of a ``tf.function`` with no signature that get a changing number, each once."""
    seen: set[Site] = set()
    for record in repetitions.index.compiled:
        function = called(record)
        compiling = None if function is None else function.compiled
        if compiling is None or not record.loops or record.site in seen:
            continue
        if compiling.callee.startswith("tensorflow.function") and not _has_signature(compiling):
            for number in changing_numbers(record, repetitions):
                if not number.repetition.is_on_some_passes:
                    seen.add(record.site)
                    yield RetracedCall(record, number)
                    break


def _has_signature(compiling: CallRecord) -> bool:
    """Whether ``tf.function`` is told what its arguments are, which turns numbers into tensors."""
    node = compiling.node
    given = {each.keyword for each in node.arguments} if isinstance(node, ir.Call) else set()
    return "input_signature" in given or compiling.arguments.open
