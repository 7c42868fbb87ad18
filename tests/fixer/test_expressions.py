"""Expressions are replaced, and calls exchanged."""

import pytest

from keraslint.changes import ReplaceExpression
from keraslint.changes import SetArgument
from keraslint.changes import SwapCalls
from keraslint.changes import Template


def replacing(snippet, code, number=0, **nodes):
    def change(program):
        holes = {name: program.expression(text) for name, text in nodes.items()}
        return ReplaceExpression(program.expression(snippet, number), Template(code, holes))

    return change


def appending(method, code="{call}.prefetch(1)"):
    return lambda program: ReplaceExpression(
        program.method(method), Template(code, {"call": program.method(method)})
    )


def swapping(first, second):
    return lambda program: SwapCalls(program.method(first), program.method(second))


@pytest.mark.parametrize(
    ("before", "snippet", "code", "after"),
    [
        ("x = fit_generator(y)\n", "fit_generator", "fit", "x = fit(y)\n"),
        ("m.fit_generator(y)  # go\n", "fit_generator", "fit", "m.fit(y)  # go\n"),
        ("m.fit_generator(y)\n", "fit_generator", "a.fit", None),
        ("def f(x): pass\n", "f", "a.b", None),
        ("x = y * 2\n", "y", "a + b", "x = (a + b) * 2\n"),
        ("x = y + 2\n", "y", "a * b", "x = a * b + 2\n"),
        ("x = y\n", "y", "a + b", "x = a + b\n"),
        ("x = f(y)\n", "y", "a, b", "x = f((a, b))\n"),
        ("x = y.shape\n", "y", "a if b else c", "x = (a if b else c).shape\n"),
        ("x = y.real\n", "y", "1", "x = (1).real\n"),
        ("x = (y)\n", "y", "a + b", "x = (a + b)\n"),
        ("x = (  # why\n    y\n) * 2\n", "y", "a + b", "x = (  # why\n    a + b\n) * 2\n"),
        ("x = y ** 2\n", "y", "a ** b", "x = (a ** b) ** 2\n"),
        ("x = 2 - y\n", "y", "a - b", "x = 2 - (a - b)\n"),
        ("x = y - 2\n", "y", "a - b", "x = a - b - 2\n"),
        ("x = -y\n", "y", "a ** b", "x = -a ** b\n"),
        ("x = not y\n", "y", "a or b", "x = not (a or b)\n"),
        ("x = [y for y in z]\n", "z", "lambda: 1", "x = [y for y in (lambda: 1)]\n"),
        ("x = f'{y} {z}'\n", "y", "a.b", None),
        ("@f\ndef g(): pass\n", "f", "tf.function", "@tf.function\ndef g(): pass\n"),
        ("if x: f(y)\n", "f(y)", "g(y)", "if x: g(y)\n"),
        ("a = 1; b = f(a); c = b\n", "f(a)", "a", "a = 1; b = a; c = b\n"),
        ("x = f(\n    a,  # one\n)\n", "f", "g", "x = g(\n    a,  # one\n)\n"),
        ("fg(a,\n   b)\n", "fg", "f", "f(a,\n  b)\n"),
        ("f(a,\n  g(\n  b))\n", "f", "fg", "fg(a,\n   g(\n   b))\n"),
        (
            "if c:\n    fg(a,\n       # why\n       b)\n",
            "fg",
            "f",
            "if c:\n    f(a,\n      # why\n      b)\n",
        ),
        ("fgh(a,\n  b)\n", "fgh", "f", "f(a,\n  b)\n"),
        ("fgh(a,\n\tb)\n", "fgh", "f", "f(a,\n\tb)\n"),
        ("fg('''a\n''',\n   b)\n", "fg", "f", "f('''a\n''',\n  b)\n"),
    ],
)
def test_replace(check, before, snippet, code, after):
    check(before, after, replacing(snippet, code))


def test_holes_are_filled_with_the_code_that_stands_there(check):
    check(
        "x = f(\n    a + b,\n    'c',\n)\n",
        "x = g(a + b, 'c'[0], (a + b) * 2)\n",
        replacing("f(", "g({sum}, {c}[0], {sum} * 2)", sum="a + b", c="'c'"),
    )


