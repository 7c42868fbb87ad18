"""The smallest statements that hold all that a fix changes in a statement of the top level.

That may be a class or a loop of a thousand lines: were it written anew for each fix in it, the time would grow as the
square of their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from keraslint.fixer.blocks import Statement
from keraslint.fixer.rewrite import Rewriter

_CLAUSES = (cst.If, cst.Else, cst.ExceptHandler, cst.ExceptStarHandler, cst.Finally, cst.MatchCase)


class Unit(NamedTuple):
    """A statement with the blocks around it, the outermost first."""

    statement: Statement
    blocks: tuple[cst.IndentedBlock, ...] = ()


def units_of(unit: Unit, rewriter: Rewriter) -> Iterator[Unit]:
    """The smallest units in one, in any order; itself where it changes outside of its blocks."""
    blocks = _changing_blocks(unit.statement, rewriter)
    if blocks is None:
        yield unit
        return
    for block in blocks:
        for statement in rewriter.touched_in(block):
            assert isinstance(statement, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
            yield from units_of(Unit(statement, (*unit.blocks, block)), rewriter)


def _changing_blocks(statement: cst.CSTNode, rewriter: Rewriter) -> list[cst.IndentedBlock] | None:
    """The blocks to whose statements the changes are limited; None where there are others."""
    found: list[cst.IndentedBlock] = []
    pending = [statement]
    while pending:
        node = pending.pop()
        if rewriter.changes(node):
            return None
        if isinstance(node, cst.IndentedBlock):
            found.append(node)
            continue
        for child in rewriter.touched_in(node):
            if not isinstance(child, (cst.IndentedBlock, *_CLAUSES)):
                return None
            pending.append(child)
    return found
