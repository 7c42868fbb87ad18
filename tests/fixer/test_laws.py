"""Laws, on programs of all shapes: a change does to the program what it says, and nothing else.

Each property makes the same change on Python's own syntax tree, and compares.
"""

import ast
import io
import tokenize
from collections import Counter

import libcst as cst
from hypothesis import assume
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keraslint.changes import AddDecorator
from keraslint.changes import RemoveArgument
from keraslint.changes import RemoveStatement
from keraslint.changes import ReplaceExpression
from keraslint.changes import SetArgument
from keraslint.changes import Template
from keraslint.changes import UnwrapWith
from keraslint.changes import WrapInWith
from keraslint.fixer.edits import apply
from keraslint.fixer.edits import select_compatible
from keraslint.fixer.tree import lost_comments
from keraslint.semantics.lowering.ir import Site

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


def put(tree, old, new):
    """Put a node where another stands in Python's tree."""
    for parent in list(ast.walk(tree)):
        for name, value in vars(parent).items():
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list):
                value[:] = [new if item is old else item for item in value]


def same(text, tree):
    assert ast.dump(ast.parse(text)) == ast.dump(tree)


law = settings(max_examples=60)


numbers = st.integers(0, 20)


# Each change with what it means for Python's tree.


def setting(subject, tree, number):
    place, call = pick(subject, tree, number, cst.Call, ast.Call)

    def mutate():
        present = [index for index, keyword in enumerate(call.keywords) if keyword.arg == "n"]
        stars = [index for index, keyword in enumerate(call.keywords) if keyword.arg is None]
        at = present[0] if present else stars[0] if stars else len(call.keywords)
        call.keywords[at : at + len(present)] = [ast.keyword("n", ast.Constant(2))]

    return SetArgument(site(place), "n", Template("2")), mutate


def removing_argument(subject, tree, number):
    place, call = pick(subject, tree, number, cst.Call, ast.Call)
    names = sorted({keyword.arg for keyword in call.keywords if keyword.arg})
    assume(names)
    name = names[number % len(names)]

    def mutate():
        call.keywords[:] = [keyword for keyword in call.keywords if keyword.arg != name]

    return RemoveArgument(site(place), name), mutate


def replacing(subject, tree, number, codes=("h", "a + b", "a ** b", "not a", "lambda: 1", "a, b", "7")):
    place, call = pick(subject, tree, number, cst.Call, ast.Call)
    code = codes[number % len(codes)]

    def mutate():
        put(tree, call, ast.parse(code, mode="eval").body)

    return ReplaceExpression(site(place), Template(code)), mutate


def chaining(subject, tree, number):
    place, call = pick(subject, tree, number, cst.Call, ast.Call)

    def mutate():
        put(tree, call, ast.Call(ast.Attribute(call, "prefetch", ast.Load()), [], []))

    return ReplaceExpression(site(place), Template("{it}.prefetch()", {"it": site(place)})), mutate


def unwrapping(subject, tree, number):
    place, statement = pick(subject, tree, number, cst.With, ast.With)
    index = number % len(statement.items)
    item = statement.items[index]

    def mutate():
        statement.items.remove(item)
        if not statement.items:
            block, index = holder(tree, statement)
            block[index : index + 1] = statement.body

    return UnwrapWith(site(subject.nodes.index(subject.nodes[place].items[index]))), mutate


def removing_statement(subject, tree, number):
    place, statement = pick(subject, tree, number, cst.BaseSmallStatement, ast.stmt)

    def mutate():
        block, index = holder(tree, statement)
        block[index : index + 1] = [] if len(block) > 1 or block is tree.body else [ast.Pass()]

    return RemoveStatement(site(place)), mutate


def decorating(subject, tree, number):
    place, function = pick(subject, tree, number, cst.FunctionDef, ast.FunctionDef)

    def mutate():
        function.decorator_list.append(ast.Name("compiled", ast.Load()))

    return AddDecorator(site(place), Template("compiled")), mutate


everything = st.sampled_from(
    [setting, removing_argument, replacing, chaining, unwrapping, removing_statement, decorating]
)
compatible = st.sampled_from([setting, removing_argument, replacing, chaining, unwrapping, decorating])


@law
@example(text="f(\n  x,  # größe\n)\nf()\nf()\nf()", plan=replacing, number=0)
@given(text=programs(), plan=everything, number=numbers)
def test_a_change_does_what_it_says_and_nothing_else(program, text, plan, number):
    tree, subject = parsed(text), program(text)
    change, mutate = plan(subject, tree, number)
    mutate()
    fixed = subject.fixed(change)
    if fixed is not None:
        same(fixed, tree)
        assert plan is not replacing or fixed.count("#") == text.count("#")
    elif plan is not replacing or not lost_comments(subject.nodes[change.at.place], cst.Name("h")):
        same(text, tree)


