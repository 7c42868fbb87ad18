"""Parts of one line: statements between semicolons, items of a ``with``, names of an import."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence
from typing import TypeVar

import libcst as cst

from keraslint.fixer.spacing import NONE
from keraslint.fixer.spacing import Whitespace
from keraslint.fixer.spacing import before_bracket
from keraslint.fixer.spacing import between
from keraslint.fixer.tree import UnplaceableError

_LineT = TypeVar("_LineT", cst.SimpleStatementLine, cst.SimpleStatementSuite)


def without_statements(line: _LineT, indices: Collection[int]) -> _LineT:
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
    for index in sorted(indices, reverse=True):
        statement = _without_item(statement, index)
    return statement


def _without_item(statement: cst.With, index: int) -> cst.With:
    items = list(statement.items)
    item = items.pop(index)
    lpar, rpar = statement.lpar, statement.rpar
    if index == 0:
        if isinstance(lpar, cst.LeftParen):
            after = between(lpar.whitespace_after, _after_comma(item), first=True)
            lpar = lpar.with_changes(whitespace_after=after)
        return statement.with_changes(items=items, lpar=lpar)
    before = _after_comma(items[index - 1])
    comma = item.comma
    if index < len(items):
        comma = cst.Comma(whitespace_after=between(before, _after_comma(item), first=False))
    elif isinstance(rpar, cst.RightParen):
        rpar = rpar.with_changes(whitespace_before=before_bracket(before, rpar.whitespace_before))
    items[index - 1] = items[index - 1].with_changes(comma=comma)
    return statement.with_changes(items=items, rpar=rpar)


def _after_comma(item: cst.WithItem) -> Whitespace:
    return item.comma.whitespace_after if isinstance(item.comma, cst.Comma) else NONE


def with_renamed_import(statement: cst.ImportFrom, name: str, new: str) -> cst.ImportFrom:
    """The import with ``new`` in place of ``name``, or without ``name`` where ``new`` is there already."""
    if isinstance(statement.names, cst.ImportStar):
        raise UnplaceableError("an import of everything names nothing")
    names = list(statement.names)
    index = next((place for place, alias in enumerate(names) if alias.name.value == name), None)
    if index is None:
        raise UnplaceableError(f"{name} is not imported here")
    if names[index].asname is not None or all(alias.name.value != new for alias in names):
        names[index] = names[index].with_changes(name=cst.Name(new))
        return statement.with_changes(names=names)
    last = index == len(names) - 1
    names.pop(index)
    if last:
        names[-1] = names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return statement.with_changes(names=names)


def indices_of(parts: Collection[cst.CSTNode], whole: Sequence[cst.CSTNode]) -> set[int]:
    """Where the parts stand in the whole."""
    return {index for index, node in enumerate(whole) if node in parts}
