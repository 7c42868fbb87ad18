"""Changes of a program that mean nothing, made on its syntax tree."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m
import pytest

STEPS = frozenset(
    [
        "as_dataset",
        "batch",
        "cache",
        "concatenate",
        "filter",
        "flat_map",
        "from_generator",
        "from_tensor_slices",
        "interleave",
        "list_files",
        "load",
        "map",
        "padded_batch",
        "prefetch",
        "range",
        "repeat",
        "shard",
        "shuffle",
        "skip",
        "take",
        "unbatch",
        "window",
        "with_options",
        "zip",
    ]
)
IMPORTS = m.SimpleStatementLine(body=[m.Import() | m.ImportFrom() | m.Expr(value=m.SimpleString())])
PARENTHESES = {"lpar": [cst.LeftParen()], "rpar": [cst.RightParen()]}


def statement(text: str) -> cst.BaseStatement:
    return cst.parse_module(f"{text}\n").body[0]


def names_in(node: cst.CSTNode) -> set[str]:
    """The names that are read or bound in a node, those after dots and before keywords' ``=`` left out."""
    attributes = {id(each.attr) for each in m.findall(node, m.Attribute())}
    keywords = {id(each.keyword) for each in m.findall(node, m.Arg())}
    return {
        each.value
        for each in m.findall(node, m.Name())
        if id(each) not in attributes and id(each) not in keywords
    }


