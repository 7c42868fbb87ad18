"""Statements: one function a kind of node, which says whether a path reaches the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from typing import Any

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import calls
from keraslint.semantics.evaluation import expressions
from keraslint.semantics.evaluation import functions
from keraslint.semantics.evaluation import imports
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation import loops
from keraslint.semantics.evaluation.records import Context
from keraslint.semantics.evaluation.state import State
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import Dataset
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Generator
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Union
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import datasets_of
from keraslint.semantics.lowering import ir

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

_EXITS = ("sys.exit", "os._exit", "builtins.exit", "builtins.quit")


def _expression_statement(evaluator: Evaluator, node: ir.ExpressionStatement) -> bool:
    value = evaluator.expression(node.value)
    if isinstance(value, (Dataset, Union)):
        evaluator.discarded += [each for each in datasets_of(value) if each.last.call.node is node.value]
    return not (isinstance(value, External) and value.made_by in _EXITS)


def _assign(evaluator: Evaluator, node: ir.Assign) -> bool:
    value = evaluator.expression(node.value)
    for target in node.targets:
        evaluator.assign(target, value)
    return True


def _augmented_assign(evaluator: Evaluator, node: ir.AugmentedAssign) -> bool:
    current = evaluator.expression(node.target)
    operand = evaluator.expression(node.value)
    if node.operator == "+" and isinstance(current, Sequence) and current.ref:
        iteration.extend(evaluator, current, operand)
        return True
    evaluator.assign(node.target, expressions.operate(evaluator, node, node.operator, (current, operand)))
    return True


def _nothing(evaluator: Evaluator, _: object) -> bool:
    return True


def _return(evaluator: Evaluator, node: ir.Return) -> bool:
    value = Const(None) if node.value is None else evaluator.expression(node.value)
    if evaluator.activations:
        activation = evaluator.activations[-1]
        activation.returns.append((value, evaluator.state.writes_since(activation.base)))
    return False


def _raise(evaluator: Evaluator, node: ir.Raise) -> bool:
    if node.exception is not None:
        before = len(evaluator.records)
        evaluator.expression(node.exception)
        # What is made to be raised runs at most once, and does no work that anybody waits for.
        evaluator.records[before:] = [
            record for record in evaluator.records[before:] if record.node is not node.exception
        ]
    return False


def _assert(evaluator: Evaluator, node: ir.Assert) -> bool:
    evaluator.expression(node.test)
    return True


def _delete(evaluator: Evaluator, node: ir.Delete) -> bool:
    for target in node.targets:
        if isinstance(target, ir.Name):
            evaluator.bind(target.id, UNKNOWN)
    return True


def _jump(evaluator: Evaluator, node: ir.Jump) -> bool:
    if evaluator.open_loops:
        loop = evaluator.open_loops[-1]
        if node.kind == "break":
            loop.breaks.append(evaluator.state.writes_since(loop.base))
        else:
            loop.continues.append(evaluator.state.writes_since(loop.start))
    return False


def _scope(evaluator: Evaluator, node: ir.Scope) -> bool:
    if evaluator.activations:
        activation = evaluator.activations[-1]
        (activation.globals if node.kind == "global" else activation.nonlocals).update(node.names)
    return True


def _if(evaluator: Evaluator, node: ir.If) -> bool:
    runs: list[Callable[[], bool]] = []
    for branch in node.branches:
        truth = expressions.condition(evaluator, branch.test)
        if truth is not False:
            runs.append(partial(evaluator.block, branch.body))
        if truth is True:
            break
    else:
        runs.append(partial(evaluator.block, node.orelse))
    return runs[0]() if len(runs) == 1 else _alternatives(evaluator, runs)


def _alternatives(evaluator: Evaluator, runs: list[Callable[[], bool]]) -> bool:
    base = evaluator.state
    outcomes = []
    for run in runs:
        evaluator.state = State(base)
        falls_through = run()
        if falls_through:
            outcomes.append(evaluator.state.writes_since(base))
        evaluator.state = base
    if outcomes:
        base.merge(outcomes)
    return bool(outcomes)


def _with(evaluator: Evaluator, node: ir.With) -> bool:
    outer = evaluator.contexts
    for item in node.items:
        value = evaluator.expression(item.context)
        context = Context(evaluator.site(item.place), evaluator.site(node.place), value)
        evaluator.contexts = (*evaluator.contexts, context)
        entered = value
        if isinstance(value, Generator):
            entered = value.element
            evaluator.contexts += value.contexts
        elif isinstance(value, Instance):
            entered = functions.call_special(evaluator, value, "__enter__") or UNKNOWN
        if item.target is not None:
            evaluator.assign(item.target, entered)
    falls_through = evaluator.block(node.body)
    evaluator.contexts = outer
    return falls_through


def _try(evaluator: Evaluator, node: ir.Try) -> bool:
    base = evaluator.state
    returned = len(evaluator.activations[-1].returns) if evaluator.activations else 0
    evaluator.state = body = State(base)
    falls_through = evaluator.block(node.body)
    attempted = dict(body.writes)
    if falls_through:
        falls_through = evaluator.block(node.orelse)
    outcomes = [body.writes] if falls_through else []
    imports_only = all(isinstance(statement, (ir.Import, ir.ImportFrom)) for statement in node.body)
    for handler in node.handlers:
        evaluator.state = branch = State(base)
        if not imports_only:
            branch.merge([{}, attempted])
        if handler.name is not None:
            evaluator.bind(handler.name, UNKNOWN)
        if evaluator.block(handler.body):
            # What a failed import falls back to matters only for names that the import did not bind.
            outcomes.append({**branch.writes, **attempted} if imports_only else branch.writes)
    evaluator.state = base
    if node.final and evaluator.activations and len(evaluator.activations[-1].returns) > returned:
        _finish_returns(evaluator, node.final, returned)
    if outcomes:
        base.merge(outcomes)
    return evaluator.block(node.final) and bool(outcomes)


def _finish_returns(evaluator: Evaluator, final: ir.Block, first: int) -> None:
    """Run a ``finally`` on the paths that leave its ``try`` by ``return``."""
    activation, current = evaluator.activations[-1], evaluator.state
    evaluator.state = State(activation.base)
    evaluator.state.merge([writes for _, writes in activation.returns[first:]])
    if evaluator.block(final):
        writes = evaluator.state.writes
        activation.returns[first:] = [(value, writes) for value, _ in activation.returns[first:]]
    evaluator.state = current


def _match(evaluator: Evaluator, node: ir.Match) -> bool:
    evaluator.expression(node.subject)

    def run(case: ir.Case) -> bool:
        for name in case.names:
            evaluator.bind(name, UNKNOWN)
        return evaluator.block(case.body)

    runs: list[Callable[[], bool]] = [partial(run, case) for case in node.cases]
    return _alternatives(evaluator, [*runs, lambda: True])


def _function_def(evaluator: Evaluator, node: ir.FunctionDef) -> bool:
    function: Value = functions.make(evaluator, node)
    assert isinstance(function, Function)
    evaluator.functions.append(function)
    for decorator in reversed(node.decorators):
        function = calls.decorate(evaluator, function, evaluator.expression(decorator), decorator)
    evaluator.bind(node.name, function)
    return True


def _class_def(evaluator: Evaluator, node: ir.ClassDef) -> bool:
    arguments = calls.arguments(evaluator, node.arguments)
    scope = evaluator.new_ref()
    bases = arguments.positional
    lineage = attributes.ancestors(bases)
    cls = Class(node, evaluator.file, scope, evaluator.scopes, bases, arguments.keywords, lineage)
    evaluator.classes.append(cls)
    evaluator.class_scopes.add(scope)
    owner, scopes = evaluator.owner, evaluator.scopes
    evaluator.owner, evaluator.scopes = cls, (scope, *scopes)
    evaluator.block(node.body)
    evaluator.owner, evaluator.scopes = owner, scopes
    for decorator in node.decorators:
        evaluator.expression(decorator)
    evaluator.bind(node.name, cls)
    return True


STATEMENTS: dict[type, Callable[[Evaluator, Any], bool]] = {
    ir.AnnotatedName: _nothing,
    ir.Assert: _assert,
    ir.Assign: _assign,
    ir.AugmentedAssign: _augmented_assign,
    ir.ClassDef: _class_def,
    ir.Delete: _delete,
    ir.ExpressionStatement: _expression_statement,
    ir.For: loops.run_for,
    ir.FunctionDef: _function_def,
    ir.If: _if,
    ir.Import: imports.run_import,
    ir.ImportFrom: imports.run_import_from,
    ir.Jump: _jump,
    ir.Match: _match,
    ir.Raise: _raise,
    ir.Return: _return,
    ir.Scope: _scope,
    ir.Try: _try,
    ir.While: loops.run_while,
    ir.With: _with,
}
