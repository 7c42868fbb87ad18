"""New code from templates: parsed by LibCST, its holes filled with nodes."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from typing import TypeAlias

import libcst as cst

from keraslint.fixer.tree import UnplaceableError

_ATOM = 16
_BINDING: dict[type[cst.CSTNode], int] = {
    cst.NamedExpr: 0,
    cst.Yield: 0,
    cst.Tuple: 0,
    cst.GeneratorExp: 0,
    cst.Lambda: 1,
    cst.IfExp: 2,
    cst.Or: 3,
    cst.And: 4,
    cst.Not: 5,
    cst.Comparison: 6,
    cst.BitOr: 7,
    cst.BitXor: 8,
    cst.BitAnd: 9,
    cst.LeftShift: 10,
    cst.RightShift: 10,
    cst.Add: 11,
    cst.Subtract: 11,
    cst.Multiply: 12,
    cst.MatrixMultiply: 12,
    cst.Divide: 12,
    cst.FloorDivide: 12,
    cst.Modulo: 12,
    cst.UnaryOperation: 13,
    cst.Power: 14,
    cst.Await: 15,
}
"""How tightly an expression without parentheses of its own holds together."""

_ROOMY = (
    cst.AnnAssign,
    cst.Arg,
    cst.Assert,
    cst.Assign,
    cst.AssignTarget,
    cst.AugAssign,
    cst.Decorator,
    cst.DictElement,
    cst.Element,
    cst.Expr,
    cst.If,
    cst.Index,
    cst.Lambda,
    cst.Param,
    cst.Return,
    cst.Slice,
    cst.While,
    cst.WithItem,
)
"""Parents that take any expression but those of binding 0 as it is."""

_Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement


def fitted(
    node: cst.BaseExpression, replaced: cst.BaseExpression, parent: cst.CSTNode | None
) -> cst.BaseExpression:
    """Return ``node`` in parentheses if it needs them where ``replaced`` stands in ``parent``."""
    number = isinstance(node, (cst.Integer, cst.Float)) and isinstance(parent, cst.Attribute)
    if parent is None or node.lpar or (_binding(node) >= _needed(replaced, parent) and not number):
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _needed(replaced: cst.BaseExpression, parent: cst.CSTNode) -> int:
    """How tightly an expression must hold together where ``replaced`` stands in ``parent``."""
    if isinstance(parent, _ROOMY):
        return min(1, _binding(replaced))
    if isinstance(parent, (cst.BinaryOperation, cst.BooleanOperation)):
        own = _binding(parent.with_changes(lpar=[], rpar=[]))
        tighter = parent.left if isinstance(parent.operator, cst.Power) else parent.right
        return own + (replaced is tighter)
    if isinstance(parent, cst.UnaryOperation):
        return _binding(parent.with_changes(lpar=[], rpar=[]))
    return _binding(replaced)


def _binding(node: cst.BaseExpression) -> int:
    if node.lpar:
        return _ATOM
    kind: type[cst.CSTNode] = type(node)
    if isinstance(node, (cst.BinaryOperation, cst.BooleanOperation)) or (
        isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not)
    ):
        kind = type(node.operator)
    return _BINDING.get(kind, _ATOM)


def expression(code: str, holes: Mapping[str, cst.BaseExpression]) -> cst.BaseExpression:
    """Parse an expression and put the nodes of ``holes`` where their names stand in braces."""
    filler = _Filler(code, holes)
    node = cst.parse_expression(filler.code).visit(filler)
    assert isinstance(node, cst.BaseExpression)
    return node


def statements(code: str, holes: Mapping[str, cst.BaseExpression]) -> Sequence[_Statement]:
    """Parse statements and put the nodes of ``holes`` where their names stand in braces."""
    filler = _Filler(code, holes)
    module = cst.parse_module(filler.code)
    return module.with_changes(body=[filler.filled(statement) for statement in module.body]).body


def parameters(code: str) -> cst.Parameters:
    """Parse the parameters of a function as they stand between its parentheses."""
    function = cst.parse_statement(f"def function({code}): pass")
    assert isinstance(function, cst.FunctionDef)
    return function.params


class _Filler(cst.CSTTransformer):
    """Replaces the names that stand for holes."""

    def __init__(self, code: str, holes: Mapping[str, cst.BaseExpression]) -> None:
        super().__init__()
        self._nodes: dict[str, cst.BaseExpression] = {}
        self._parents: list[cst.CSTNode] = []
        self.code = code
        for name, node in holes.items():
            stand_in = f"_hole_{name}_"
            self.code = self.code.replace("{" + name + "}", stand_in)
            self._nodes[stand_in] = node

    def filled(self, node: cst.CSTNode) -> cst.CSTNode:
        """``node`` with its holes filled."""
        visited = node.visit(self)
        assert isinstance(visited, cst.CSTNode)
        return visited

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._parents.append(node)
        return True

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        self._parents.pop()
        if isinstance(original_node, cst.Name) and original_node.value in self._nodes:
            parent = self._parents[-1] if self._parents else None
            return fitted(self._nodes[original_node.value], original_node, parent)
        return updated_node


def bare(node: cst.BaseExpression) -> cst.BaseExpression:
    """Return ``node`` without its parentheses, unless it needs them to have something put behind it."""
    without = node.with_changes(lpar=[], rpar=[]) if node.lpar else node
    return without if _binding(without) == _ATOM else node


def in_place_of(
    replaced: cst.BaseExpression, node: cst.BaseExpression, parent: cst.CSTNode
) -> cst.BaseExpression:
    """Return ``node`` as it must be written where ``replaced`` stands, with the parentheses of that."""
    if isinstance(replaced, cst.Name) and not isinstance(node, cst.Name) and _is_identifier(replaced, parent):
        raise UnplaceableError("only a name can stand here")
    if replaced.lpar and not node.lpar:
        return node.with_changes(lpar=replaced.lpar, rpar=replaced.rpar)
    return fitted(node, replaced, parent)


def _is_identifier(name: cst.Name, parent: cst.CSTNode) -> bool:
    """Whether a name is a name by grammar, as in ``value.name`` or ``def name``, and no expression."""
    if isinstance(parent, cst.Attribute):
        return parent.attr is name
    if isinstance(parent, cst.Arg):
        return parent.keyword is name
    return isinstance(parent, (cst.FunctionDef, cst.ClassDef, cst.Param, cst.AsName)) and (
        getattr(parent, "name", None) is name
    )
