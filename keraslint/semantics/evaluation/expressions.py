"""Expressions: one function a kind of node."""

from __future__ import annotations

import operator
from collections.abc import Callable
from collections.abc import Iterable
from typing import TYPE_CHECKING
from typing import Any

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import calls
from keraslint.semantics.evaluation import functions
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation import tensors
from keraslint.semantics.evaluation.builtin_functions import BUILTINS
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Formatted
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Mapping
from keraslint.semantics.evaluation.values import Method
from keraslint.semantics.evaluation.values import Model
from keraslint.semantics.evaluation.values import ModuleValue
from keraslint.semantics.evaluation.values import Partial
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Slice
from keraslint.semantics.evaluation.values import Some
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Union
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import join
from keraslint.semantics.evaluation.values import leaves
from keraslint.semantics.lowering import ir
from keraslint.semantics.model import models

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

MAX_TEXT = 10_000
MAX_POWER = 64
_SHAPE_ATTRIBUTES = ("T", "ndim", "shape")
_TRUE_OBJECTS = (Class, Dataset, Function, Instance, Method, Model, ModuleValue, Partial)


def evaluate(evaluator: Evaluator, node: ir.Expression) -> Value:
    """The value of an expression."""
    return EXPRESSIONS[type(node)](evaluator, node)


def truth(value: Value) -> bool | None:
    """Whether a condition holds, None where either is possible."""
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, Sequence) and value.items is not None and not value.ref:
        return bool(value.items)
    if isinstance(value, _TRUE_OBJECTS) or models.is_layer(value):
        return True
    if isinstance(value, Union):
        truths = {truth(part) for part in value.alternatives}
        return truths.pop() if len(truths) == 1 else None
    return None


def condition(evaluator: Evaluator, test: ir.Expression) -> bool | None:
    """Evaluate a condition; one that is not known is recorded in a captured function."""
    value = evaluate(evaluator, test)
    known = truth(value)
    if known is None and isinstance(value, (Mapping, Sequence)):
        items = iteration.items(evaluator, value)
        known = None if items is None else bool(items)
    if known is None:
        tensors.note(evaluator, test, "if", (value,), value)
    return known


def _constant(_: Evaluator, node: ir.Constant) -> Value:
    return Const(node.value)


def _name(evaluator: Evaluator, node: ir.Name) -> Value:
    value = evaluator.lookup(node.id)
    if value is not None:
        return value
    return Symbol(f"builtins.{node.id}") if node.id in BUILTINS else UNKNOWN


def _attribute(evaluator: Evaluator, node: ir.Attribute) -> Value:
    value = evaluate(evaluator, node.value)
    result = attributes.get(evaluator, value, node.attr)
    if isinstance(value, Tensor) and node.attr in _SHAPE_ATTRIBUTES:
        tensors.note(evaluator, node, node.attr, (value,), result)
    return result


def _subscript(evaluator: Evaluator, node: ir.Subscript) -> Value:
    value = evaluate(evaluator, node.value)
    result = iteration.get_item(evaluator, value, evaluate(evaluator, node.key))
    if any(isinstance(part, (Array, Tensor)) for part in alternatives(value)):
        tensors.note(evaluator, node, "[]", (value,), result)
    return result


def _slice(evaluator: Evaluator, node: ir.Slice) -> Value:
    parts = (node.lower, node.upper, node.step)
    bounds = [Const(None) if part is None else evaluate(evaluator, part) for part in parts]
    numbers = [
        bound.value
        for bound in bounds
        if isinstance(bound, Const) and (bound.value is None or type(bound.value) is int)
    ]
    known = len(numbers) == len(bounds) and numbers[2] != 0
    return Slice("slice", slice(*numbers) if known else None)


def _call(evaluator: Evaluator, node: ir.Call) -> Value:
    return calls.evaluate_call(evaluator, node)


def _starred(evaluator: Evaluator, node: ir.Starred) -> Value:
    return evaluate(evaluator, node.value)


def _display(evaluator: Evaluator, node: ir.Display) -> Value:
    items: list[Value] = []
    known = True
    for item in node.items:
        value = evaluate(evaluator, item)
        if isinstance(item, ir.Starred):
            inner = iteration.items(evaluator, value)
            known = known and inner is not None
            items.extend(inner if inner is not None else (iteration.element(evaluator, value),))
        else:
            items.append(value)
    ref = evaluator.new_ref() if node.kind == "list" else 0
    if known and len(items) <= iteration.MAX_ITEMS:
        return Sequence(node.kind, tuple(items), UNKNOWN, ref)
    return Sequence(node.kind, None, join(*items) if items else UNKNOWN, ref)


