"""From places back to LibCST's nodes, for the few files that have fixes."""

from __future__ import annotations

from functools import cached_property

import libcst as cst
from libcst.metadata import MetadataWrapper
from libcst.metadata import PositionProvider

from keraslint.semantics.concrete import lower_with_nodes


class Positions:
    """LibCST's nodes of one text by place, and where they stand."""

    def __init__(self, text: str) -> None:
        self.tree = cst.parse_module(text)
        self._nodes = lower_with_nodes(self.tree)[1]

    @cached_property
    def ranges(self) -> dict[cst.CSTNode, object]:
        """LibCST's code ranges by node."""
        wrapper = MetadataWrapper(self.tree, unsafe_skip_copy=True)
        return dict(wrapper.resolve(PositionProvider))

    def node(self, place: int) -> cst.CSTNode:
        """The LibCST node at a place of the lowered module."""
        return self._nodes[place]

    def span(self, place: int) -> tuple[int, int, int, int]:
        """Row, column, end row and end column of a place, all from 1, columns in characters."""
        code_range = self.ranges[self.node(place)]
        start, end = code_range.start, code_range.end  # type: ignore[attr-defined]
        return start.line, start.column + 1, end.line, end.column + 1
