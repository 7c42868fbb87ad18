"""From a fix in terms of the program to a fix as text edits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterator

import libcst as cst

from keraslint.changes import Change
from keraslint.diagnostic import Edit
from keraslint.diagnostic import ResolvedFix
from keraslint.fixer.abridged import LeftOutError
from keraslint.fixer.imports import Imports
from keraslint.fixer.plan import FilePlan
from keraslint.fixer.selection import site_of
from keraslint.fixer.tree import UnplaceableError
from keraslint.fixer.trees import Program
from keraslint.fixer.trees import Trees
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.semantics.lowering.trees import UnreadableError


class Resolver:
    """Resolves the fixes of a round; what it learns of a file serves all of them."""

    def __init__(self, programs: Callable[[str], Program]) -> None:
        self._programs = programs
        self._known: dict[str, Trees] = {}

    def resolve(self, fix: Fix) -> ResolvedFix | NoFix:
        """Return the fix as text edits, or why it cannot be written, or not in all of its files."""
        try:
            edits = self._edits(fix)
        except UnplaceableError as error:
            return NoFix(str(error))
        except RecursionError:
            return NoFix("the statement is nested too deeply to be written anew")
        except (cst.CSTValidationError, cst.ParserSyntaxError, UnreadableError):
            return NoFix("what it would write is no Python")
        if not edits:
            return NoFix("the code is as the fix would make it")
        return ResolvedFix(fix.message, fix.applicability, edits, fix.reason)

    def _edits(self, fix: Fix) -> tuple[Edit, ...]:
        try:
            return tuple(self._made(fix, abridged=True))
        except LeftOutError:
            return tuple(self._made(fix, abridged=False))

    def _made(self, fix: Fix, *, abridged: bool) -> Iterator[Edit]:
        """What the fix comes to, made from what it needs of each file or from the whole."""
        changes: dict[str, list[Change]] = defaultdict(list)
        for change in fix.changes:
            changes[site_of(change).file].append(change)
        plans: dict[str, FilePlan] = {}
        for name, needed in changes.items():
            trees = self._trees(name)
            tree = trees.of(needed) if abridged else trees.whole
            plans[name] = FilePlan(tree, Imports(tree, trees.scopes))
        for change in fix.changes:
            plans[site_of(change).file].add(change)
        for name, plan in plans.items():
            for start, end, content in plan.replacements():
                yield Edit(name, content, *plan.tree.range(start, end))

    def _trees(self, name: str) -> Trees:
        if name not in self._known:
            self._known[name] = Trees(name, self._programs(name))
        return self._known[name]
