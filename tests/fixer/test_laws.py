"""Laws, on programs of all shapes: a change does to the program what it says, and nothing else.

Each property makes the same change on Python's own syntax tree, and compares.
"""

import ast
import io
import tokenize
from collections import Counter

import libcst as cst
from hypothesis import assume
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keraslint.changes import RemoveArgument
from keraslint.changes import RemoveStatement
from keraslint.changes import ReplaceExpression
from keraslint.changes import SetArgument
from keraslint.changes import Template
from keraslint.changes import UnwrapWith
from keraslint.changes import WrapInWith
from keraslint.semantics.ir import Site

LISTS = st.sampled_from(
    [
        "()",
        "(x)",
        "(x,)",
        "(n=1)",
        "(x, n=1, **k)",
        "(*a, **k)",
        "(\n~x,  # größe\n)",
        "(\n~x,\n\n~# own\n~n=(1,\n2), m=3\n)",
        "(x,\n  n='''\n two\n'''  # why\n)",
        "(  # first\n~n=1\n)",
        "(x for x in y)",
        "(lambda a, b=1: (a,\n~b), n = 1 )",
        "(x, \\\n n=1)",
        "(f(n=3), n=f(4)) ",
    ]
)
LINES = st.sampled_from(
    [
        "f{args}",
        "a = f{args}  # 日本語",
        "a = '🙂'; f{args}; b = 2",
        "if x: f{args}",
        "# about it\nf{args}",
        "a = -f{args} ** f{args} + f{args}.x",
        "a = (g{args}\n   .f{args}  # one\n   .h{args})",
        "@f{args}\ndef d(x=f{args}): return f{args}",
        "a = [\n~f{args},\n]",
        "\n\nwith f{args} as w, open(x): pass",
        "a = '''\n one\n~two'''  # three",
        "a = 1 \\\n  + f{args}",
        "a = lambda: f{args} if x else not f{args}",
    ]
)
BLOCKS = st.sampled_from(
    [
        "if x:  # why",
        "with w, v():  # what",
        "with w:",
        "with (\n~w as y,  # one\n~v()  # two\n):",
        "def d():",
        "class C:",
        "for i in y:",
    ]
)


@st.composite
def programs(draw):
    newline, indent = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(["  ", "    ", "\t"]))
    lines = []
    depth = 0
    for _ in range(draw(st.integers(1, 6))):
        text = draw(LINES).replace("{args}", draw(LISTS)).replace("~", indent)
        lines += [indent * depth + line if line else line for line in text.split("\n")]
        depth = draw(st.integers(0, depth))
        if draw(st.booleans()):
            lines += [indent * depth + line for line in draw(BLOCKS).replace("~", indent).split("\n")]
            depth += 1
            lines += [f"{indent * depth}# inside", f"{indent * depth}pass"]
    return newline.join(lines) + draw(
        st.sampled_from(["", newline, f"{newline}# end", f"{newline}{newline}"])
    )


def parsed(text):
    try:
        return ast.parse(text)
    except SyntaxError:
        assume(False)


def comments(text, first=1, last=None):
    """The comments of a text, or of some lines of it."""
    tokens = tokenize.generate_tokens(io.StringIO(text, newline="").readline)
    found = [token for token in tokens if token.type == tokenize.COMMENT]
    return Counter(token.string for token in found if first <= token.start[0] <= (last or token.start[0]))


def site(place):
    return Site("train.py", place)


def spans(program, tree, kinds):
    """The nodes of Python's tree by where they stand."""
    lines = program.text.splitlines()
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, kinds):
            start = len(lines[node.lineno - 1].encode()[: node.col_offset].decode())
            end = len(lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode())
            found[node.lineno, start + 1, node.end_lineno, end + 1] = node
    return found


def pick(program, tree, number, kinds, counterparts):
    """A place of a node of some kind, and the node of Python's tree that stands there."""
    there = spans(program, tree, counterparts)
    places = [place for place, node in enumerate(program.nodes) if isinstance(node, kinds)]
    places = [place for place in places if program.positions.span(place) in there]
    assume(places)
    place = places[number % len(places)]
    return place, there[program.positions.span(place)]


def holder(tree, node):
    """The list in Python's tree that holds a node, and where in it."""
    lists = (value for parent in ast.walk(tree) for value in vars(parent).values() if isinstance(value, list))
    found = next(items for items in lists if any(item is node for item in items))
    return found, next(index for index, item in enumerate(found) if item is node)


def same(text, tree):
    assert ast.dump(ast.parse(text)) == ast.dump(tree)


