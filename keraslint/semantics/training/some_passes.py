"""Whether a place in a loop is reached on some passes alone."""

from __future__ import annotations

from collections.abc import Callable

from keraslint.semantics.evaluation.bindings import nested_blocks
from keraslint.semantics.evaluation.flow import path
from keraslint.semantics.evaluation.walking import holder
from keraslint.semantics.evaluation.walking import holds
from keraslint.semantics.evaluation.walking import within
from keraslint.semantics.lowering import ir

_COUNTING = ("range", "tqdm.trange", "trange")
_REMAINDERS = ("floormod", "mod")
_ASKING = ("is", "is not", "not", "not in")


def is_on_some_passes(
    block: ir.Block,
    place: int,
    in_loop: bool,
    ending: ir.Expression | None,
    counter: str | None,
    first_skip: Callable[[ir.Block], int],
) -> bool:
    """Whether the way through a block to a place leads there every so many times, or where something failed.

    ``in_loop`` says that the block is a loop's own: what leaves it is done once then. ``ending`` is what a
    ``while`` asks: a test of the same names inside is true on the last pass. ``counter`` is what the loop
    counts its passes in: it is one number once. ``first_skip`` is the function below, or one that remembers
    what it gave: many calls stand in one block.
    """
    index = holder(block, place)
    if index is None:
        return False
    if first_skip(block) < index:
        return True
    statement = block[index]
    if isinstance(statement, ir.If):
        for branch in statement.branches:
            if holds(branch.body, place) and _is_seldom(branch, in_loop, ending, counter):
                return True
    if isinstance(statement, ir.Try) and any(holds(each.body, place) for each in statement.handlers):
        return True
    inner_loop = isinstance(statement, (ir.For, ir.While))
    return any(
        is_on_some_passes(
            nested, place, in_loop and not inner_loop, None if inner_loop else ending, counter, first_skip
        )
        for nested in nested_blocks(statement)
        if holds(nested, place)
    )


def first_skip(block: ir.Block) -> int:
    """The index of the first statement of a block that may leave out what comes after it, ``len(block)`` where none does."""
    return next((index for index, each in enumerate(block) if _skips(each)), len(block))


def is_where_missing(block: ir.Block, place: int) -> bool:
    """Whether the way to a place asks first whether something is there: ``if model is None``."""
    index = holder(block, place)
    if index is None:
        return False
    statement = block[index]
    if isinstance(statement, ir.Try) and any(holds(each.body, place) for each in statement.handlers):
        return True
    if isinstance(statement, ir.If) and any(
        holds(branch.body, place) and _asks(branch.test) for branch in statement.branches
    ):
        return True
    return any(is_where_missing(nested, place) for nested in nested_blocks(statement))


def _asks(test: ir.Expression) -> bool:
    return any(isinstance(node, ir.Operation) and node.operator in _ASKING for node in within(test))


def counter_of(loop: object) -> str | None:
    """The variable that counts the passes of a loop over ``range`` or ``enumerate``."""
    if not isinstance(loop, ir.For) or not isinstance(loop.iterable, ir.Call):
        return None
    name = path(loop.iterable.func)
    target = loop.target
    if name == "enumerate" and isinstance(target, ir.Display) and target.items:
        target = target.items[0]
    elif name not in _COUNTING:
        return None
    return target.id if isinstance(target, ir.Name) else None


def _is_seldom(branch: ir.Branch, in_loop: bool, ending: ir.Expression | None, counter: str | None) -> bool:
    if _counts(branch.test) or _is_one_number(branch.test, counter):
        return True
    if in_loop and branch.body and _leaves(branch.body[-1]):
        return True
    asked = _names(branch.test)
    return in_loop and ending is not None and bool(asked) and asked <= _names(ending)


def _is_one_number(test: ir.Expression, counter: str | None) -> bool:
    if not isinstance(test, ir.Operation) or test.operator != "==":
        return False
    compared = {each.id for each in test.operands if isinstance(each, ir.Name)}
    return counter in compared and any(isinstance(each, ir.Constant) for each in test.operands)


def _skips(statement: ir.Statement) -> bool:
    """``if step % 10: continue`` and its like."""
    return isinstance(statement, ir.If) and any(
        _counts(branch.test) and branch.body and isinstance(branch.body[-1], (ir.Jump, ir.Return))
        for branch in statement.branches
    )


def _counts(test: ir.Expression) -> bool:
    """Whether a test takes a remainder: ``step % 10``, ``tf.math.mod(step, 10)``."""
    return any(
        (isinstance(node, ir.Operation) and node.operator == "%")
        or (isinstance(node, ir.Call) and path(node.func).rpartition(".")[2] in _REMAINDERS)
        for node in within(test)
    )


def _leaves(statement: ir.Statement) -> bool:
    if isinstance(statement, (ir.Return, ir.Raise)):
        return True
    return isinstance(statement, ir.Jump) and statement.kind == "break"


def _names(node: ir.Expression) -> set[str]:
    return {each.id for each in within(node) if isinstance(each, ir.Name)}