def _dict(evaluator: Evaluator, node: ir.DictDisplay) -> Value:
    items: dict[object, Value] = {}
    is_open = False
    for key, item in node.items:
        value = evaluate(evaluator, item)
        if key is None:
            merged = iteration.contents(evaluator, value)
            if isinstance(merged, Mapping):
                items.update(merged.items)
                is_open = is_open or merged.open
            else:
                is_open = True
            continue
        constant = evaluate(evaluator, key)
        if isinstance(constant, Const) and isinstance(constant.value, (str, bytes, int, float)):
            items[constant.value] = value
        else:
            is_open = True
    return Mapping(tuple(items.items()), is_open, evaluator.new_ref())


def _operation(evaluator: Evaluator, node: ir.Operation) -> Value:
    if node.operator in ("and", "or"):
        return _boolean(evaluator, node)
    operands = tuple(evaluate(evaluator, operand) for operand in node.operands)
    return operate(evaluator, node, node.operator, operands)


def _boolean(evaluator: Evaluator, node: ir.Operation) -> Value:
    decisive = node.operator == "or"
    possible: list[Value] = []
    for operand in node.operands:
        value = evaluate(evaluator, operand)
        known = truth(value)
        if known is decisive:
            return join(*possible, value)
        if known is None or operand is node.operands[-1]:
            possible.append(value)
    return join(*possible)


def operate(
    evaluator: Evaluator, node: ir.Operation | ir.AugmentedAssign, symbol: str, operands: tuple[Value, ...]
) -> Value:
    """The value of a unary or binary operation other than ``and`` and ``or``."""
    if any(isinstance(operand, Union) for operand in operands):
        return _operate_on_unions(evaluator, node, symbol, operands)
    if all(isinstance(operand, Const) for operand in operands):
        return _fold(symbol, [operand.value for operand in operands if isinstance(operand, Const)])
    if symbol in ("==", "!=") and all(isinstance(operand, Sequence) for operand in operands):
        literals = [_literal(evaluator, operand) for operand in operands]
        if None not in literals:
            return Const((literals[0] == literals[1]) is (symbol == "=="))
    if symbol in ("is", "is not", "==", "!="):
        return _compare(symbol, operands)
    if symbol in ("+", "%") and (text := _written(symbol, operands)) is not None:
        return text
    if symbol == "not":
        known = truth(operands[0])
        return Some("bool") if known is None else Const(not known)
    if len(operands) == 2 and symbol == "+":
        left, right = (iteration.contents(evaluator, operand) for operand in operands)
        if isinstance(left, Sequence) and isinstance(right, Sequence):
            if left.items is not None and right.items is not None:
                ref = evaluator.new_ref() if left.kind == "list" else 0
                return Sequence(left.kind, left.items + right.items, UNKNOWN, ref)
            elements = (iteration.element(evaluator, operand) for operand in operands)
            return Sequence(left.kind, None, join(*elements))
    if len(operands) == 2 and symbol == "*":
        repeated = _repeat(evaluator, operands)
        if repeated is not None:
            return repeated
    if symbol in ("in", "not in") and isinstance(operands[1], (Mapping, Sequence)):
        found = _contains(evaluator, operands)
        return Const(not found.value) if symbol == "not in" and isinstance(found, Const) else found
    if any(isinstance(operand, (Array, External, Tensor)) for operand in operands):
        return tensors.operate(evaluator, node, symbol, operands)
    if all(isinstance(operand, (Const, Some)) for operand in operands):
        return _numeric(symbol, operands)
    if evaluator.capturing and any(operand is UNKNOWN for operand in operands):
        return tensors.operate(evaluator, node, symbol, operands)
    return UNKNOWN


def _written(symbol: str, operands: tuple[Value, ...]) -> Value | None:
    """A text that texts are put together in, or that values are written into by ``%``; None for any other operation."""
    first = operands[0]
    if symbol == "+" and any(isinstance(operand, Formatted) for operand in operands):
        return _formatting(part for each in operands if isinstance(each, Formatted) for part in each.parts)
    if symbol == "%" and (
        (isinstance(first, Const) and isinstance(first.value, str)) or first == Some("str")
    ):
        return _formatting(leaves(operands[1]))
    return None


def _formatting(parts: Iterable[Value]) -> Value:
    written = tuple(part for part in parts if isinstance(part, (Array, External, Tensor)))
    return Formatted("str", written) if written else Some("str")


def _operate_on_unions(
    evaluator: Evaluator, node: ir.Operation | ir.AugmentedAssign, symbol: str, operands: tuple[Value, ...]
) -> Value:
    if len(operands) == 1:
        return join(*(operate(evaluator, node, symbol, (part,)) for part in alternatives(operands[0])))
    left, right = operands
    return join(
        *(
            operate(evaluator, node, symbol, (first, second))
            for first in alternatives(left)
            for second in alternatives(right)
        )
    )


