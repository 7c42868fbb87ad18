"""Loops: pass by pass where the items are known and passes differ, else one pass that stands for all or for the rest."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence as ReadOnlySequence
from dataclasses import dataclass
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING

from keraslint.semantics.evaluation import expressions
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.bindings import assigned_names
from keraslint.semantics.evaluation.records import Loop
from keraslint.semantics.evaluation.state import Key
from keraslint.semantics.evaluation.state import State
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Array
from keraslint.semantics.evaluation.values import Tensor
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.evaluation.values import join
from keraslint.semantics.evaluation.widening import after_a_pass
from keraslint.semantics.evaluation.widening import covers
from keraslint.semantics.evaluation.widening import repeats
from keraslint.semantics.evaluation.widening import settled
from keraslint.semantics.lowering import ir

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

MAX_TRIALS = 3
# What a loop computes is known to the end where its passes cost no more, in statements, or where few are left.
CHEAP_STEPS = 150
MIN_REST = 4


@dataclass(slots=True)
class OpenLoop:
    """A loop under way: the states below the loop and below the pass, and the paths that jumped."""

    base: State
    start: State
    breaks: list[dict[Key, Value]] = field(default_factory=list)
    continues: list[dict[Key, Value]] = field(default_factory=list)


def run_for(evaluator: Evaluator, node: ir.For) -> bool:
    """``for``."""
    iterable = evaluator.expression(node.iterable)
    items = iteration.items(evaluator, iterable)
    passes = iteration.length(evaluator, iterable)
    loop = Loop(evaluator.site(node.place), "for", iterable, passes)
    evaluator.opened_loops.setdefault(loop.site, (*evaluator.loops, loop))
    if items is None or not evaluator.bounds.may_unroll(len(items)):
        start = partial(evaluator.assign, node.target, iteration.element(evaluator, iterable))
        return _repeat(evaluator, loop, node.body, node.orelse, start)
    return _unroll(evaluator, loop, node, items)


def run_while(evaluator: Evaluator, node: ir.While) -> bool:
    """``while``."""
    known = expressions.condition(evaluator, node.test)
    if known is False:
        return evaluator.block(node.orelse)
    loop = Loop(evaluator.site(node.place), "while", UNKNOWN, None)
    # A test that holds now, as that of `done = False; while not done:`, may be another one after a pass.
    endless = known is True and isinstance(node.test, ir.Constant)
    return _repeat(evaluator, loop, node.body, node.orelse, lambda: None, endless)


def _unroll(evaluator: Evaluator, loop: Loop, node: ir.For, items: ReadOnlySequence[Value]) -> bool:
    base = evaluator.state
    evaluator.state = whole = State(base)
    around = evaluator.loops
    evaluator.loops = (*around, loop)
    open_loop = OpenLoop(base, whole)
    evaluator.open_loops.append(open_loop)
    begin, first_inside = evaluator.bounds.ticks, evaluator.new_ref()
    left: dict[Key, Value] = {}
    rest: ReadOnlySequence[Value] = ()
    reaches_end = True
    with evaluator.bounds.unrolling(len(items)):
        for number, item in enumerate(items, 1):
            evaluator.state = State(whole)
            open_loop.continues = []
            evaluator.assign(node.target, item)
            outcomes = [evaluator.state.writes] if evaluator.block(node.body) else []
            outcomes += open_loop.continues
            evaluator.state = whole
            if not outcomes:
                reaches_end = False
                break
            whole.merge(outcomes)
            if evaluator.bounds.ticks - begin >= CHEAP_STEPS and len(items) - number >= MIN_REST:
                before, left = left, _left(whole, outcomes, first_inside)
                if _goes_on(before, left) and all(repeats(item, other) for other in items[number:]):
                    rest = items[number:]
                    break
    evaluator.open_loops.pop()
    evaluator.loops = around
    if rest:
        start = partial(evaluator.assign, node.target, join(*map(settled, rest)))
        reaches_end = _repeat(evaluator, loop, node.body, node.orelse, start)
    elif reaches_end:
        reaches_end = evaluator.block(node.orelse)
    evaluator.state = base
    exits = ([whole.writes] if reaches_end else []) + open_loop.breaks
    if exits:
        base.merge(exits)
    return bool(exits)


def _left(state: State, outcomes: Iterable[dict[Key, Value]], first_inside: int) -> dict[Key, Value]:
    """What a pass has left in what is older than its loop."""
    keys = {key for writes in outcomes for key in writes if key[0] < first_inside}
    return {key: value for key in keys if (value := state.get(key)) is not None}


def _goes_on(before: dict[Key, Value], after: dict[Key, Value]) -> bool:
    """Whether a pass has done what the one before it did, so that one more can stand for all that follow."""
    return before.keys() == after.keys() and all(repeats(before[key], value) for key, value in after.items())


def _entry(evaluator: Evaluator, loop: Loop, body: ir.Block, start: Callable[[], None]) -> dict[Key, Value]:
    """What the names that a loop assigns may hold at the start of any pass.

    Passes are tried until a further one brings nothing new, where that may tell
    more than that a name is unknown.
    """
    keys = [evaluator.key_of(name) for name in assigned_names(body)]
    first = {key: value for key in keys if (value := evaluator.state.get(key)) is not None}
    unknown = {key: join(value, UNKNOWN) for key, value in first.items()}
    if not any(_is_array(value) for value in first.values()) or not evaluator.bounds.may_try():
        return unknown
    entry = first
    with evaluator.bounds.trying():
        for _ in range(MAX_TRIALS):
            after = _after_a_pass(evaluator, loop, body, start, entry)
            if all(covers(entry[key], value) for key, value in after.items()):
                return entry
            entry = {key: after_a_pass(entry[key], value) for key, value in after.items()}
    return unknown


def _is_array(value: Value) -> bool:
    return any(isinstance(part, (Array, Tensor)) for part in alternatives(value))


def _after_a_pass(
    evaluator: Evaluator, loop: Loop, body: ir.Block, start: Callable[[], None], entry: dict[Key, Value]
) -> dict[Key, Value]:
    with evaluator.trial():
        base = evaluator.state
        base.update(entry)
        evaluator.state = State(base)
        around = evaluator.loops
        evaluator.loops = (*around, loop)
        open_loop = OpenLoop(base, base)
        evaluator.open_loops.append(open_loop)
        start()
        outcomes = [evaluator.state.writes_since(base)] if evaluator.block(body) else []
        evaluator.open_loops.pop()
        evaluator.loops = around
    outcomes += open_loop.continues
    return {
        key: join(*(writes.get(key, value) for writes in outcomes)) if outcomes else value
        for key, value in entry.items()
    }


def _repeat(
    evaluator: Evaluator,
    loop: Loop,
    body: ir.Block,
    orelse: ir.Block,
    start: Callable[[], None],
    endless: bool = False,
) -> bool:
    base = evaluator.state
    reads: set[Key] = set()
    first_inside = evaluator.new_ref()
    evaluator.state = once = State(base, reads)
    once.update(_entry(evaluator, loop, body, start))
    widened = set(once.writes)
    around = evaluator.loops
    evaluator.loops = (*around, loop)
    open_loop = OpenLoop(base, base)
    evaluator.open_loops.append(open_loop)
    start()
    outcomes = [evaluator.state.writes_since(base)] if evaluator.block(body) else []
    evaluator.open_loops.pop()
    evaluator.loops = around
    evaluator.state = base
    outcomes += open_loop.continues
    if endless and evaluator.activations:
        # At the top of a script or notebook, such a loop is ended by hand.
        outcomes = []
    outcomes += open_loop.breaks
    for writes in outcomes:
        # What a pass reads of an object and then changes is another thing for the next pass.
        for key in (writes.keys() & reads) - widened:
            before = base.get(key)
            is_older_list = key[1] == iteration.CONTENTS and key[0] < first_inside
            if before is not None or is_older_list:
                writes[key] = iteration.after_many(before, writes[key])
    if not loop.passes and not endless:
        outcomes.append({})
    if not outcomes:
        return endless and not evaluator.activations
    base.merge(outcomes)
    return evaluator.block(orelse)
