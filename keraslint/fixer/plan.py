"""What the changes of a fix come to in one file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cached_property
from functools import partial
from itertools import pairwise
from typing import Any

import libcst as cst

from keraslint import changes
from keraslint.fixer import templates
from keraslint.fixer.alignment import moved_with_bracket
from keraslint.fixer.arguments import add_parameter
from keraslint.fixer.arguments import name_argument
from keraslint.fixer.arguments import place_of
from keraslint.fixer.arguments import remove_argument
from keraslint.fixer.arguments import set_argument
from keraslint.fixer.blocks import BlockPlan
from keraslint.fixer.blocks import Statement
from keraslint.fixer.blocks import with_own_comments
from keraslint.fixer.chains import in_line_of
from keraslint.fixer.chains import in_line_with
from keraslint.fixer.edits import Replacement
from keraslint.fixer.edits import Span
from keraslint.fixer.edits import difference
from keraslint.fixer.edits import joined
from keraslint.fixer.imports import Imports
from keraslint.fixer.rewrite import Rewriter
from keraslint.fixer.small import indices_of
from keraslint.fixer.small import with_renamed_import
from keraslint.fixer.small import without_items
from keraslint.fixer.small import without_statements
from keraslint.fixer.tree import FileTree
from keraslint.fixer.tree import UnplaceableError
from keraslint.fixer.tree import lost_comments
from keraslint.fixer.units import Unit
from keraslint.fixer.units import units_of
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.lowering.trees import tree_of

_LINES = (cst.SimpleStatementLine, cst.SimpleStatementSuite, cst.BaseCompoundStatement)
_Nodes = Mapping[str, cst.BaseExpression]


class FilePlan:
    """Gathers the changes of one fix in one file and makes them replacements in its text."""

    def __init__(self, tree: FileTree, imports: Imports) -> None:
        self.tree = tree
        self._imports = imports
        self._rewriter = Rewriter(tree)
        self._claims: list[tuple[cst.CSTNode, cst.CSTNode]] = []
        self._blocks: dict[cst.CSTNode, BlockPlan] = {tree.module: BlockPlan()}
        self._removed: dict[cst.CSTNode, list[cst.CSTNode]] = defaultdict(list)
        self._dropped: dict[cst.CSTNode, list[cst.CSTNode]] = defaultdict(list)

    def add(self, change: changes.Change) -> None:
        """Take one more change; raises UnplaceableError where it cannot be made."""
        _PLANNERS[type(change)](self, change)

    def replacements(self) -> list[Replacement]:
        """Carry the changes out and return what they come to, in order."""
        self._settle()
        planned, index = self._planned(), self.tree.index
        found = {run.start: list(self._in_run(run)) for run in _runs(planned)}
        for place in {index[node] for node in self._rewriter.touched if node in index} - planned:
            units = units_of(Unit(self.tree.module.body[place]), self._rewriter)
            found[place] = sorted(each for unit in units for each in self._in_unit(unit))
        return joined(self.tree.text, [each for place in sorted(found) for each in found[place]])

    def _planned(self) -> set[int]:
        """The statements of the top level that themselves come, go or move."""
        index, plan = self.tree.index, self._blocks[self.tree.module]
        found = {index[node] for node in plan.concerned}
        for first, last, _ in plan.wrapped:
            ends = index[first], index[last]
            found.update(range(min(ends), max(ends)))
        return {0, *found} if plan.start or None in plan.imports else found

    def _in_run(self, run: range) -> Iterator[Replacement]:
        """The replacements for statements of the top level that stand together."""
        tree, rewriter = self.tree, self._rewriter
        originals = [tree.module.body[index] for index in run]
        updated = [rewriter.rendered(item) if item in rewriter.touched else item for item in originals]
        made = self._blocks[tree.module].carry_out(originals, updated, is_beginning=0 in run)
        pieces = dict(zip(run, made, strict=True))
        changed = [
            index
            for index in run
            if len(pieces[index]) != 1 or pieces[index][0] is not tree.module.body[index]
        ]
        for part in _runs(changed):
            old = "".join(map(tree.text_of, part))
            new = "".join(tree.module.code_for_node(line) for index in part for line in pieces[index])
            yield from self._replaced(tree.bounds[part.start], old, "", new)

    def _in_unit(self, unit: Unit) -> Iterator[Replacement]:
        """The replacements for a statement that is the smallest to hold its changes."""
        start, old = self.tree.text_in(*unit)
        updated = self._rewriter.rendered(unit.statement)
        yield from self._replaced(start, old, *self.tree.code_in(updated, unit.blocks))

    def _replaced(self, start: int, old: str, headings: str, new: str) -> Iterator[Replacement]:
        """What is to be replaced for ``old``, which begins at ``start``, to become ``new``."""
        tree_of(headings + new)
        end, length = start + len(old), self.tree.length
        if end > length:
            old, new = old[: length - start], new.removesuffix(self.tree.module.default_newline)
        claims = [
            (first - start, last - start) for first, last in self._claimed if start <= first and last <= end
        ]
        for first, last, text in difference(old, new, claims):
            yield first + start, last + start, text

    @cached_property
    def _claimed(self) -> list[Span]:
        """The spans of what changes stand for as a whole, once all changes are known."""
        return [(self.tree.span(first)[0], self.tree.span(last)[1]) for first, last in self._claims]

    # Changes

    def _replace_expression(self, change: changes.ReplaceExpression) -> None:
        node = self._expression(change.at)
        parent = self._parent(node)
        holes = self._holes(change.template, node, change.at.place)
        around = any(self._expression(site) is node for site in change.template.nodes.values())
        if not around:
            self._claims.append((node, node))
        receiver = (
            node.func.value if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) else None
        )
        nodes = change.template.nodes
        receivers = [name for name, site in nodes.items() if self._expression(site) is receiver]

        def operation(updated: cst.BaseExpression) -> cst.BaseExpression:
            bare = templates.bare(updated)
            filled = holes(node, bare)
            new = templates.expression(change.template.code, filled)
            for name in receivers:
                new = in_line_of(new, filled[name], updated)
            if around:
                new = in_line_with(new, bare, updated)
            fits = around and bare is updated
            new = templates.fitted(new, node, parent) if fits else templates.in_place_of(node, new, parent)
            if lost_comments(updated, new):
                raise UnplaceableError("a comment inside of what is replaced would be lost")
            return new

        self._rewriter.on(node, operation)
        self._keep_aligned(node, parent)

    def _keep_aligned(self, node: cst.BaseExpression, parent: cst.CSTNode) -> None:
        """Let the lines of a call follow its bracket where ``node`` is its name."""
        link = parent if isinstance(parent, cst.Attribute) and parent.attr is node else None
        call = parent if link is None else self._parent(link)
        if not isinstance(call, cst.Call) or call.func is not (link or node):
            return
        line = next((each for each in self.tree.path(call) if isinstance(each, _LINES)), None)
        if line is None:
            return
        column = self._column(self.tree.span(call.func)[1]) + 1
        indent = self._column(self.tree.span(line)[0])

        def operation(updated: cst.Call) -> cst.Call:
            name = updated.func
            if link is not None and isinstance(name, cst.Attribute):
                name = name.attr
            return moved_with_bracket(updated, _width(name) - _width(node), column, indent)

        self._rewriter.on_arguments(call, operation)

    def _column(self, offset: int) -> int:
        return offset - self.tree.text.rfind("\n", 0, offset) - 1

    def _set_argument(self, change: changes.SetArgument) -> None:
        call = self._call(change.call)
        holes = self._holes(change.value, call, change.call.place)
        self._claims += [(arg.value, arg.value) for arg in _named(call, change.name)]

        def operation(updated: cst.Call) -> cst.Call:
            value = templates.expression(change.value.code, holes(call, updated))
            return set_argument(updated, change.name, value)

        self._rewriter.on_arguments(call, operation)

    def _remove_argument(self, change: changes.RemoveArgument) -> None:
        call = self._call(change.call)
        self._claims += [(arg, arg) for arg in _named(call, change.name)]
        self._rewriter.on_arguments(call, lambda updated: remove_argument(updated, change.name))

    def _name_argument(self, change: changes.NameArgument) -> None:
        call = self._call(change.call)
        arg = call.args[place_of(call, change.argument)]
        self._claims.append((arg, arg))
        self._rewriter.on_arguments(
            call, lambda updated: name_argument(updated, change.argument, change.name)
        )

    def _rename_import(self, change: changes.RenameImport) -> None:
        node = self._node(change.at)
        if not isinstance(node, cst.ImportFrom):
            raise UnplaceableError("no import of a name there")
        self._claims.append((node, node))
        self._rewriter.on(node, lambda updated: with_renamed_import(updated, change.name, change.new))

    def _swap_calls(self, change: changes.SwapCalls) -> None:
        first, second = self._call(change.first), self._call(change.second)
        self._rewriter.swap(first, second)
        for call in (first, second):
            assert isinstance(call.func, cst.Attribute)
            self._claims.append((call.func.attr, call))

    def _insert_statement(self, change: changes.InsertStatement) -> None:
        node = self._node(change.at)
        if change.position == "body-start":
            if not isinstance(node, (cst.FunctionDef, cst.ClassDef)) or not isinstance(
                node.body, cst.IndentedBlock
            ):
                raise UnplaceableError("no block to begin with a statement")
            self._block(node.body).start.append(self._maker(change.template, node.body, change.at.place))
            return
        before = change.position == "before"
        statement, block = self._statement(node, 0 if before else -1)
        side = self._block(block).before if before else self._block(block).after
        side[statement].append(self._maker(change.template, node, change.at.place))

    def _move_statement(self, change: changes.MoveStatement) -> None:
        node = self._node(change.at)
        line = next((each for each in [node, *self.tree.path(node)] if isinstance(each, _LINES)), None)
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
            raise UnplaceableError("the statement shares its line with others")
        statement, block = self._statement(self._node(change.before), 0)
        self._block(self._parent(line)).moved.add(line)
        self._block(block).before[statement].append(
            lambda: [with_own_comments(self._rewriter.rendered(line))]
        )
        self._claims.append((line, line))

    def _remove_statement(self, change: changes.RemoveStatement) -> None:
        node = self._node(change.at)
        parent = self._parent(node)
        if isinstance(parent, cst.AssignTarget):
            node = self._parent(parent)
            parent = self._parent(node)
            if not isinstance(node, cst.Assign) or len(node.targets) != 1:
                raise UnplaceableError("the statement assigns to something else as well")
        elif isinstance(parent, cst.Expr) or (
            isinstance(node, cst.ImportAlias)
            and isinstance(parent, (cst.Import, cst.ImportFrom))
            and isinstance(parent.names, Sequence)
            and len(parent.names) == 1
        ):
            node, parent = parent, self._parent(parent)
        if isinstance(node, cst.BaseSmallStatement):
            self._removed[parent].append(node)
        elif isinstance(node, cst.BaseCompoundStatement) and isinstance(
            parent, (cst.IndentedBlock, cst.Module)
        ):
            self._block(parent).removed.add(node)
        else:
            raise UnplaceableError("no statement to remove")
        self._claims.append((node, node))

    def _add_parameter(self, change: changes.AddParameter) -> None:
        node = self._node(change.at)
        if not isinstance(node, cst.FunctionDef):
            raise UnplaceableError("no function to give a parameter")
        self._rewriter.on(node, lambda updated: add_parameter(updated, change.code))

    def _add_decorator(self, change: changes.AddDecorator) -> None:
        node = self._node(change.at)
        if not isinstance(node, cst.FunctionDef):
            raise UnplaceableError("no function to decorate")
        holes = self._holes(change.template, node, change.at.place)

        def operation(updated: cst.FunctionDef) -> cst.FunctionDef:
            decorator = cst.Decorator(templates.expression(change.template.code, holes(None, None)))
            if any(each.decorator.deep_equals(decorator.decorator) for each in updated.decorators):
                return updated
            return updated.with_changes(decorators=[*updated.decorators, decorator])

        self._rewriter.on(node, operation)

    def _unwrap_with(self, change: changes.UnwrapWith) -> None:
        item = self._node(change.item)
        parent = self._parent(item)
        if not isinstance(item, cst.WithItem):
            raise UnplaceableError("no item of a with statement")
        self._dropped[parent].append(item)

    def _wrap_in_with(self, change: changes.WrapInWith) -> None:
        first, block = self._statement(self._node(change.first), 0)
        last, other = self._statement(self._node(change.last), -1)
        if block is not other:
            raise UnplaceableError("the statements stand in different blocks")
        node = self._node(change.first)
        holes = self._holes(change.template, node, change.first.place)

        def context() -> cst.BaseExpression:
            return templates.expression(change.template.code, holes(None, None))

        self._block(block).wrapped.append((first, last, context))
        self._claims.append(([*getattr(first, "decorators", ()), first][0], last))

    # What changes share

    def _settle(self) -> None:
        """Register what depends on all changes together."""
        for container, statements in self._removed.items():
            assert isinstance(container, (cst.SimpleStatementLine, cst.SimpleStatementSuite))
            indices = indices_of(statements, container.body)
            if isinstance(container, cst.SimpleStatementLine) and len(indices) == len(container.body):
                self._block(self._parent(container)).removed.add(container)
            else:
                self._rewriter.on(container, partial(without_statements, indices=indices))
        for statement, items in self._dropped.items():
            assert isinstance(statement, cst.With)
            indices = indices_of(items, statement.items)
            if len(indices) == len(statement.items):
                self._block(self._parent(statement)).unwrapped.add(statement)
                self._claims.append((statement, statement))
            else:
                self._rewriter.on(statement, partial(without_items, indices=indices))
                self._claims += [(item, item) for item in items]

    def _node(self, site: Site) -> cst.CSTNode:
        if site.file != self.tree.name:
            raise UnplaceableError("a change that spans files")
        return self.tree.node(site.place)

    def _expression(self, site: Site) -> cst.BaseExpression:
        node = self._node(site)
        if isinstance(node, cst.Arg):
            node = node.value
        if not isinstance(node, cst.BaseExpression):
            raise UnplaceableError("no expression there")
        return node

    def _call(self, site: Site) -> cst.Call:
        node = self._node(site)
        if not isinstance(node, cst.Call):
            raise UnplaceableError("no call there")
        return node

    def _parent(self, node: cst.CSTNode) -> cst.CSTNode:
        path = self.tree.path(node)
        return path[0] if path else self.tree.module

    def _statement(self, node: cst.CSTNode, edge: int) -> tuple[Statement, cst.CSTNode]:
        """The statement around a node that stands in a block, and that block.

        On a line of several, only the one at the edge, the first or the last, stands for the line.
        """
        chain = [node, *self.tree.path(node), self.tree.module]
        for inner, outer in pairwise(chain):
            if isinstance(inner, (cst.Lambda, cst.SimpleStatementSuite)):
                break
            if isinstance(outer, (cst.IndentedBlock, cst.Module)):
                if isinstance(inner, cst.SimpleStatementLine) and inner.body[edge] not in chain:
                    break
                assert isinstance(inner, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
                return inner, outer
        raise UnplaceableError("no line of its own to put a statement beside")

    def _block(self, node: cst.CSTNode) -> BlockPlan:
        if node not in self._blocks:
            assert isinstance(node, cst.IndentedBlock)
            block, plan = node, BlockPlan()
            self._blocks[node] = plan
            self._rewriter.on(block, lambda updated: plan.in_block(block, updated))
        return self._blocks[node]

    def _maker(
        self, template: changes.Template, node: cst.CSTNode, place: int
    ) -> Callable[[], Sequence[Statement]]:
        holes = self._holes(template, node, place)
        return lambda: templates.statements(template.code, holes(None, None))

    def _holes(
        self, template: changes.Template, node: cst.CSTNode, place: int
    ) -> Callable[[cst.CSTNode | None, cst.BaseExpression | None], _Nodes]:
        """What fills a template, once inner changes are done; imports are asked for at once.

        The function that is returned takes a node that is just being changed, and its present form.
        """
        symbols = {name: self._symbol(symbol, node, place) for name, symbol in template.symbols.items()}
        present = {name: self._expression(site) for name, site in template.nodes.items()}

        def filled(changing: cst.CSTNode | None, form: cst.BaseExpression | None) -> _Nodes:
            nodes = dict(symbols)
            for name, hole in present.items():
                nodes[name] = form if hole is changing and form is not None else self._rewriter.rendered(hole)
            return nodes

        return filled

    def _symbol(self, symbol: str, node: cst.CSTNode, place: int) -> cst.BaseExpression:
        spelling = self._imports.spell(symbol, node, place)
        if spelling.statement is not None:
            self._add_import(spelling.statement, spelling.behind)
        return cst.parse_expression(spelling.code)

    def _add_import(self, code: str, behind: cst.SimpleStatementLine | None) -> None:
        block = self._blocks[self.tree.module] if behind is None else self._block(self._parent(behind))
        block.add_import(code, behind)


def _runs(numbers: Iterable[int]) -> list[range]:
    """Numbers as ranges of those that follow each other, in order."""
    runs: list[range] = []
    for number in sorted(numbers):
        if runs and runs[-1].stop == number:
            runs[-1] = range(runs[-1].start, number + 1)
        else:
            runs.append(range(number, number + 1))
    return runs


def _width(node: cst.CSTNode) -> int:
    """How wide the line is in which the node ends, from its own beginning on."""
    return len(cst.Module([]).code_for_node(node).rpartition("\n")[2])


def _named(call: cst.Call, name: str) -> list[cst.Arg]:
    return [arg for arg in call.args if arg.keyword is not None and arg.keyword.value == name]


_PLANNERS: dict[type[changes.Change], Callable[[FilePlan, Any], None]] = {
    changes.AddDecorator: FilePlan._add_decorator,
    changes.AddParameter: FilePlan._add_parameter,
    changes.InsertStatement: FilePlan._insert_statement,
    changes.MoveStatement: FilePlan._move_statement,
    changes.NameArgument: FilePlan._name_argument,
    changes.RemoveArgument: FilePlan._remove_argument,
    changes.RemoveStatement: FilePlan._remove_statement,
    changes.RenameImport: FilePlan._rename_import,
    changes.ReplaceExpression: FilePlan._replace_expression,
    changes.SetArgument: FilePlan._set_argument,
    changes.SwapCalls: FilePlan._swap_calls,
    changes.UnwrapWith: FilePlan._unwrap_with,
    changes.WrapInWith: FilePlan._wrap_in_with,
}