class Unrelated(cst.CSTTransformer):
    """A statement that has nothing to do with the others, after every statement that may be followed by one."""

    def __init__(self) -> None:
        self.made = 0

    def _with_unrelated(self, body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
        longer: list[cst.BaseStatement] = []
        in_head = True
        for each in body:
            in_head = in_head and m.matches(each, IMPORTS)
            longer.append(each)
            if not in_head and not m.matches(each, m.SimpleStatementLine(body=[m.Return() | m.Raise()])):
                self.made += 1
                longer.append(statement(f"unrelated_{self.made} = [number * number for number in (1, 2, 3)]"))
        return longer

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:  # noqa: N802
        return updated_node.with_changes(body=self._with_unrelated(updated_node.body))

    def leave_FunctionDef(  # noqa: N802
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        if not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        block = updated_node.body.with_changes(body=self._with_unrelated(updated_node.body.body))
        return updated_node.with_changes(body=block)


class Renamed(cst.CSTTransformer):
    """Another name for every variable that nothing but variables is called by."""

    def __init__(self, module: cst.Module, kept: set[str]) -> None:
        bound = {
            target.value
            for each in m.findall(module, m.AssignTarget())
            for target in m.findall(each.target, m.Name())
        }
        fixed = {name for text in m.findall(module, m.Global() | m.Nonlocal()) for name in names_in(text)}
        fixed |= {each.value for part in m.findall(module, m.Attribute()) for each in [part.attr]}
        fixed |= {each.keyword.value for each in m.findall(module, m.Arg()) if each.keyword is not None}
        fixed |= {each.name.value for each in m.findall(module, m.Param() | m.FunctionDef() | m.ClassDef())}
        fixed |= {name for each in m.findall(module, m.Import() | m.ImportFrom()) for name in names_in(each)}
        self.names = {
            name for name in bound - fixed - kept if not name.isupper() and not name.startswith("__")
        }
        self.made = len(self.names)
        self.skipped: set[int] = set()

    def visit_Attribute(self, node: cst.Attribute) -> None:  # noqa: N802
        self.skipped.add(id(node.attr))

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802
        if id(original_node) in self.skipped or original_node.value not in self.names:
            return updated_node
        return updated_node.with_changes(value=f"renamed_{original_node.value}")


def is_chain(node: cst.BaseExpression, links: int) -> bool:
    """Whether an expression is a chain of so many dataset methods, or of more."""
    while m.matches(node, m.Call(func=m.Attribute())) and node.func.attr.value in STEPS:
        links -= 1
        node = node.func.value
    return links <= 0


class _Statements(cst.CSTTransformer):
    """Replaces assignments of pipelines by several statements."""

    links = 1

    def __init__(self) -> None:
        self.made = 0

    def leave_SimpleStatementLine(  # noqa: N802
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        if len(updated_node.body) != 1 or not isinstance(updated_node.body[0], (cst.Assign, cst.Return)):
            return updated_node
        value = updated_node.body[0].value
        if value is None or not is_chain(value, self.links):
            return updated_node
        self.made += 1
        first, rest = self.parts(value)
        changed = updated_node.with_deep_changes(updated_node.body[0], value=rest)
        return cst.FlattenSentinel(
            [first.with_changes(leading_lines=changed.leading_lines), changed.with_changes(leading_lines=[])]
        )

    def parts(self, value: cst.BaseExpression) -> tuple[cst.BaseStatement, cst.BaseExpression]:
        raise NotImplementedError


class Wrapped(_Statements):
    """A helper that makes the pipeline, called in its place."""

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:  # noqa: N802
        return False

    def parts(self, value: cst.BaseExpression) -> tuple[cst.BaseStatement, cst.BaseExpression]:
        helper = statement(f"def make_pipeline_{self.made}():\n    return 1")
        helper = helper.deep_replace(m.findall(helper, m.Integer())[0], value)
        return helper, cst.parse_expression(f"make_pipeline_{self.made}()")


class Split(_Statements):
    """The first links of a chain under a name of their own."""

    links = 2

    def parts(self, value: cst.BaseExpression) -> tuple[cst.BaseStatement, cst.BaseExpression]:
        part = statement(f"part_{self.made} = 1")
        first = value.func.value
        if not first.lpar:
            first = first.with_changes(**PARENTHESES)
        rest = value.with_deep_changes(value.func, value=cst.Name(f"part_{self.made}"))
        if not rest.lpar:
            rest = rest.with_changes(**PARENTHESES)
        return part.deep_replace(m.findall(part, m.Integer())[0], first), rest


def unrelated(module: cst.Module, kept: set[str], name: str) -> tuple[cst.Module, dict[str, str], int]:
    change = Unrelated()
    return module.visit(change), {}, change.made


def renamed(module: cst.Module, kept: set[str], name: str) -> tuple[cst.Module, dict[str, str], int]:
    change = Renamed(module, kept)
    return module.visit(change), {}, change.made


def wrapped(module: cst.Module, kept: set[str], name: str) -> tuple[cst.Module, dict[str, str], int]:
    change = Wrapped()
    return module.visit(change), {}, change.made


def split(module: cst.Module, kept: set[str], name: str) -> tuple[cst.Module, dict[str, str], int]:
    change = Split()
    return module.visit(change), {}, change.made


def is_used(node: cst.BaseStatement, others: Sequence[cst.BaseStatement]) -> bool:
    """Whether an import binds a name that other statements read; true of any other statement."""
    if not isinstance(node, cst.SimpleStatementLine):
        return True
    line = node.body[0]
    if not isinstance(line, (cst.Import, cst.ImportFrom)) or isinstance(line.names, cst.ImportStar):
        return True
    bound = {each.evaluated_alias or each.evaluated_name.partition(".")[0] for each in line.names}
    return any(bound & names_in(other) for other in others)


def moved(module: cst.Module, kept: set[str], name: str) -> tuple[cst.Module, dict[str, str], int]:
    """Functions that need nothing but the imports of their module, in a module of their own."""
    imports = [each for each in module.body if m.matches(each, IMPORTS)]
    known = {name for each in imports for name in names_in(each)} | set(dir(builtins))
    chosen = []
    for each in module.body:
        if isinstance(each, cst.FunctionDef) and not m.findall(each, m.Global()):
            bound = {param.name.value for param in m.findall(each, m.Param())} | {each.name.value}
            for target in m.findall(
                each, m.AssignTarget() | m.NamedExpr() | m.For() | m.CompFor() | m.AsName()
            ):
                bound |= names_in(target.name if isinstance(target, cst.AsName) else target.target)
            bound |= {inner.name.value for inner in m.findall(each, m.FunctionDef())}
            if names_in(each) <= known | bound:
                chosen.append(each)
    if not chosen:
        return module, {}, 0
    moving = {id(each) for each in chosen}
    rest = [each for each in module.body if id(each) not in moving]
    taken = statement(f"from moved_from_{name} import " + ", ".join(each.name.value for each in chosen))
    last = max((i for i, each in enumerate(rest) if m.matches(each, IMPORTS)), default=-1) + 1
    kept = [each for each in rest[:last] if is_used(each, rest[last:])]
    helpers = module.with_changes(
        body=[*(each for each in imports if is_used(each, chosen)), *chosen], header=[]
    )
    changed = module.with_changes(body=[*kept, taken, *rest[last:]])
    return changed, {f"moved_from_{name}.py": helpers.code}, len(chosen)


Change = Callable[[cst.Module, set[str], str], tuple[cst.Module, dict[str, str], int]]
CHANGES: dict[str, Change] = {
    "an unrelated statement": unrelated,
    "other names": renamed,
    "pipelines in helpers": wrapped,
    "chains in several statements": split,
    "helpers in another module": moved,
}


@pytest.fixture(params=CHANGES.values(), ids=list(CHANGES))
def change(request: pytest.FixtureRequest) -> Change:
    """A change that means nothing: of a module, of which some names stay, it makes another one.

    It gives the changed module, further files, and how often it applied.
    """
    return request.param
