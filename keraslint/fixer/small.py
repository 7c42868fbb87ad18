"""Taking parts out of one line: statements between semicolons, items of a ``with``."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence
from typing import TypeVar

import libcst as cst

LineT = TypeVar("LineT", cst.SimpleStatementLine, cst.SimpleStatementSuite)


def without_statements(line: LineT, indices: Collection[int]) -> LineT:
    """The line without some of its statements; ``pass`` where none is left."""
    kept = [statement for index, statement in enumerate(line.body) if index not in indices]
    last = line.body[-1].semicolon
    if not kept:
        return line.with_changes(body=[cst.Pass(semicolon=last)])
    if len(line.body) - 1 in indices:
        kept[-1] = kept[-1].with_changes(semicolon=last)
    return line.with_changes(body=kept)


def without_items(statement: cst.With, indices: Collection[int]) -> cst.With:
    """The ``with`` statement without some, but not all, of its items."""
    kept = [item for index, item in enumerate(statement.items) if index not in indices]
    if len(statement.items) - 1 in indices:
        kept[-1] = kept[-1].with_changes(comma=statement.items[-1].comma)
    return statement.with_changes(items=kept)


def indices_of(parts: Collection[cst.CSTNode], whole: Sequence[cst.CSTNode]) -> set[int]:
    """Where the parts stand in the whole."""
    return {index for index, node in enumerate(whole) if node in parts}