@law
@example(text="with f() as w, open(x): pass", plans=(unwrapping, replacing), places=(0, 5))
@example(text="with f() as w, open(x): pass", plans=(unwrapping, replacing), places=(0, 12))
@given(text=programs(), plans=st.tuples(compatible, compatible), places=st.tuples(numbers, numbers))
def test_two_changes_of_one_fix_come_together(program, text, plans, places):
    tree, subject = parsed(text), program(text)
    planned = [plan(subject, tree, number) for plan, number in zip(plans, places, strict=True)]
    first, second = (change for change, _ in planned)
    assume(type(first) is not type(second) or first != second)
    assume({RemoveArgument, SetArgument} != {type(first), type(second)} or first.call != second.call)
    assume(not (isinstance(first, ReplaceExpression) and isinstance(second, ReplaceExpression)))
    for _, mutate in planned:
        mutate()
    fixed = subject.fixed(first, second)
    if fixed is not None:
        same(fixed, tree)


@law
@given(text=programs(), plans=st.tuples(everything, compatible), places=st.tuples(numbers, numbers))
def test_what_is_left_out_of_a_file_changes_no_fix(program, text, plans, places):
    tree, subject = parsed(text), program(text)
    changes = [plan(subject, tree, number)[0] for plan, number in zip(plans, places, strict=True)]
    for change in changes:
        assert subject.resolved(change) == subject.resolved_in_whole(change)
    assert subject.resolved(*changes) == subject.resolved_in_whole(*changes)


@law
@given(text=programs(), plans=st.tuples(everything, everything), places=st.tuples(numbers, numbers))
def test_two_fixes_of_one_round_do_not_disturb_each_other(program, text, plans, places):
    tree, subject = parsed(text), program(text)
    planned = [plan(subject, tree, number) for plan, number in zip(plans, places, strict=True)]
    fixes = [subject.resolved(change) for change, _ in planned]
    assume(None not in fixes)
    chosen, postponed = select_compatible(fixes)
    assert chosen
    assume(not postponed and fixes[0] != fixes[1])
    for _, mutate in planned:
        mutate()
    same(apply(text, [edit for fix in fixes for edit in fix.edits]), tree)


@law
@given(text=programs(), number=numbers)
def test_what_is_set_stays_set(program, text, number):
    subject = program(text)
    change, _ = setting(subject, parsed(text), number)
    fixed = subject.fixed(change)
    assume(fixed is not None)
    assert program(fixed).resolved(change) is None


@law
@given(text=programs(), number=numbers)
def test_comments_stay(program, text, number):
    tree, subject = parsed(text), program(text)
    place, statement = pick(subject, tree, number, cst.BaseSmallStatement, ast.stmt)
    fixed = subject.fixed(RemoveStatement(site(place)))
    inside = comments(text, statement.lineno, statement.end_lineno)
    assert comments(text) - comments(fixed) <= inside


@law
@given(text=programs(), number=numbers)
def test_unwrapping_keeps_every_comment(program, text, number):
    tree, subject = parsed(text), program(text)
    place, statement = pick(subject, tree, number, cst.With, ast.With)
    items = [site(subject.nodes.index(item)) for item in subject.nodes[place].items]
    fixed = subject.fixed(*map(UnwrapWith, items))
    inside = comments(text, statement.lineno, statement.body[0].lineno - 1)
    assert comments(text) - comments(fixed) <= inside


@law
@given(text=programs(), number=numbers, more=st.integers(0, 3))
def test_wrap_in_with(program, text, number, more):
    tree, subject = parsed(text), program(text)
    kinds = (cst.BaseSmallStatement, cst.With, cst.If, cst.FunctionDef)
    place, first = pick(subject, tree, number, kinds, ast.stmt)
    block, index = holder(tree, first)
    last = block[min(index + more, len(block) - 1)]
    where = next(span for span, node in spans(subject, tree, ast.stmt).items() if node is last)
    ends = [
        p
        for p, node in enumerate(subject.nodes)
        if isinstance(node, kinds) and subject.positions.span(p) == where
    ]
    assume(ends)
    fixed = subject.fixed(WrapInWith(site(place), site(ends[0]), Template("scope()")))

    if fixed is None:
        lines = text.splitlines()
        assert lines[first.lineno - 1][: first.col_offset].strip() or ";" in lines[last.end_lineno - 1]
        return
    end = block.index(last) + 1
    scope = ast.Call(ast.Name("scope", ast.Load()), [], [])
    block[index:end] = [ast.With([ast.withitem(scope)], block[index:end])]
    same(fixed, tree)
    assert comments(fixed) == comments(text)