def _fold(symbol: str, constants: list[Any]) -> Value:
    fold = (_UNARY if len(constants) == 1 else _BINARY).get(symbol)
    if fold is None:
        return UNKNOWN
    if symbol == "**" and not all(isinstance(c, (int, float)) and abs(c) <= MAX_POWER for c in constants[1:]):
        return Some("int")
    if symbol in ("*", "<<") and any(isinstance(c, int) and abs(c) > MAX_TEXT**3 for c in constants):
        return Some("int")
    if symbol == "*" and any(isinstance(c, (str, bytes)) for c in constants):
        if any(isinstance(c, int) and c > MAX_TEXT for c in constants):
            return Some("str")
    try:
        value = fold(*constants)
    except Exception:
        # Whatever the program's own arithmetic raises, the value does not exist.
        return UNKNOWN
    return Const(value) if isinstance(value, (bool, int, float, str, bytes, complex)) else UNKNOWN


def _compare(symbol: str, operands: tuple[Value, ...]) -> Value:
    left, right = operands
    same = symbol in ("is", "==")
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Const) and isinstance(other, (*_TRUE_OBJECTS, Sequence, Mapping, Some)):
            if isinstance(other, Some) and one.value is not None:
                continue
            return Const(not same)
        if one == Const(None) and (
            isinstance(other, (Array, Tensor)) or models.is_layer(other) or _is_made_by_class(other)
        ):
            return Const(not same)
    if isinstance(left, Symbol) and isinstance(right, Symbol) and left.name == right.name:
        return Const(same)
    return Some("bool")


def _is_made_by_class(value: Value) -> bool:
    """Whether a value is an object that a class of another package made, by the case of the class's name."""
    if not isinstance(value, External) or not value.name.endswith("()"):
        return False
    name = value.name.removesuffix("()").rpartition(".")[2]
    return name[:1].isupper() and not name.isupper()


def _literal(evaluator: Evaluator, value: Value) -> tuple[object, ...] | None:
    """A tuple or list of constants as Python has it, its kind first; None where it holds other things."""
    if isinstance(value, Const):
        return ("", value.value)
    items = iteration.items(evaluator, value) if isinstance(value, Sequence) else None
    if items is None:
        return None
    parts = [_literal(evaluator, item) for item in items]
    assert isinstance(value, Sequence)
    return None if None in parts else (value.kind, *parts)


def _contains(evaluator: Evaluator, operands: tuple[Value, ...]) -> Value:
    container = iteration.contents(evaluator, operands[1])
    is_set = isinstance(container, Sequence) and container.kind == "set"
    items = (
        container.items
        if isinstance(container, Sequence) and is_set
        else iteration.items(evaluator, container)
    )
    if items is None or not isinstance(operands[0], Const):
        return Some("bool")
    if any(isinstance(item, Const) and item.value == operands[0].value for item in items):
        return Const(True)
    return Const(False) if all(isinstance(item, Const) for item in items) else Some("bool")


def _repeat(evaluator: Evaluator, operands: tuple[Value, ...]) -> Value | None:
    for sequence, times in (operands, operands[::-1]):
        if not isinstance(sequence, Sequence):
            continue
        items = iteration.items(evaluator, sequence)
        if items is not None and isinstance(times, Const) and isinstance(times.value, int):
            if len(items) * times.value <= iteration.MAX_ITEMS:
                return Sequence(sequence.kind, items * times.value)
        return Sequence(sequence.kind, None, iteration.element(evaluator, sequence))
    return None


def _numeric(symbol: str, operands: tuple[Value, ...]) -> Value:
    if symbol in _COMPARISONS:
        return Some("bool")
    types = {
        operand.type if isinstance(operand, Some) else type(operand.value).__name__
        for operand in operands
        if isinstance(operand, (Const, Some))
    }
    if "str" in types:
        return Some("str")
    if types <= {"int", "float", "bool", "number"}:
        return Some("float" if "float" in types or symbol == "/" else "int")
    return UNKNOWN


def _conditional(evaluator: Evaluator, node: ir.Conditional) -> Value:
    known = condition(evaluator, node.test)
    if known is not None:
        return evaluate(evaluator, node.body if known else node.orelse)
    return join(evaluate(evaluator, node.body), evaluate(evaluator, node.orelse))


