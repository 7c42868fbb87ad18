"""From places back to rows and columns, for the few files that have findings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import libcst as cst
from libcst.metadata import MetadataWrapper
from libcst.metadata import PositionProvider

from keraslint.semantics.lower import lower_with_nodes


class Positions:
    """The nodes of one text by place, and where they stand.

    Parsing again is cheaper than keeping every tree: most files have no finding.
    """

    def __init__(self, text: str) -> None:
        self._take(*_parsed(text))

    @classmethod
    def of(cls, tree: cst.Module, nodes: Sequence[cst.CSTNode]) -> Positions:
        """Those of a tree that is at hand, with its nodes by place."""
        positions = cls.__new__(cls)
        positions._take(tree, nodes)
        return positions

    def _take(self, tree: cst.Module, nodes: Sequence[cst.CSTNode]) -> None:
        self.tree = tree
        self._nodes = nodes

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


def _parsed(text: str) -> tuple[cst.Module, Sequence[cst.CSTNode]]:
    tree = cst.parse_module(text)
    return tree, lower_with_nodes(tree)[1]
