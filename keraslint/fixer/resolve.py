"""From a fix in terms of the program to a fix as text edits."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from typing import Protocol

import libcst as cst

from keraslint.diagnostic import Edit
from keraslint.diagnostic import ResolvedFix
from keraslint.fixer.imports import Imports
from keraslint.fixer.plan import FilePlan
from keraslint.fixer.plan import site_of
from keraslint.fixer.tree import FileTree
from keraslint.fixer.tree import UnplaceableError
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.semantics.lowering.positions import Positions
from keraslint.semantics.lowering.trees import UnreadableError


class Source(Protocol):
    """What the fixer needs to know of a file."""

    @property
    def text(self) -> str:
        """The decoded text, line endings as they are."""


class Resolver:
    """Resolves the fixes of a round; what it learns of a file serves all of them."""

    def __init__(self, sources: Mapping[str, Source], positions: Mapping[str, Positions]) -> None:
        self._sources = sources
        self._positions = positions
        self._files: dict[str, tuple[FileTree, Imports]] = {}

    def resolve(self, fix: Fix) -> ResolvedFix | NoFix:
        """Return the fix as text edits, or why it cannot be written, or not in all of its files."""
        plans: dict[str, FilePlan] = {}
        try:
            for change in fix.changes:
                name = site_of(change).file
                if name not in plans:
                    plans[name] = FilePlan(*self._file(name))
                plans[name].add(change)
            edits = tuple(edit for name in plans for edit in self._edits(name, plans[name]))
        except UnplaceableError as error:
            return NoFix(str(error))
        except RecursionError:
            return NoFix("the statement is nested too deeply to be written anew")
        except (cst.CSTValidationError, cst.ParserSyntaxError, UnreadableError):
            return NoFix("what it would write is no Python")
        if not edits:
            return NoFix("the code is as the fix would make it")
        return ResolvedFix(fix.message, fix.applicability, edits, fix.reason)

    def _file(self, name: str) -> tuple[FileTree, Imports]:
        if name not in self._files:
            tree = FileTree(name, self._sources[name].text, self._positions[name])
            self._files[name] = tree, Imports(tree)
        return self._files[name]

    def _edits(self, name: str, plan: FilePlan) -> Iterator[Edit]:
        lines = self._file(name)[0].lines
        for start, end, content in plan.replacements():
            yield Edit(name, content, lines.location(start), lines.location(end))


def resolve(
    fix: Fix, sources: Mapping[str, Source], positions: Mapping[str, Positions]
) -> ResolvedFix | NoFix:
    """Resolve one fix; for several, a :class:`Resolver` is faster."""
    return Resolver(sources, positions).resolve(fix)
