"""Lowering of LibCST's trees: place for place what :mod:`keraslint.semantics.lowering.lower` makes of Python's.

Fixes change LibCST's trees, and it reads newer syntax than the running Python
does. Its visitors and metadata providers cost several times what parsing costs;
this walk costs a twentieth of it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

import libcst as cst

from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.numbering import Numbering

_OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Add: "+",
    cst.AddAssign: "+",
    cst.And: "and",
    cst.BitAnd: "&",
    cst.BitAndAssign: "&",
    cst.BitInvert: "~",
    cst.BitOr: "|",
    cst.BitOrAssign: "|",
    cst.BitXor: "^",
    cst.BitXorAssign: "^",
    cst.Divide: "/",
    cst.DivideAssign: "/",
    cst.Equal: "==",
    cst.FloorDivide: "//",
    cst.FloorDivideAssign: "//",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.In: "in",
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.LeftShift: "<<",
    cst.LeftShiftAssign: "<<",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.MatrixMultiply: "@",
    cst.MatrixMultiplyAssign: "@",
    cst.Minus: "-",
    cst.Modulo: "%",
    cst.ModuloAssign: "%",
    cst.Multiply: "*",
    cst.MultiplyAssign: "*",
    cst.Not: "not",
    cst.NotEqual: "!=",
    cst.NotIn: "not in",
    cst.Or: "or",
    cst.Plus: "+",
    cst.Power: "**",
    cst.PowerAssign: "**",
    cst.RightShift: ">>",
    cst.RightShiftAssign: ">>",
    cst.Subtract: "-",
    cst.SubtractAssign: "-",
}
_DISPLAYS = {cst.Tuple: "tuple", cst.List: "list", cst.Set: "set"}
_COMPREHENSIONS = {
    cst.ListComp: "list",
    cst.SetComp: "set",
    cst.DictComp: "dict",
    cst.GeneratorExp: "generator",
}
_KEYWORDS = {"None": None, "True": True, "False": False}


def lower_with_nodes(tree: cst.Module) -> tuple[ir.Module, list[cst.CSTNode]]:
    """Lower a parsed file and return its nodes as well, indexed by place."""
    lowering = _Lowering()
    body = lowering.block(tree.body)
    return ir.Module(body, len(lowering.nodes)), lowering.nodes


class _Lowering(Numbering[cst.CSTNode]):
    # Statements

    def block(self, statements: Iterable[cst.CSTNode]) -> ir.Block:
        lowered: list[ir.Statement] = []
        for statement in statements:
            if type(statement) is cst.SimpleStatementLine:
                for small in statement.body:
                    handler = _SMALL_STATEMENTS.get(type(small))
                    if handler is not None:
                        lowered.extend(handler(self, small))
            else:
                handler = _COMPOUND_STATEMENTS.get(type(statement))
                if handler is not None:
                    lowered.append(handler(self, statement))
        return tuple(lowered)

    def _suite(self, suite: cst.BaseSuite) -> ir.Block:
        if isinstance(suite, cst.SimpleStatementSuite):
            return self.block([cst.SimpleStatementLine(suite.body)])
        return self.block(suite.body)

    def _orelse(self, orelse: cst.Else | cst.Finally | None) -> ir.Block:
        return () if orelse is None else self._suite(orelse.body)

    def _expr(self, node: cst.Expr) -> Iterable[ir.Statement]:
        if isinstance(node.value, (cst.SimpleString, cst.Ellipsis)):
            return ()
        if isinstance(node.value, cst.ConcatenatedString) and not _is_formatted(node.value):
            return ()
        return (ir.ExpressionStatement(self._place(node), self.expression(node.value)),)

    def _assign(self, node: cst.Assign) -> Iterable[ir.Statement]:
        place = self._place(node)
        value = self.expression(node.value)
        targets = tuple(self.expression(target.target) for target in node.targets)
        return (ir.Assign(place, targets, value),)

    def _ann_assign(self, node: cst.AnnAssign) -> Iterable[ir.Statement]:
        place = self._place(node)
        if node.value is None:
            annotation = self.expression(node.annotation.annotation)
            return (ir.AnnotatedName(place, self.expression(node.target), annotation),)
        value = self.expression(node.value)
        return (ir.Assign(place, (self.expression(node.target),), value),)

    def _aug_assign(self, node: cst.AugAssign) -> Iterable[ir.Statement]:
        place = self._place(node)
        value = self.expression(node.value)
        target = self.expression(node.target)
        return (ir.AugmentedAssign(place, target, _OPERATORS[type(node.operator)], value),)

    def _return(self, node: cst.Return) -> Iterable[ir.Statement]:
        return (ir.Return(self._place(node), self._optional(node.value)),)

    def _raise(self, node: cst.Raise) -> Iterable[ir.Statement]:
        return (ir.Raise(self._place(node), self._optional(node.exc)),)

    def _assert(self, node: cst.Assert) -> Iterable[ir.Statement]:
        return (ir.Assert(self._place(node), self.expression(node.test)),)

    def _del(self, node: cst.Del) -> Iterable[ir.Statement]:
        place = self._place(node)
        if isinstance(node.target, cst.Tuple) and not node.target.lpar:
            return (ir.Delete(place, tuple(self._element(item) for item in node.target.elements)),)
        target = self.expression(node.target)
        return (ir.Delete(place, target.items if isinstance(target, ir.Display) else (target,)),)

    def _break(self, node: cst.Break) -> Iterable[ir.Statement]:
        return (ir.Jump(self._place(node), "break"),)

    def _continue(self, node: cst.Continue) -> Iterable[ir.Statement]:
        return (ir.Jump(self._place(node), "continue"),)

    def _global(self, node: cst.Global) -> Iterable[ir.Statement]:
        return (ir.Scope(self._place(node), "global", self._item_names(node.names)),)

    def _nonlocal(self, node: cst.Nonlocal) -> Iterable[ir.Statement]:
        return (ir.Scope(self._place(node), "nonlocal", self._item_names(node.names)),)

    def _import(self, node: cst.Import) -> Iterable[ir.Statement]:
        return tuple(
            ir.Import(self._place(alias), _dotted(alias.name), _alias(alias)) for alias in node.names
        )

    def _import_from(self, node: cst.ImportFrom) -> Iterable[ir.Statement]:
        module = "" if node.module is None else _dotted(node.module)
        if isinstance(node.names, cst.ImportStar):
            names: tuple[tuple[str, str | None], ...] = (("*", None),)
        else:
            names = tuple((_dotted(alias.name), _alias(alias)) for alias in node.names)
        return (ir.ImportFrom(self._place(node), module, len(node.relative), names),)

    def _item_names(self, items: Sequence[cst.NameItem]) -> tuple[str, ...]:
        return tuple(self._mangled(item.name.value) for item in items)

    def _if(self, node: cst.If) -> ir.If:
        place = self._place(node)
        branches = []
        current: cst.If | cst.Else | None = node
        while isinstance(current, cst.If):
            branch = self._place(current)
            test = self.expression(current.test)
            branches.append(ir.Branch(branch, test, self._suite(current.body)))
            current = current.orelse
        return ir.If(place, tuple(branches), self._orelse(current))

    def _for(self, node: cst.For) -> ir.For:
        place = self._place(node)
        iterable = self.expression(node.iter)
        target = self.expression(node.target)
        return ir.For(place, target, iterable, self._suite(node.body), self._orelse(node.orelse))

    def _while(self, node: cst.While) -> ir.While:
        place = self._place(node)
        test = self.expression(node.test)
        return ir.While(place, test, self._suite(node.body), self._orelse(node.orelse))

    def _with(self, node: cst.With) -> ir.With:
        place = self._place(node)
        items = []
        for item in node.items:
            item_place = self._place(item)
            context = self.expression(item.item)
            target = None if item.asname is None else self.expression(item.asname.name)
            items.append(ir.WithItem(item_place, context, target))
        return ir.With(place, tuple(items), self._suite(node.body))

    def _try(self, node: cst.Try | cst.TryStar) -> ir.Try:
        place = self._place(node)
        body = self._suite(node.body)
        handlers = []
        for handler in node.handlers:
            handler_place = self._place(handler)
            exception = self._optional(handler.type)
            name = None
            if handler.name is not None and isinstance(handler.name.name, cst.Name):
                name = handler.name.name.value
            handlers.append(ir.Handler(handler_place, exception, name, self._suite(handler.body)))
        return ir.Try(place, body, tuple(handlers), self._orelse(node.orelse), self._orelse(node.finalbody))

    def _match(self, node: cst.Match) -> ir.Match:
        place = self._place(node)
        subject = self.expression(node.subject)
        cases = tuple(
            ir.Case(self._place(case), tuple(_captures(case.pattern)), self._suite(case.body))
            for case in node.cases
        )
        return ir.Match(place, subject, cases)

    def _function(self, node: cst.FunctionDef) -> ir.FunctionDef:
        place = self._place(node)
        name_place = self._place(node.name)
        decorators = tuple(self.expression(decorator.decorator) for decorator in node.decorators)
        parameters = self._parameters(node.params)
        self._yields.append(False)
        body = self._suite(node.body)
        is_generator = self._yields.pop()
        is_async = node.asynchronous is not None
        return ir.FunctionDef(
            place,
            self._mangled(node.name.value),
            name_place,
            parameters,
            decorators,
            body,
            is_async,
            is_generator,
        )

    def _class(self, node: cst.ClassDef) -> ir.ClassDef:
        place = self._place(node)
        name_place = self._place(node.name)
        decorators = tuple(self.expression(decorator.decorator) for decorator in node.decorators)
        arguments = self._arguments([*node.bases, *node.keywords])
        outer, self._class_name = self._class_name, node.name.value.lstrip("_")
        body = self._suite(node.body)
        self._class_name = outer
        return ir.ClassDef(place, self._mangled(node.name.value), name_place, arguments, decorators, body)

    def _parameters(self, node: cst.Parameters) -> tuple[ir.Parameter, ...]:
        lowered = [self._parameter(param, "positional-only") for param in node.posonly_params]
        lowered += [self._parameter(param, "positional") for param in node.params]
        if isinstance(node.star_arg, cst.Param):
            lowered.append(self._parameter(node.star_arg, "*"))
        lowered += [self._parameter(param, "keyword-only") for param in node.kwonly_params]
        if node.star_kwarg is not None:
            lowered.append(self._parameter(node.star_kwarg, "**"))
        return tuple(lowered)

    def _parameter(self, node: cst.Param, kind: str) -> ir.Parameter:
        name = self._mangled(node.name.value)
        return ir.Parameter(self._place(node), name, kind, self._optional(node.default))

    # Expressions

    def expression(self, node: cst.BaseExpression) -> ir.Expression:
        handler = _EXPRESSIONS.get(type(node))
        if handler is None:
            return ir.Constant(self._place(node), Ellipsis)
        lowered: ir.Expression = handler(self, node)
        return lowered

    def _optional(self, node: cst.BaseExpression | None) -> ir.Expression | None:
        return None if node is None else self.expression(node)

    def _name(self, node: cst.Name) -> ir.Expression:
        if node.value in _KEYWORDS:
            return ir.Constant(self._place(node), _KEYWORDS[node.value])
        return ir.Name(self._place(node), self._mangled(node.value))

    def _attribute(self, node: cst.Attribute) -> ir.Expression:
        place = self._place(node)
        value = self.expression(node.value)
        return ir.Attribute(place, value, self._mangled(node.attr.value), self._place(node.attr))

    def _call(self, node: cst.Call) -> ir.Expression:
        place = self._place(node)
        return ir.Call(place, self.expression(node.func), self._arguments(node.args))

    def _arguments(self, nodes: Sequence[cst.Arg]) -> tuple[ir.Argument, ...]:
        return tuple(
            ir.Argument(
                self._place(arg),
                None if arg.keyword is None else arg.keyword.value,
                arg.star,
                self.expression(arg.value),
            )
            for arg in nodes
        )

    def _subscript(self, node: cst.Subscript) -> ir.Expression:
        place = self._place(node)
        value = self.expression(node.value)
        first = node.slice[0]
        if len(node.slice) == 1 and not isinstance(first.comma, cst.Comma) and not _is_starred(first.slice):
            return ir.Subscript(place, value, self._index(first.slice))
        # The indices are a tuple that has no node of its own.
        keys_place = self._place(node)
        keys = tuple(self._index(element.slice) for element in node.slice)
        return ir.Subscript(place, value, ir.Display(keys_place, "tuple", keys))

    def _index(self, node: cst.BaseSlice) -> ir.Expression:
        if isinstance(node, cst.Slice):
            place = self._place(node)
            return ir.Slice(
                place, self._optional(node.lower), self._optional(node.upper), self._optional(node.step)
            )
        assert isinstance(node, cst.Index)
        if _is_starred(node):
            return ir.Starred(self._place(node), self.expression(node.value))
        return self.expression(node.value)

    def _display(self, node: cst.Tuple | cst.List | cst.Set) -> ir.Expression:
        place = self._place(node)
        items = tuple(self._element(element) for element in node.elements)
        return ir.Display(place, _DISPLAYS[type(node)], items)

    def _element(self, node: cst.BaseElement) -> ir.Expression:
        if isinstance(node, cst.StarredElement):
            return ir.Starred(self._place(node), self.expression(node.value))
        return self.expression(node.value)

    def _dict(self, node: cst.Dict) -> ir.Expression:
        place = self._place(node)
        items: list[tuple[ir.Expression | None, ir.Expression]] = []
        for element in node.elements:
            key = self.expression(element.key) if isinstance(element, cst.DictElement) else None
            items.append((key, self.expression(element.value)))
        return ir.DictDisplay(place, tuple(items))

    def _unary(self, node: cst.UnaryOperation) -> ir.Expression:
        place = self._place(node)
        return ir.Operation(place, _OPERATORS[type(node.operator)], (self.expression(node.expression),))

    def _boolean(self, node: cst.BooleanOperation) -> ir.Expression:
        place = self._place(node)
        operands: list[cst.BaseExpression] = [node.right]
        left = node.left
        while (
            isinstance(left, cst.BooleanOperation)
            and type(left.operator) is type(node.operator)
            and not left.lpar
        ):
            operands.append(left.right)
            left = left.left
        operands.append(left)
        values = tuple(self.expression(operand) for operand in reversed(operands))
        return ir.Operation(place, _OPERATORS[type(node.operator)], values)

    def _binary(self, node: cst.BinaryOperation) -> ir.Expression:
        place = self._place(node)
        left = self.expression(node.left)
        return ir.Operation(place, _OPERATORS[type(node.operator)], (left, self.expression(node.right)))

    def _comparison(self, node: cst.Comparison) -> ir.Expression:
        place = self._place(node)
        left = self.expression(node.left)
        links: list[ir.Expression] = []
        for target in node.comparisons:
            right = self.expression(target.comparator)
            links.append(ir.Operation(place, _OPERATORS[type(target.operator)], (left, right)))
            left = right
        return links[0] if len(links) == 1 else ir.Operation(place, "and", tuple(links))

    def _conditional(self, node: cst.IfExp) -> ir.Expression:
        place = self._place(node)
        test = self.expression(node.test)
        return ir.Conditional(place, test, self.expression(node.body), self.expression(node.orelse))

    def _comprehension(
        self, node: cst.ListComp | cst.SetComp | cst.DictComp | cst.GeneratorExp
    ) -> ir.Expression:
        place = self._place(node)
        generators = []
        clause: cst.CompFor | None = node.for_in
        while clause is not None:
            clause_place = self._place(clause)
            iterable = self.expression(clause.iter)
            target = self.expression(clause.target)
            conditions = tuple(self.expression(condition.test) for condition in clause.ifs)
            generators.append(ir.Generator(clause_place, target, iterable, conditions))
            clause = clause.inner_for_in
        key = self.expression(node.key) if isinstance(node, cst.DictComp) else None
        element = self.expression(node.value if isinstance(node, cst.DictComp) else node.elt)
        return ir.Comprehension(place, _COMPREHENSIONS[type(node)], key, element, tuple(generators))

    def _lambda(self, node: cst.Lambda) -> ir.Expression:
        place = self._place(node)
        parameters = self._parameters(node.params)
        return ir.Lambda(place, parameters, self.expression(node.body))

    def _yield(self, node: cst.Yield) -> ir.Expression:
        self._yields[-1] = True
        place = self._place(node)
        if isinstance(node.value, cst.From):
            return ir.Yield(place, self.expression(node.value.item), delegates=True)
        return ir.Yield(place, self._optional(node.value), delegates=False)

    def _await(self, node: cst.Await) -> ir.Expression:
        return ir.Await(self._place(node), self.expression(node.expression))

    def _walrus(self, node: cst.NamedExpr) -> ir.Expression:
        place = self._place(node)
        value = self.expression(node.value)
        target = self.expression(node.target)
        assert isinstance(target, ir.Name)
        return ir.Walrus(place, target, value)

    def _number(self, node: cst.Integer | cst.Float | cst.Imaginary) -> ir.Expression:
        return ir.Constant(self._place(node), ast.literal_eval(node.value))

    def _string(self, node: cst.SimpleString) -> ir.Expression:
        return ir.Constant(self._place(node), _string_value(node.value))

    def _concatenated(self, node: cst.ConcatenatedString) -> ir.Expression:
        if _is_formatted(node):
            return self._formatted(node)
        return ir.Constant(self._place(node), _joined(node))

    def _formatted(self, node: cst.BaseString) -> ir.Expression:
        place = self._place(node)
        texts: list[str] | None = [""]
        values = []
        for part in _parts(node):
            if isinstance(part, cst.FormattedStringExpression):
                values.append(self.expression(part.expression))
                is_plain = part.conversion is None and part.format_spec is None and part.equal is None
                texts = None if texts is None or not is_plain else [*texts, ""]
            elif texts is not None:
                texts[-1] += part
        return ir.FormattedString(place, None if texts is None else tuple(texts), tuple(values))


def _parts(node: cst.BaseString) -> Iterator[str | cst.FormattedStringExpression]:
    """The texts and the expressions of strings that stand side by side."""
    if isinstance(node, cst.ConcatenatedString):
        yield from _parts(node.left)
        yield from _parts(node.right)
    elif isinstance(node, cst.FormattedString):
        for part in node.parts:
            if isinstance(part, cst.FormattedStringExpression):
                yield part
            elif isinstance(part, cst.FormattedStringText):
                text = part.value.replace("{{", "{").replace("}}", "}")
                yield str(_string_value(f"{node.start.replace('f', '').replace('F', '')}{text}{node.end}"))
    elif isinstance(node, cst.SimpleString):
        yield str(_string_value(node.value))


def _dotted(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


def _alias(node: cst.ImportAlias) -> str | None:
    return None if node.asname is None else _dotted(node.asname.name)


def _captures(pattern: cst.CSTNode) -> Iterable[str]:
    if isinstance(pattern, (cst.MatchAs, cst.MatchStar)):
        if pattern.name is not None:
            yield pattern.name.value
    elif isinstance(pattern, cst.MatchMapping) and pattern.rest is not None:
        yield pattern.rest.value
    for child in pattern.children:
        yield from _captures(child)


def _string_value(literal: str) -> object:
    if literal[0] in "'\"" and "\\" not in literal and "\r" not in literal:
        return literal[3:-3] if literal[:3] in ("'''", '"""') else literal[1:-1]
    return ast.literal_eval(literal)