def _comprehension(evaluator: Evaluator, node: ir.Comprehension) -> Value:
    with evaluator.comprehension():
        items, is_exact = _clauses(evaluator, node, 0)
    if node.kind == "dict":
        return _mapping(evaluator, items, is_exact)
    kind = node.kind
    ref = evaluator.new_ref() if kind == "list" else 0
    if is_exact and len(items) <= iteration.MAX_ITEMS:
        return Sequence(kind, tuple(items), UNKNOWN, ref)
    return Sequence(kind, None, join(*items) if items else UNKNOWN, ref)


def _mapping(evaluator: Evaluator, pairs: list[Value], is_exact: bool) -> Value:
    found: dict[object, Value] = {}
    for pair in pairs:
        assert isinstance(pair, Sequence)
        assert pair.items is not None
        key, value = pair.items
        if not isinstance(key, Const):
            return Mapping((), open=True, ref=evaluator.new_ref())
        found[key.value] = value
    return Mapping(tuple(found.items()), not is_exact, evaluator.new_ref())


def _clauses(evaluator: Evaluator, node: ir.Comprehension, depth: int) -> tuple[list[Value], bool]:
    if depth == len(node.generators):
        if node.key is None:
            return [evaluate(evaluator, node.element)], True
        key = evaluate(evaluator, node.key)
        return [Sequence("tuple", (key, evaluate(evaluator, node.element)))], True
    generator = node.generators[depth]
    iterable = evaluate(evaluator, generator.iterable)
    items = iteration.items(evaluator, iterable)
    passes = iteration.length(evaluator, iterable)
    loop = Loop(evaluator.site(generator.place), "comprehension", iterable, passes)
    unrolled = items if items is not None and evaluator.bounds.may_unroll(len(items)) else None
    values: list[Value] = []
    exact = unrolled is not None
    around = evaluator.loops
    evaluator.loops = (*around, loop)
    with evaluator.bounds.unrolling(len(unrolled or ())):
        for item in unrolled if unrolled is not None else (iteration.element(evaluator, iterable),):
            evaluator.assign(generator.target, item)
            kept = [truth(evaluate(evaluator, condition)) for condition in generator.conditions]
            if False in kept:
                continue
            exact = exact and None not in kept
            inner, inner_exact = _clauses(evaluator, node, depth + 1)
            values.extend(inner)
            exact = exact and inner_exact
    evaluator.loops = around
    return values, exact


def _lambda(evaluator: Evaluator, node: ir.Lambda) -> Value:
    return functions.make(evaluator, node)


def _yield(evaluator: Evaluator, node: ir.Yield) -> Value:
    value = Const(None) if node.value is None else evaluate(evaluator, node.value)
    functions.yielded(evaluator, node, iteration.element(evaluator, value) if node.delegates else value)
    return UNKNOWN


def _await(evaluator: Evaluator, node: ir.Await) -> Value:
    return evaluate(evaluator, node.value)


def _walrus(evaluator: Evaluator, node: ir.Walrus) -> Value:
    value = evaluate(evaluator, node.value)
    with evaluator.outside_comprehensions():
        evaluator.assign(node.target, value)
    return value


def _formatted(evaluator: Evaluator, node: ir.FormattedString) -> Value:
    return _formatting([evaluate(evaluator, value) for value in node.values])


_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=", "in", "not in", "is", "is not")
_UNARY: dict[str, Callable[[Any], Any]] = {
    "+": operator.pos,
    "-": operator.neg,
    "not": operator.not_,
    "~": operator.invert,
}
_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "!=": operator.ne,
    "%": operator.mod,
    "&": operator.and_,
    "*": operator.mul,
    "**": operator.pow,
    "+": operator.add,
    "-": operator.sub,
    "/": operator.truediv,
    "//": operator.floordiv,
    "<": operator.lt,
    "<<": operator.lshift,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    ">>": operator.rshift,
    "^": operator.xor,
    "in": lambda left, right: left in right,
    "is": lambda left, right: left is right or (type(left) is type(right) and left == right),
    "is not": lambda left, right: not (left is right or (type(left) is type(right) and left == right)),
    "not in": lambda left, right: left not in right,
    "|": operator.or_,
}
EXPRESSIONS: dict[type, Callable[[Evaluator, Any], Value]] = {
    ir.Attribute: _attribute,
    ir.Await: _await,
    ir.Call: _call,
    ir.Comprehension: _comprehension,
    ir.Conditional: _conditional,
    ir.Constant: _constant,
    ir.DictDisplay: _dict,
    ir.Display: _display,
    ir.FormattedString: _formatted,
    ir.Lambda: _lambda,
    ir.Name: _name,
    ir.Operation: _operation,
    ir.Slice: _slice,
    ir.Starred: _starred,
    ir.Subscript: _subscript,
    ir.Walrus: _walrus,
    ir.Yield: _yield,
}