def test_no_comment_is_lost(check):
    check("x = f(\n    a,  # sum\n)\n", None, replacing("f(", "g({sum})", sum="a"))


def test_changes_inside_a_hole_are_made_too(check):
    check(
        "x = f(ds.map(g))\n",
        "x = h(ds.map(g, n=2))\n",
        replacing("f(", "h({ds})", ds="ds.map(g)"),
        lambda program: SetArgument(program.call("ds.map"), "n", Template("2")),
    )


def test_a_change_that_contains_itself_is_none(check):
    check("x = f(y)\n", None, replacing("y", "{call}", call="f("))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ds = ds.batch(2)\n", "ds = ds.batch(2).prefetch(1)\n"),
        ("m.fit(ds.batch(2), epochs=3)\n", "m.fit(ds.batch(2).prefetch(1), epochs=3)\n"),
        ("ds = (ds.batch(2))\n", "ds = (ds.batch(2).prefetch(1))\n"),
        (
            "ds = (\n    ds.map(f)\n    .batch(2)\n)\n",
            "ds = (\n    ds.map(f)\n    .batch(2)\n    .prefetch(1)\n)\n",
        ),
        (
            "ds = (\n    ds.map(f)  # one\n    # between\n    .batch(2)  # two\n    # end\n)\n",
            "ds = (\n    ds.map(f)  # one\n    # between\n    .batch(2)  # two\n    .prefetch(1)\n    # end\n)\n",
        ),
        (
            "ds = ds.map(f) \\\n    .batch(2)  # two\n",
            "ds = ds.map(f) \\\n    .batch(2) \\\n    .prefetch(1)  # two\n",
        ),
        ("ds = ds.batch(\n    2,\n)\n", "ds = ds.batch(\n    2,\n).prefetch(1)\n"),
    ],
)
def test_append_to_a_chain(check, before, after):
    check(before, after, appending("batch"))


def test_calls_appended_to_the_middle_of_a_chain_leave_the_rest(program):
    text = "ds = ds.map(f).batch(2)\n"
    fix = program(text).resolved(appending("map")(program(text)))
    assert [(edit.content, edit.location.column) for edit in fix.edits] == [(".prefetch(1)", 15)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ds = ds.map(f).batch(32)\n", "ds = ds.batch(32).map(f)\n"),
        ("ds = ds.map(f).take(1).batch(32)\n", "ds = ds.batch(32).take(1).map(f)\n"),
        (
            "ds = (\n    ds\n    .map(f)  # one\n    # between\n    .batch(32)  # two\n)\n",
            "ds = (\n    ds\n    # between\n    .batch(32)  # two\n    .map(f)  # one\n)\n",
        ),
        (
            "ds = ds.map(\n    f,  # the function\n    n=1,\n)  # one\nds = ds.batch(32)  # two\n",
            "ds = ds.batch(32)  # one\nds = ds.map(\n    f,  # the function\n    n=1,\n)  # two\n",
        ),
        ("a = x.map(f); b = y.batch(2)\n", "a = x.batch(2); b = y.map(f)\n"),
    ],
)
def test_swap(check, before, after):
    check(before, after, swapping("map", "batch"))


def test_swap_takes_changed_arguments_along(check):
    check(
        "ds = ds.map(f).batch(32)\n",
        "ds = ds.batch(32).map(f, n=2)\n",
        swapping("map", "batch"),
        lambda program: SetArgument(program.call("ds.map(f)"), "n", Template("2")),
    )


def test_swaps_in_a_row_move_a_call_along_the_chain(check):
    check(
        "ds = ds.map(f).cache().batch(32)\n",
        "ds = ds.cache().batch(32).map(f)\n",
        swapping("map", "cache"),
        swapping("cache", "batch"),
    )


def test_a_call_does_not_change_places_with_one_in_its_own_arguments(check):
    check("x = ds.map(g(y.batch(2)))\n", None, swapping("map", "batch"))


def test_only_methods_change_places(check):
    check(
        "x = f(1).map(2)\n",
        None,
        lambda program: SwapCalls(program.call("f(1)"), program.method("map")),
    )