def _joined(node: cst.BaseString) -> object:
    """The value of a string, or of several side by side."""
    if isinstance(node, cst.ConcatenatedString):
        left, right = _joined(node.left), _joined(node.right)
        if isinstance(left, str) and isinstance(right, str):
            return left + right
        return left + right if isinstance(left, bytes) and isinstance(right, bytes) else Ellipsis
    return _string_value(node.value) if isinstance(node, cst.SimpleString) else Ellipsis


def _is_formatted(node: cst.BaseString) -> bool:
    """Whether an f-string is among strings that stand side by side."""
    if isinstance(node, cst.ConcatenatedString):
        return _is_formatted(node.left) or _is_formatted(node.right)
    return isinstance(node, cst.FormattedString)


def _is_starred(node: cst.BaseSlice) -> bool:
    return isinstance(node, cst.Index) and bool(node.star)


_Handler = Callable[[_Lowering, Any], Any]

_SMALL_STATEMENTS: dict[type[cst.CSTNode], _Handler] = {
    cst.AnnAssign: _Lowering._ann_assign,
    cst.Assert: _Lowering._assert,
    cst.Assign: _Lowering._assign,
    cst.AugAssign: _Lowering._aug_assign,
    cst.Break: _Lowering._break,
    cst.Continue: _Lowering._continue,
    cst.Del: _Lowering._del,
    cst.Expr: _Lowering._expr,
    cst.Global: _Lowering._global,
    cst.Import: _Lowering._import,
    cst.ImportFrom: _Lowering._import_from,
    cst.Nonlocal: _Lowering._nonlocal,
    cst.Raise: _Lowering._raise,
    cst.Return: _Lowering._return,
}
_COMPOUND_STATEMENTS: dict[type[cst.CSTNode], _Handler] = {
    cst.ClassDef: _Lowering._class,
    cst.For: _Lowering._for,
    cst.FunctionDef: _Lowering._function,
    cst.If: _Lowering._if,
    cst.Match: _Lowering._match,
    cst.Try: _Lowering._try,
    cst.TryStar: _Lowering._try,
    cst.While: _Lowering._while,
    cst.With: _Lowering._with,
}
_EXPRESSIONS: dict[type[cst.CSTNode], _Handler] = {
    cst.Attribute: _Lowering._attribute,
    cst.Await: _Lowering._await,
    cst.BinaryOperation: _Lowering._binary,
    cst.BooleanOperation: _Lowering._boolean,
    cst.Call: _Lowering._call,
    cst.Comparison: _Lowering._comparison,
    cst.ConcatenatedString: _Lowering._concatenated,
    cst.Dict: _Lowering._dict,
    cst.DictComp: _Lowering._comprehension,
    cst.Float: _Lowering._number,
    cst.FormattedString: _Lowering._formatted,
    cst.GeneratorExp: _Lowering._comprehension,
    cst.IfExp: _Lowering._conditional,
    cst.Imaginary: _Lowering._number,
    cst.Integer: _Lowering._number,
    cst.Lambda: _Lowering._lambda,
    cst.List: _Lowering._display,
    cst.ListComp: _Lowering._comprehension,
    cst.Name: _Lowering._name,
    cst.NamedExpr: _Lowering._walrus,
    cst.Set: _Lowering._display,
    cst.SetComp: _Lowering._comprehension,
    cst.SimpleString: _Lowering._string,
    cst.Subscript: _Lowering._subscript,
    cst.Tuple: _Lowering._display,
    cst.UnaryOperation: _Lowering._unary,
    cst.Yield: _Lowering._yield,
}