law = settings(max_examples=60, deadline=None)


numbers = st.integers(0, 20)


@law
@given(text=programs(), number=numbers)
def test_set_argument(program, text, number):
    tree, subject = parsed(text), program(text)
    place, call = pick(subject, tree, number, cst.Call, ast.Call)
    fixed = subject.fixed(SetArgument(site(place), "n", Template("2")))

    present = [keyword for keyword in call.keywords if keyword.arg == "n"]
    new = ast.keyword("n", ast.Constant(2))
    if present:
        call.keywords[call.keywords.index(present[0])] = new
    else:
        stars = [index for index, keyword in enumerate(call.keywords) if keyword.arg is None]
        call.keywords.insert(stars[0] if stars else len(call.keywords), new)
    same(fixed, tree)
    assert present or comments(fixed) == comments(text)
    again = program(fixed)
    assert again.resolved(SetArgument(site(place), "n", Template("2"))) is None


@law
@given(text=programs(), number=numbers)
def test_remove_argument(program, text, number):
    tree, subject = parsed(text), program(text)
    place, call = pick(subject, tree, number, cst.Call, ast.Call)
    fixed = subject.fixed(RemoveArgument(site(place), "n"))

    present = [keyword for keyword in call.keywords if keyword.arg == "n"]
    if not present:
        assert fixed is None
    else:
        call.keywords.remove(present[0])
        same(fixed, tree)


@law
@given(
    text=programs(),
    number=numbers,
    code=st.sampled_from(["h", "a + b", "a ** b", "not a", "lambda: 1", "a, b", "7"]),
)
def test_replace_expression(program, text, number, code):
    tree, subject = parsed(text), program(text)
    place, call = pick(subject, tree, number, cst.Call, ast.Call)
    fixed = subject.fixed(ReplaceExpression(site(place), Template(code)))

    new = ast.parse(code, mode="eval").body
    for parent in ast.walk(tree):
        for name, value in vars(parent).items():
            if value is call:
                setattr(parent, name, new)
            elif isinstance(value, list):
                value[:] = [new if item is call else item for item in value]
    same(fixed, tree)


@law
@given(text=programs(), number=numbers)
def test_remove_statement(program, text, number):
    tree, subject = parsed(text), program(text)
    place, statement = pick(subject, tree, number, cst.BaseSmallStatement, ast.stmt)
    fixed = subject.fixed(RemoveStatement(site(place)))

    block, index = holder(tree, statement)
    block[index : index + 1] = [] if len(block) > 1 or block is tree.body else [ast.Pass()]
    same(fixed, tree)
    inside = comments(text, statement.lineno, statement.end_lineno)
    assert comments(text) - comments(fixed) <= inside


@law
@given(text=programs(), number=numbers)
def test_unwrap_with(program, text, number):
    tree, subject = parsed(text), program(text)
    place, statement = pick(subject, tree, number, cst.With, ast.With)
    item = number % len(statement.items)
    items = [node for node in subject.nodes if node is subject.nodes[place].items[item]]
    fixed = subject.fixed(UnwrapWith(site(subject.nodes.index(items[0]))))

    del statement.items[item]
    if not statement.items:
        block, index = holder(tree, statement)
        block[index : index + 1] = statement.body
    same(fixed, tree)
    assert statement.items or comments(fixed) == comments(text)


@law
@given(text=programs(), number=numbers, more=st.integers(0, 3))
def test_wrap_in_with(program, text, number, more):
    tree, subject = parsed(text), program(text)
    kinds = (cst.BaseSmallStatement, cst.With, cst.If, cst.FunctionDef)
    place, first = pick(subject, tree, number, kinds, ast.stmt)
    block, index = holder(tree, first)
    last = block[min(index + more, len(block) - 1)]
    places = {id(node): span for span, node in spans(subject, tree, ast.stmt).items()}
    ends = [
        p
        for p, node in enumerate(subject.nodes)
        if isinstance(node, kinds) and subject.positions.span(p) == places[id(last)]
    ]
    assume(ends)
    fixed = subject.fixed(WrapInWith(site(place), site(ends[0]), Template("scope()")))

    if fixed is None:
        lines = text.splitlines()
        alone = [lines[first.lineno - 1][: first.col_offset], lines[last.end_lineno - 1]]
        assert alone[0].strip() or ";" in alone[1]
        return
    end = block.index(last) + 1
    scope = ast.Call(ast.Name("scope", ast.Load()), [], [])
    block[index:end] = [ast.With([ast.withitem(scope)], block[index:end])]
    same(fixed, tree)
    assert comments(fixed) == comments(text)
