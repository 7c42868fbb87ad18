"""The tree with a fix in it: only the nodes on the way to a change are made anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from itertools import pairwise
from typing import TypeVar

import libcst as cst

from keraslint.fixer.tree import FileTree
from keraslint.fixer.tree import UnplaceableError

_NodeT = TypeVar("_NodeT", bound=cst.CSTNode)


class Rewriter(cst.CSTTransformer):
    """Carries out operations on nodes, inner ones first.

    Operations are registered by the node of the present tree, so that several
    changes of one fix, one inside the other or all on one call, come together.
    """

    def __init__(self, tree: FileTree) -> None:
        super().__init__()
        self._tree = tree
        self._spine: set[cst.CSTNode] = set()
        self._inside: dict[cst.CSTNode, set[cst.CSTNode]] = defaultdict(set)
        self._operations: dict[cst.CSTNode, list[Callable[[cst.CSTNode], cst.CSTNode]]] = {}
        self._arguments: dict[cst.CSTNode, list[Callable[[cst.Call], cst.Call]]] = {}
        self._holds: dict[cst.Call, cst.Call] = {}
        self._active: set[cst.CSTNode] = set()

    def on(self, node: _NodeT, operation: Callable[[_NodeT], cst.CSTNode]) -> None:
        """Change ``node`` by ``operation``, which gets it with the changes inside it."""
        self._mark(node)
        self._operations.setdefault(node, []).append(operation)  # type: ignore[arg-type]

    def on_arguments(self, call: cst.Call, operation: Callable[[cst.Call], cst.Call]) -> None:
        """Change the arguments of ``call``; they go along when its name and arguments are moved."""
        self._mark(call)
        self._arguments.setdefault(call, []).append(operation)

    def swap(self, first: cst.Call, second: cst.Call) -> None:
        """Exchange the method names and arguments of two calls."""
        for call in (first, second):
            if not isinstance(call.func, cst.Attribute):
                raise UnplaceableError("only calls of methods can be exchanged")
            self._mark(call)
        held = self._holds.get(first, first)
        self._holds[first] = self._holds.get(second, second)
        self._holds[second] = held

    @property
    def touched(self) -> AbstractSet[cst.CSTNode]:
        """The nodes in which something changes."""
        return self._spine

    def changes(self, node: cst.CSTNode) -> bool:
        """Whether something is to be done to the node itself."""
        return node in self._operations or node in self._arguments or node in self._holds

    def touched_in(self, node: cst.CSTNode) -> AbstractSet[cst.CSTNode]:
        """The nodes right inside of one in which something changes."""
        return self._inside.get(node, frozenset())

    def rendered(self, node: _NodeT) -> _NodeT:
        """The node with everything done that is to be done in it."""
        with self._guarded(node):
            return node.visit(self)  # type: ignore[return-value]

    def _mark(self, node: cst.CSTNode) -> None:
        path = self._tree.path(node)
        if any(isinstance(outer, cst.FormattedString) for outer in path):
            raise UnplaceableError("quotes and lines inside an f-string depend on the version of Python")
        self._spine.add(node)
        self._spine.update(path)
        for inner, outer in pairwise((node, *path)):
            self._inside[outer].add(inner)

    @contextmanager
    def _guarded(self, node: cst.CSTNode) -> Iterator[None]:
        if node in self._active:
            raise UnplaceableError("a change that contains itself")
        self._active.add(node)
        try:
            yield
        finally:
            self._active.discard(node)

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Go only where something changes."""
        return node in self._spine

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        """Carry out what is registered for a node."""
        if isinstance(original_node, cst.Call) and isinstance(updated_node, cst.Call):
            updated_node = self._with_arguments(original_node, updated_node)
        if isinstance(original_node, cst.Attribute) and isinstance(updated_node, cst.Attribute):
            updated_node = self._with_comment_behind(original_node, updated_node)
        for operation in self._operations.get(original_node, ()):
            updated_node = operation(updated_node)
        return _with_tuple_kept(updated_node) if isinstance(updated_node, cst.With) else updated_node

    def _with_arguments(self, original: cst.Call, updated: cst.Call) -> cst.Call:
        if original not in self._holds:
            for operation in self._arguments.get(original, ()):
                updated = operation(updated)
            return updated
        held = self._holds[original]
        assert isinstance(held.func, cst.Attribute)
        assert isinstance(updated.func, cst.Attribute)
        with self._guarded(held):
            moved = held.with_changes(
                func=self.rendered(held.func.attr), args=[self.rendered(arg) for arg in held.args]
            )
            for operation in self._arguments.get(held, ()):
                moved = operation(moved)
        rpar = updated.rpar
        if rpar:
            space = self._behind(held, rpar[0].whitespace_before)
            rpar = [rpar[0].with_changes(whitespace_before=space), *rpar[1:]]
        dot = updated.func.dot
        above = held.func.dot.whitespace_before
        space = dot.whitespace_before
        if isinstance(above, cst.ParenthesizedWhitespace) and isinstance(space, cst.ParenthesizedWhitespace):
            dot = dot.with_changes(whitespace_before=space.with_changes(empty_lines=above.empty_lines))
        return updated.with_changes(
            rpar=rpar,
            func=updated.func.with_changes(attr=moved.func, dot=dot),
            whitespace_after_func=moved.whitespace_after_func,
            whitespace_before_args=moved.whitespace_before_args,
            args=moved.args,
        )

    def _with_comment_behind(self, original: cst.Attribute, updated: cst.Attribute) -> cst.Attribute:
        """The next link of a chain, which holds the comment behind the call before it."""
        if not isinstance(original.value, cst.Call) or original.value not in self._holds:
            return updated
        space = self._behind(self._holds[original.value], updated.dot.whitespace_before)
        return updated.with_changes(dot=updated.dot.with_changes(whitespace_before=space))

    def _behind(
        self, held: cst.Call, space: cst.BaseParenthesizableWhitespace
    ) -> cst.BaseParenthesizableWhitespace:
        """The whitespace behind a call, with the comment that stood behind what was moved there."""
        link = self._tree.path(held)[0]
        own = link.dot.whitespace_before if isinstance(link, cst.Attribute) else None
        if held.rpar:
            own = held.rpar[0].whitespace_before
        if isinstance(own, cst.ParenthesizedWhitespace) and isinstance(space, cst.ParenthesizedWhitespace):
            return space.with_changes(first_line=own.first_line)
        return space


def _with_tuple_kept(statement: cst.With) -> cst.With:
    """A tuple that came to be the only item of a ``with``, in parentheses of its own: one pair would list items."""
    item = statement.items[0]
    alone = (
        len(statement.items) == 1 and item.asname is None and not isinstance(statement.lpar, cst.LeftParen)
    )
    if not alone or not isinstance(item.item, cst.Tuple) or len(item.item.lpar) != 1:
        return statement
    doubled = item.item.with_changes(
        lpar=[cst.LeftParen(), *item.item.lpar], rpar=[*item.item.rpar, cst.RightParen()]
    )
    return statement.with_changes(items=[item.with_changes(item=doubled)])
