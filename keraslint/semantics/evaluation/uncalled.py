"""What nothing in the program calls: functions and methods run on unknown arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import calls
from keraslint.semantics.evaluation import functions
from keraslint.semantics.evaluation.members import in_order_of_attributes
from keraslint.semantics.evaluation.members import read_attributes
from keraslint.semantics.evaluation.records import Arguments
from keraslint.semantics.evaluation.state import State
from keraslint.semantics.evaluation.values import Class
from keraslint.semantics.evaluation.values import Function
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.mentions import Mentions

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

MAX_RECEIVERS = 4


def run(evaluator: Evaluator) -> None:
    """Run every function and method that nothing called."""
    mentions = Mentions()
    for file in sorted(evaluator.modules):
        mentions.add(evaluator.modules[file])
    alone: dict[ir.Site, int] = {}
    seen, seen_classes = 0, 0
    while seen < len(evaluator.functions) or seen_classes < len(evaluator.classes):
        new_functions, new_classes = evaluator.functions[seen:], evaluator.classes[seen_classes:]
        seen, seen_classes = len(evaluator.functions), len(evaluator.classes)
        plain = [function for function in new_functions if function.owner is None]
        # Those that nothing mentions come first, then the last ones: they are likely to call the others.
        first = [function for function in plain if _name(function) not in mentions.names]
        rest = [function for function in plain if _name(function) in mentions.names]
        for function in _callers_first([*first, *reversed(rest)], mentions):
            if function.site not in evaluator.called:
                _run(evaluator, function, ())
        for cls in new_classes:
            _run_methods(evaluator, cls, mentions, alone)


def _callers_first(functions: Sequence[Function], mentions: Mentions) -> list[Function]:
    """Functions in an order in which those that mention others come before these.

    What one of them calls is not run alone as well. Where they go round in a circle, the order at hand decides.
    """
    callers: dict[str, list[Function]] = {}
    for function in functions:
        for name in mentions.inside.get(_name(function), ()):
            callers.setdefault(name, []).append(function)
    ordered: dict[Function, None] = {}
    started: set[Function] = set()

    def visit(function: Function) -> None:
        if function not in started:
            started.add(function)
            for caller in callers.get(_name(function), ()):
                visit(caller)
            ordered[function] = None

    for function in functions:
        visit(function)
    return list(ordered)


def _run(evaluator: Evaluator, function: Function, positional: tuple[Value, ...]) -> None:
    evaluator.bounds.begin_uncalled()
    with evaluator.detached(function.file, function.scopes):
        evaluator.state = State(evaluator.root)
        functions.call(evaluator, function, Arguments(positional, open=True), None)
        writes = evaluator.state.writes
    # Nobody knows whether and when it runs: what it leaves joins what was there.
    evaluator.root.merge([{}, writes])


def _run_methods(evaluator: Evaluator, cls: Class, mentions: Mentions, alone: dict[ir.Site, int]) -> None:
    """Run the methods of a class that nothing calls on one unknown object.

    Methods of the project's bases that use what the class defines run as well:
    they may do something else here. ``alone`` counts the objects that each method ran on.
    """
    methods = attributes.methods(evaluator, cls)
    own = [method for method in methods if method.owner is cls]
    names = {_name(method) for method in own}
    inherited = [
        method
        for method in methods
        if method.owner is not cls
        and 0 < alone.get(method.site, 0) < MAX_RECEIVERS
        and not names.isdisjoint(read_attributes(method.node))
    ]
    ordered = in_order_of_attributes([*inherited, *own])
    first = [method for method in ordered if _name(method) not in mentions.own]
    rest = [method for method in ordered if _name(method) in mentions.own]
    for method in (*first, *reversed(rest)):
        if method.site in evaluator.called and method.owner is cls:
            continue
        alone[method.site] = alone.get(method.site, 0) + 1
        if method.kind == "staticmethod":
            _run(evaluator, method, ())
        else:
            receiver = cls if method.kind == "classmethod" else unknown_instance(evaluator, cls)
            _run(evaluator, method, (receiver,))


def unknown_instance(evaluator: Evaluator, cls: Class) -> Instance:
    """An object of ``cls`` made with unknown arguments: the same one for each class."""
    key = (cls.scope, "#instance")
    known = evaluator.root.get(key)
    if isinstance(known, Instance):
        return known
    instance = Instance(evaluator.new_ref(), cls, None)
    evaluator.root.set(key, instance)
    with evaluator.detached(cls.file, cls.scopes):
        evaluator.state = State(evaluator.root)
        calls.construct(evaluator, instance, Arguments(open=True), None)
        writes = evaluator.state.writes
    evaluator.root.merge([{}, writes])
    return instance


def _name(function: Function) -> str:
    """The name as the lowered program has it: private ones with their class."""
    return function.node.name if isinstance(function.node, ir.FunctionDef) else function.name
