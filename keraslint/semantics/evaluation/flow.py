"""Which names of a block some values flow into: what a pass of a loop changes, or makes from its item."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable

from keraslint.semantics.evaluation.bindings import nested_blocks
from keraslint.semantics.evaluation.walking import own_expressions
from keraslint.semantics.lowering import ir

IN_PLACE = (
    "add",
    "append",
    "appendleft",
    "clear",
    "extend",
    "insert",
    "pop",
    "popleft",
    "remove",
    "reverse",
    "setdefault",
    "shuffle",
    "sort",
    "update",
)


class Flow:
    """The names (and dotted paths such as ``self.x``) that certain values reach.

    ``attributes`` are attributes that count as reached on any object, and ``starts`` tells of
    a call whether its result counts as well. A ``strict`` flow also takes in every name that is changed
    where it stands: by ``+=``, an item, a method such as ``append``, or under a condition that is reached.
    """

    def __init__(
        self,
        names: Iterable[str] = (),
        attributes: frozenset[str] = frozenset(),
        starts: Callable[[ir.Call], bool] | None = None,
    ) -> None:
        self.names = set(names)
        self.attributes = attributes
        self._starts = starts

    @property
    def strict(self) -> bool:
        """Whether it takes in all that may change."""
        return self._starts is not None

    def reaches(self, node: object) -> bool:
        """Whether one of the values may be in what an expression gives."""
        if isinstance(node, ir.Name):
            return node.id in self.names
        if isinstance(node, ir.Attribute):
            return node.attr in self.attributes or path(node) in self.names or self.reaches(node.value)
        if isinstance(node, (ir.Await, ir.Yield)) and self.strict:
            return True
        if isinstance(node, ir.Call):
            receiver = node.func.value if isinstance(node.func, ir.Attribute) else node.func
            if self.reaches(receiver) or any(self.reaches(each.value) for each in node.arguments):
                return True
            return self._starts is not None and self._starts(node)
        return isinstance(node, tuple) and any(self.reaches(part) for part in node)

    def run(self, block: ir.Block) -> None:
        """Follow the values through a block until nothing new is reached."""
        known = -1
        while known != len(self.names):
            known = len(self.names)
            self._block(block, under=False)

    def _block(self, block: ir.Block, under: bool) -> None:
        for statement in block:
            self._statement(statement, under)
            for body, test in _bodies(statement):
                self._block(body, under or (self.strict and test is not None and self.reaches(test)))

    def _statement(self, statement: ir.Statement, under: bool) -> None:
        if isinstance(statement, ir.Assign):
            reached = under or self.reaches(statement.value)
            for target in statement.targets:
                self.assign(target, reached)
        elif isinstance(statement, ir.AugmentedAssign):
            self.assign(statement.target, self.strict or self.reaches(statement.value))
        elif isinstance(statement, ir.For):
            self.assign(statement.target, self.reaches(statement.iterable))
        elif isinstance(statement, ir.With):
            for item in statement.items:
                if item.target is not None:
                    self.assign(item.target, self.reaches(item.context))
        elif isinstance(statement, ir.Match):
            if self.reaches(statement.subject):
                self.names.update(name for case in statement.cases for name in case.names)
        for node in own_expressions(statement):
            if isinstance(node, ir.Walrus) and self.reaches(node.value):
                self.names.add(node.target.id)
            elif isinstance(node, ir.Call):
                self._changed_in_place(node)

    def assign(self, target: ir.Expression, reached: bool = True) -> None:
        """Take in what an assignment binds to something that is reached."""
        if isinstance(target, ir.Display):
            for item in target.items:
                self.assign(item.value if isinstance(item, ir.Starred) else item, reached)
        elif isinstance(target, ir.Subscript):
            if reached or self.strict or self.reaches(target.key):
                self._add(target.value)
        elif reached:
            self._add(target)

    def _changed_in_place(self, call: ir.Call) -> None:
        if not isinstance(call.func, ir.Attribute) or call.func.attr not in IN_PLACE:
            return
        if self.strict or any(self.reaches(each.value) for each in call.arguments):
            self._add(call.func.value)
            if call.func.attr == "shuffle":
                for each in call.arguments:
                    self._add(each.value)

    def _add(self, target: ir.Expression) -> None:
        while isinstance(target, ir.Subscript):
            target = target.value
        known = path(target)
        if known:
            self.names.add(known)


def path(node: ir.Expression) -> str:
    """A name or a chain of attributes of one, as the program writes it; "" for anything else."""
    if isinstance(node, ir.Name):
        return node.id
    if isinstance(node, ir.Attribute):
        around = path(node.value)
        return f"{around}.{node.attr}" if around else ""
    return ""


def _bodies(statement: ir.Statement) -> list[tuple[ir.Block, ir.Expression | None]]:
    """The blocks inside a statement, each with the test that it stands under."""
    if isinstance(statement, ir.If):
        tests = tuple(branch.test for branch in statement.branches)
        branches: list[tuple[ir.Block, ir.Expression | None]] = [
            (branch.body, ir.Display(statement.place, "tuple", tests[: index + 1]))
            for index, branch in enumerate(statement.branches)
        ]
        return [*branches, (statement.orelse, ir.Display(statement.place, "tuple", tests))]
    if isinstance(statement, ir.While):
        return [(statement.body, statement.test), (statement.orelse, None)]
    return [(block, None) for block in nested_blocks(statement)]
