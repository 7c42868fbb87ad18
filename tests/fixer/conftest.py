from collections.abc import Callable

import libcst as cst
import pytest

from keraslint.changes import Change
from keraslint.diagnostic import Applicability
from keraslint.diagnostic import ResolvedFix
from keraslint.fixer.edits import apply
from keraslint.fixer.resolve import Resolver
from keraslint.fixer.trees import Program as Readable
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.lowering.lower import lower
from keraslint.semantics.lowering.positions import Positions
from keraslint.semantics.lowering.spans import Spans
from keraslint.semantics.lowering.trees import tree_of

FILE = "train.py"


class Program:
    """A program to be changed; its nodes are named by their text."""

    def __init__(self, text: str, translate: Callable[[str], str] = str) -> None:
        self.text = text
        self.positions = Positions(self.text)
        self.nodes = self.positions.nodes
        self.readable = Readable(text, lower(tree_of(text)), Spans(text))
        self.lines = self.text.splitlines(keepends=True)
        self.translate = translate

    def _find(self, snippet: str, kinds: tuple[type[cst.CSTNode], ...], number: int) -> Site:
        """The site of the smallest node of a kind whose text begins with the snippet."""
        lengths = {
            place: len(self._text(place))
            for place, node in enumerate(self.nodes)
            if isinstance(node, kinds) and self._text(place).startswith(self.translate(snippet))
        }
        nearest = min(lengths.values())
        found = sorted({id(self.nodes[p]): p for p, length in lengths.items() if length == nearest}.values())
        return Site(FILE, found[number])

    def call(self, snippet: str, number: int = 0) -> Site:
        return self._find(snippet, (cst.Call,), number)

    def method(self, name: str) -> Site:
        """The site of the one call of a method."""
        return next(
            Site(FILE, place)
            for place, node in enumerate(self.nodes)
            if isinstance(node, cst.Call)
            and isinstance(node.func, cst.Attribute)
            and node.func.attr.value == name
        )

    def expression(self, snippet: str, number: int = 0) -> Site:
        return self._find(snippet, (cst.BaseExpression,), number)

    def statement(self, snippet: str, number: int = 0) -> Site:
        kinds = (cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.ImportAlias)
        return self._find(snippet, kinds, number)

    def item(self, snippet: str) -> Site:
        return self._find(snippet, (cst.WithItem,), 0)

    def _text(self, place: int) -> str:
        row, column, end_row, end_column = self.positions.span(place)
        lines = self.lines[row - 1 : end_row] or [""]
        lines[-1] = lines[-1][: end_column - 1]
        return "".join(lines)[column - 1 :]

    def resolved(self, *changes: Change) -> ResolvedFix | None:
        fix = Fix("Mend it", Applicability.SAFE, changes)
        resolved = Resolver({FILE: self.readable}.__getitem__).resolve(fix)
        return None if isinstance(resolved, NoFix) else resolved

    def resolved_in_whole(self, *changes: Change) -> ResolvedFix | None:
        """The same where Python's parser does not read the file, so that nothing of it is left out."""
        subject = Program(self.text)
        subject.readable.spans.tree = None
        return subject.resolved(*changes)

    def fixed(self, *changes: Change) -> str | None:
        """The text with the changes in it, seen to be a program still."""
        fix = self.resolved(*changes)
        if fix is None:
            return None
        result = apply(self.text, fix.edits)
        compile(result, FILE, "exec")
        return result


def _in_function(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "def run():\n" + "".join(f"    {line}" if line.strip() else line for line in lines)


FORMS: dict[str, Callable[[str], str]] = {
    "lf": str,
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "tabs": lambda text: text.replace("    ", "\t") + "while tabs:\n\tbreak\n",
    "unicode": lambda text: text.replace("ds", "größe").replace("# ", "# 日本語 🙂 "),
    "no-final-newline": lambda text: text.removesuffix("\n"),
    "in-function": _in_function,
}

Planned = Callable[[Program], Change]
Check = Callable[..., None]


@pytest.fixture(scope="session")
def program() -> type[Program]:
    return Program


@pytest.fixture(params=list(FORMS))
def check(request: pytest.FixtureRequest) -> Check:
    """Compare before and after in each form in which the same program can be written."""
    form = FORMS[request.param]

    def compare(before: str, after: str | None, *changes: Planned) -> None:
        program = Program(form(before), form if request.param == "unicode" else str)
        fixed = program.fixed(*(change(program) for change in changes))
        assert fixed == (None if after is None else form(after))

    return compare
