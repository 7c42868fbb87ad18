"""From places back to LibCST's nodes, for the few files that have fixes."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from functools import cached_property
from typing import cast

import libcst as cst
from libcst.metadata import CodeRange
from libcst.metadata import MetadataWrapper
from libcst.metadata import PositionProvider

from keraslint.semantics.lowering.concrete import lower_with_nodes


class Positions:
    """LibCST's nodes of one text by place, and where they stand.

    LibCST tells positions by writing a program anew, which takes twice as long as parsing it.
    """

    def __init__(self, text: str) -> None:
        self.tree = cst.parse_module(text)
        self.nodes = lower_with_nodes(self.tree)[1]

    def span(self, place: int) -> tuple[int, int, int, int]:
        """Row, column, end row and end column of a place, all from 1, columns in characters."""
        code_range = self.ranges[self.nodes[place]]
        start, end = code_range.start, code_range.end
        return start.line, start.column + 1, end.line, end.column + 1

    @cached_property
    def ranges(self) -> Mapping[cst.CSTNode, CodeRange]:
        """LibCST's code ranges of all nodes."""
        wrapper = _Wrapper(self.tree, unsafe_skip_copy=True)
        return cast(Mapping[cst.CSTNode, CodeRange], wrapper.resolve(PositionProvider))


class _Wrapper(MetadataWrapper):
    """Walks the tree only where someone visits it; LibCST does so for nobody, which takes as long as the positions."""

    def visit_batched(
        self,
        visitors: Iterable[cst.BatchableCSTVisitor],
        before_visit: Callable[[cst.CSTNode], None] | None = None,
        after_leave: Callable[[cst.CSTNode], None] | None = None,
    ) -> cst.CSTNode:
        """Visit the tree if there is a visitor."""
        visiting = list(visitors)
        return super().visit_batched(visiting, before_visit, after_leave) if visiting else self.module
