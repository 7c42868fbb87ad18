"""The trees of one file: of what each fix needs of it, and of the whole."""

from __future__ import annotations

from collections.abc import Hashable
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import libcst as cst

from keraslint.changes import Change
from keraslint.fixer.abridged import Abridged
from keraslint.fixer.abridged import unabridged
from keraslint.fixer.abridger import Abridger
from keraslint.fixer.outline import Outline
from keraslint.fixer.scopes import Scopes
from keraslint.fixer.selection import Selection
from keraslint.fixer.tree import FileTree
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.positions import Positions
from keraslint.semantics.lowering.spans import Spans


class Program(NamedTuple):
    """What the fixer needs to know of a file: its text with line endings as they are, and what was made of that."""

    text: str
    lowered: ir.Module
    spans: Spans


class Trees:
    """LibCST's trees of one file; what is learnt of the file serves all fixes."""

    def __init__(self, name: str, program: Program) -> None:
        self._name = name
        self._program = program
        self._known: dict[Hashable, FileTree] = {}

    @cached_property
    def scopes(self) -> Scopes:
        """The scopes of the file."""
        return Scopes(self._program.lowered)

    @cached_property
    def whole(self) -> FileTree:
        """The tree of the whole file."""
        positions = self._program.spans.concrete
        return self._tree(unabridged(self._program.text, len(positions.nodes)), positions)

    def of(self, changes: Iterable[Change]) -> FileTree:
        """The tree of what these changes need of the file: of the whole where Python's parser does not read it."""
        if self._abridger is None:
            return self.whole
        selection = Selection(self._name, self._abridger.outline)
        for change in changes:
            selection.add(change)
        if selection.key not in self._known:
            self._known[selection.key] = self._parsed(self._abridger.abridged(selection)) or self.whole
        return self._known[selection.key]

    @cached_property
    def _abridger(self) -> Abridger | None:
        tree, nodes = self._program.spans.tree, self._program.spans.nodes
        return None if tree is None else Abridger(self._program.text, Outline(tree.body, nodes))

    def _parsed(self, abridged: Abridged) -> FileTree | None:
        """The tree of an abridged text, if that holds what it was to hold."""
        try:
            positions = Positions(abridged.text)
        except cst.ParserSyntaxError:
            return None
        return self._tree(abridged, positions) if len(positions.nodes) == abridged.size else None

    def _tree(self, abridged: Abridged, positions: Positions) -> FileTree:
        return FileTree(self._name, abridged, positions, self._program.spans)
