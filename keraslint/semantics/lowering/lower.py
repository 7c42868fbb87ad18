"""Lowering: one direct walk over the fields of a tree that carry meaning.

It depends on the file's text alone: :mod:`keraslint.semantics.lowering.concrete` makes the
same of LibCST's tree, place for place.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from collections.abc import Iterable
from typing import Any
from typing import NamedTuple
from typing import TypeAlias

from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.numbering import Numbering
from keraslint.semantics.lowering.trees import Tree

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.And: "and",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.Div: "/",
    ast.Eq: "==",
    ast.FloorDiv: "//",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.Invert: "~",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.LShift: "<<",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.MatMult: "@",
    ast.Mod: "%",
    ast.Mult: "*",
    ast.Not: "not",
    ast.NotEq: "!=",
    ast.NotIn: "not in",
    ast.Or: "or",
    ast.Pow: "**",
    ast.RShift: ">>",
    ast.Sub: "-",
    ast.UAdd: "+",
    ast.USub: "-",
}
_DISPLAYS = {ast.Tuple: "tuple", ast.List: "list", ast.Set: "set"}
_COMPREHENSIONS = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.DictComp: "dict",
    ast.GeneratorExp: "generator",
}


class NameOf(NamedTuple):
    """The name of a definition, an attribute or a parameter, which has no node of its own."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Attribute | ast.arg


class Stretch(NamedTuple):
    """What has no node of its own, from the first of its parts to the last; ``star`` stands before it."""

    first: ast.AST | NameOf
    last: ast.AST | NameOf
    star: str = ""


Placed: TypeAlias = ast.AST | NameOf | Stretch


def lower(tree: Tree) -> ir.Module:
    """Lower a parsed file.

    The walk is deterministic: the same text gives the same places.
    """
    if isinstance(tree, ast.Module):
        return lower_with_nodes(tree)[0]
    from keraslint.semantics.lowering import concrete

    return concrete.lower_with_nodes(tree)[0]


def lower_with_nodes(tree: ast.Module) -> tuple[ir.Module, list[Placed]]:
    """Lower a file that Python has parsed and return what stands at each place as well."""
    lowering = _Lowering()
    body = lowering.block(tree.body)
    return ir.Module(body, len(lowering.nodes)), lowering.nodes


class _Lowering(Numbering[Placed]):
    # Statements

    def block(self, statements: Iterable[ast.stmt]) -> ir.Block:
        lowered: list[ir.Statement] = []
        for statement in statements:
            handler = _STATEMENTS.get(type(statement))
            if handler is not None:
                lowered.append(handler(self, statement))
            elif isinstance(statement, ast.Import):
                lowered += [ir.Import(self._place(a), a.name, a.asname) for a in statement.names]
            elif isinstance(statement, ast.Expr) and not _is_idle(statement.value):
                lowered.append(
                    ir.ExpressionStatement(self._place(statement), self.expression(statement.value))
                )
        return tuple(lowered)

    def _assign(self, node: ast.Assign) -> ir.Assign:
        place = self._place(node)
        value = self.expression(node.value)
        return ir.Assign(place, tuple([self.expression(target) for target in node.targets]), value)

    def _ann_assign(self, node: ast.AnnAssign) -> ir.Assign | ir.AnnotatedName:
        place = self._place(node)
        if node.value is None:
            annotation = self.expression(node.annotation)
            return ir.AnnotatedName(place, self.expression(node.target), annotation)
        value = self.expression(node.value)
        return ir.Assign(place, (self.expression(node.target),), value)

    def _aug_assign(self, node: ast.AugAssign) -> ir.AugmentedAssign:
        place = self._place(node)
        value = self.expression(node.value)
        return ir.AugmentedAssign(place, self.expression(node.target), _OPERATORS[type(node.op)], value)

    def _return(self, node: ast.Return) -> ir.Return:
        return ir.Return(self._place(node), self._optional(node.value))

    def _raise(self, node: ast.Raise) -> ir.Raise:
        return ir.Raise(self._place(node), self._optional(node.exc))

    def _assert(self, node: ast.Assert) -> ir.Assert:
        return ir.Assert(self._place(node), self.expression(node.test))

    def _delete(self, node: ast.Delete) -> ir.Delete:
        place = self._place(node)
        targets = tuple([self.expression(target) for target in node.targets])
        first = targets[0]
        return ir.Delete(
            place, first.items if len(targets) == 1 and isinstance(first, ir.Display) else targets
        )

    def _break(self, node: ast.Break) -> ir.Jump:
        return ir.Jump(self._place(node), "break")

    def _continue(self, node: ast.Continue) -> ir.Jump:
        return ir.Jump(self._place(node), "continue")

    def _global(self, node: ast.Global) -> ir.Scope:
        return ir.Scope(self._place(node), "global", tuple(map(self._mangled, node.names)))

    def _nonlocal(self, node: ast.Nonlocal) -> ir.Scope:
        return ir.Scope(self._place(node), "nonlocal", tuple(map(self._mangled, node.names)))

    def _import_from(self, node: ast.ImportFrom) -> ir.ImportFrom:
        names = tuple([(alias.name, alias.asname) for alias in node.names])
        return ir.ImportFrom(self._place(node), node.module or "", node.level, names)

    def _if(self, node: ast.If) -> ir.If:
        place = self._place(node)
        branches = []
        current = node
        while True:
            branch = self._place(current)
            test = self.expression(current.test)
            branches.append(ir.Branch(branch, test, self.block(current.body)))
            orelse = current.orelse
            # An `if` inside an `else` stands further to the right.
            if (
                len(orelse) != 1
                or not isinstance(orelse[0], ast.If)
                or orelse[0].col_offset != node.col_offset
            ):
                return ir.If(place, tuple(branches), self.block(orelse))
            current = orelse[0]

    def _for(self, node: ast.For | ast.AsyncFor) -> ir.For:
        place = self._place(node)
        iterable = self.expression(node.iter)
        target = self.expression(node.target)
        return ir.For(place, target, iterable, self.block(node.body), self.block(node.orelse))

    def _while(self, node: ast.While) -> ir.While:
        place = self._place(node)
        test = self.expression(node.test)
        return ir.While(place, test, self.block(node.body), self.block(node.orelse))

    def _with(self, node: ast.With | ast.AsyncWith) -> ir.With:
        place = self._place(node)
        items = []
        for item in node.items:
            item_place = self._place(Stretch(item.context_expr, item.optional_vars or item.context_expr))
            context = self.expression(item.context_expr)
            items.append(ir.WithItem(item_place, context, self._optional(item.optional_vars)))
        return ir.With(place, tuple(items), self.block(node.body))

    def _try(self, node: Any) -> ir.Try:
        place = self._place(node)
        body = self.block(node.body)
        handlers = []
        for handler in node.handlers:
            handler_place = self._place(handler)
            exception = self._optional(handler.type)
            handlers.append(ir.Handler(handler_place, exception, handler.name, self.block(handler.body)))
        return ir.Try(place, body, tuple(handlers), self.block(node.orelse), self.block(node.finalbody))

    def _match(self, node: ast.Match) -> ir.Match:
        place = self._place(node)
        subject = self.expression(node.subject)
        cases = tuple(
            [
                ir.Case(self._place(case), tuple(_captures(case.pattern)), self.block(case.body))
                for case in node.cases
            ]
        )
        return ir.Match(place, subject, cases)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ir.FunctionDef:
        place = self._place(node)
        name_place = self._place(NameOf(node))
        decorators = tuple([self.expression(decorator) for decorator in node.decorator_list])
        parameters = self._parameters(node.args)
        self._yields.append(False)
        body = self.block(node.body)
        is_generator = self._yields.pop()
        name = self._mangled(node.name)
        is_async = isinstance(node, ast.AsyncFunctionDef)
        return ir.FunctionDef(place, name, name_place, parameters, decorators, body, is_async, is_generator)

    def _class(self, node: ast.ClassDef) -> ir.ClassDef:
        place = self._place(node)
        name_place = self._place(NameOf(node))
        decorators = tuple([self.expression(decorator) for decorator in node.decorator_list])
        arguments = (*map(self._positional, node.bases), *map(self._keyword, node.keywords))
        outer, self._class_name = self._class_name, node.name.lstrip("_")
        body = self.block(node.body)
        self._class_name = outer
        return ir.ClassDef(place, self._mangled(node.name), name_place, arguments, decorators, body)

    def _parameters(self, node: ast.arguments) -> tuple[ir.Parameter, ...]:
        plain = [*node.posonlyargs, *node.args]
        defaults = [*[None] * (len(plain) - len(node.defaults)), *node.defaults]
        kinds = ["positional-only"] * len(node.posonlyargs) + ["positional"] * len(node.args)
        lowered = [self._parameter(*each) for each in zip(plain, kinds, defaults, strict=True)]
        if node.vararg is not None:
            lowered.append(self._parameter(node.vararg, "*", None))
        for parameter, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
            lowered.append(self._parameter(parameter, "keyword-only", default))
        if node.kwarg is not None:
            lowered.append(self._parameter(node.kwarg, "**", None))
        return tuple(lowered)

    def _parameter(self, node: ast.arg, kind: str, default: ast.expr | None) -> ir.Parameter:
        name = NameOf(node)
        place = self._place(Stretch(name, name, kind) if kind in ("*", "**") else name)
        return ir.Parameter(place, self._mangled(node.arg), kind, self._optional(default))

    # Expressions

    def expression(self, node: ast.expr) -> ir.Expression:
        lowered: ir.Expression = _EXPRESSIONS[type(node)](self, node)
        return lowered

    def _optional(self, node: ast.expr | None) -> ir.Expression | None:
        return None if node is None else self.expression(node)

    def _constant(self, node: ast.Constant) -> ir.Constant:
        return ir.Constant(self._place(node), node.value)

    def _name(self, node: ast.Name) -> ir.Name:
        return ir.Name(self._place(node), self._mangled(node.id))

    def _attribute(self, node: ast.Attribute) -> ir.Attribute:
        place = self._place(node)
        value = self.expression(node.value)
        return ir.Attribute(place, value, self._mangled(node.attr), self._place(NameOf(node)))

    def _call(self, node: ast.Call) -> ir.Call:
        place = self._place(node)
        function = self.expression(node.func)
        if node.keywords and node.args and _begin(node.args[-1]) > _begin(node.keywords[0]):
            given: list[ast.expr | ast.keyword] = sorted([*node.args, *node.keywords], key=_begin)
            arguments = [
                self._keyword(each) if isinstance(each, ast.keyword) else self._positional(each)
                for each in given
            ]
            return ir.Call(place, function, tuple(arguments))
        return ir.Call(
            place, function, (*map(self._positional, node.args), *map(self._keyword, node.keywords))
        )

    def _positional(self, node: ast.expr) -> ir.Argument:
        if isinstance(node, ast.Starred):
            return ir.Argument(self._place(node), None, "*", self.expression(node.value))
        return ir.Argument(self._place(Stretch(node, node)), None, "", self.expression(node))

    def _keyword(self, node: ast.keyword) -> ir.Argument:
        place = self._place(node)
        return ir.Argument(place, node.arg, "" if node.arg else "**", self.expression(node.value))

    def _subscript(self, node: ast.Subscript) -> ir.Subscript:
        place = self._place(node)
        value = self.expression(node.value)
        return ir.Subscript(place, value, self.expression(node.slice))

    def _slice(self, node: ast.Slice) -> ir.Slice:
        place = self._place(node)
        return ir.Slice(
            place, self._optional(node.lower), self._optional(node.upper), self._optional(node.step)
        )

    def _display(self, node: ast.Tuple | ast.List | ast.Set) -> ir.Display:
        place = self._place(node)
        return ir.Display(place, _DISPLAYS[type(node)], tuple([self.expression(item) for item in node.elts]))

    def _starred(self, node: ast.Starred) -> ir.Starred:
        return ir.Starred(self._place(node), self.expression(node.value))

    def _dict(self, node: ast.Dict) -> ir.DictDisplay:
        place = self._place(node)
        items = [
            (self._optional(key), self.expression(value))
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return ir.DictDisplay(place, tuple(items))

    def _unary(self, node: ast.UnaryOp) -> ir.Operation:
        place = self._place(node)
        return ir.Operation(place, _OPERATORS[type(node.op)], (self.expression(node.operand),))

    def _binary(self, node: ast.BinOp) -> ir.Operation:
        place = self._place(node)
        left = self.expression(node.left)
        return ir.Operation(place, _OPERATORS[type(node.op)], (left, self.expression(node.right)))

    def _boolean(self, node: ast.BoolOp) -> ir.Operation:
        place = self._place(node)
        return ir.Operation(
            place, _OPERATORS[type(node.op)], tuple([self.expression(value) for value in node.values])
        )

    def _comparison(self, node: ast.Compare) -> ir.Operation:
        place = self._place(node)
        left = self.expression(node.left)
        links: list[ir.Expression] = []
        for symbol, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.expression(comparator)
            links.append(ir.Operation(place, _OPERATORS[type(symbol)], (left, right)))
            left = right
        first = links[0]
        assert isinstance(first, ir.Operation)
        return first if len(links) == 1 else ir.Operation(place, "and", tuple(links))

    def _conditional(self, node: ast.IfExp) -> ir.Conditional:
        place = self._place(node)
        test = self.expression(node.test)
        return ir.Conditional(place, test, self.expression(node.body), self.expression(node.orelse))

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> ir.Comprehension:
        place = self._place(node)
        generators = []
        for clause in node.generators:
            clause_place = self._place(clause)
            iterable = self.expression(clause.iter)
            target = self.expression(clause.target)
            conditions = tuple([self.expression(condition) for condition in clause.ifs])
            generators.append(ir.Generator(clause_place, target, iterable, conditions))
        if isinstance(node, ast.DictComp):
            key: ir.Expression | None = self.expression(node.key)
            element = self.expression(node.value)
        else:
            key, element = None, self.expression(node.elt)
        return ir.Comprehension(place, _COMPREHENSIONS[type(node)], key, element, tuple(generators))

    def _lambda(self, node: ast.Lambda) -> ir.Lambda:
        place = self._place(node)
        parameters = self._parameters(node.args)
        return ir.Lambda(place, parameters, self.expression(node.body))

    def _yield(self, node: ast.Yield) -> ir.Yield:
        self._yields[-1] = True
        return ir.Yield(self._place(node), self._optional(node.value), delegates=False)

    def _yield_from(self, node: ast.YieldFrom) -> ir.Yield:
        self._yields[-1] = True
        return ir.Yield(self._place(node), self.expression(node.value), delegates=True)

    def _await(self, node: ast.Await) -> ir.Await:
        return ir.Await(self._place(node), self.expression(node.value))

    def _walrus(self, node: ast.NamedExpr) -> ir.Walrus:
        place = self._place(node)
        value = self.expression(node.value)
        target = self.expression(node.target)
        assert isinstance(target, ir.Name)
        return ir.Walrus(place, target, value)

    def _formatted(self, node: ast.JoinedStr) -> ir.FormattedString:
        place = self._place(node)
        texts: list[str] | None = [""]
        values = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                values.append(self.expression(part.value))
                is_plain = part.conversion == -1 and part.format_spec is None
                texts = None if texts is None or not is_plain else [*texts, ""]
            elif texts is not None and isinstance(part, ast.Constant) and isinstance(part.value, str):
                texts[-1] += part.value
        return ir.FormattedString(place, None if texts is None else tuple(texts), tuple(values))


def _begin(node: ast.expr | ast.keyword) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _is_idle(node: ast.expr) -> bool:
    """Whether an expression that stands alone is text: a docstring, a comment, ``...``."""
    return isinstance(node, ast.Constant) and (isinstance(node.value, (str, bytes)) or node.value is Ellipsis)


def _captures(pattern: ast.AST) -> Iterable[str]:
    if isinstance(pattern, (ast.MatchAs, ast.MatchStar)):
        if pattern.name is not None:
            yield pattern.name
    elif isinstance(pattern, ast.MatchMapping) and pattern.rest is not None:
        yield pattern.rest
    for child in ast.iter_child_nodes(pattern):
        yield from _captures(child)


_Handler = Callable[[_Lowering, Any], Any]

_STATEMENTS: dict[type[ast.AST], _Handler] = {
    ast.AnnAssign: _Lowering._ann_assign,
    ast.Assert: _Lowering._assert,
    ast.Assign: _Lowering._assign,
    ast.AsyncFor: _Lowering._for,
    ast.AsyncFunctionDef: _Lowering._function,
    ast.AsyncWith: _Lowering._with,
    ast.AugAssign: _Lowering._aug_assign,
    ast.Break: _Lowering._break,
    ast.ClassDef: _Lowering._class,
    ast.Continue: _Lowering._continue,
    ast.Delete: _Lowering._delete,
    ast.For: _Lowering._for,
    ast.FunctionDef: _Lowering._function,
    ast.Global: _Lowering._global,
    ast.If: _Lowering._if,
    ast.ImportFrom: _Lowering._import_from,
    ast.Match: _Lowering._match,
    ast.Nonlocal: _Lowering._nonlocal,
    ast.Raise: _Lowering._raise,
    ast.Return: _Lowering._return,
    ast.Try: _Lowering._try,
    ast.While: _Lowering._while,
    ast.With: _Lowering._with,
}
if sys.version_info >= (3, 11):
    _STATEMENTS[ast.TryStar] = _Lowering._try
_EXPRESSIONS: dict[type[ast.AST], _Handler] = {
    ast.Attribute: _Lowering._attribute,
    ast.Await: _Lowering._await,
    ast.BinOp: _Lowering._binary,
    ast.BoolOp: _Lowering._boolean,
    ast.Call: _Lowering._call,
    ast.Compare: _Lowering._comparison,
    ast.Constant: _Lowering._constant,
    ast.Dict: _Lowering._dict,
    ast.DictComp: _Lowering._comprehension,
    ast.GeneratorExp: _Lowering._comprehension,
    ast.IfExp: _Lowering._conditional,
    ast.JoinedStr: _Lowering._formatted,
    ast.Lambda: _Lowering._lambda,
    ast.List: _Lowering._display,
    ast.ListComp: _Lowering._comprehension,
    ast.Name: _Lowering._name,
    ast.NamedExpr: _Lowering._walrus,
    ast.Set: _Lowering._display,
    ast.SetComp: _Lowering._comprehension,
    ast.Slice: _Lowering._slice,
    ast.Starred: _Lowering._starred,
    ast.Subscript: _Lowering._subscript,
    ast.Tuple: _Lowering._display,
    ast.UnaryOp: _Lowering._unary,
    ast.Yield: _Lowering._yield,
    ast.YieldFrom: _Lowering._yield_from,
}
