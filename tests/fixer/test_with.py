"""Blocks come out from under ``with`` and go under it; what a string holds is never touched."""

import pytest

from keraslint.changes import InsertStatement
from keraslint.changes import RemoveArgument
from keraslint.changes import SetArgument
from keraslint.changes import Template
from keraslint.changes import UnwrapWith
from keraslint.changes import WrapInWith


def unwrapping(item="device"):
    return lambda program: UnwrapWith(program.item(item))


def wrapping(first, last, code="strategy.scope()"):
    return lambda program: WrapInWith(program.statement(first), program.statement(last), Template(code))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("with device():\n    a = 1\n", "a = 1\n"),
        ("with device(): a = 1; b = 2  # both\n", "a = 1; b = 2  # both\n"),
        ("with device(), other():\n    a = 1\n", "with other():\n    a = 1\n"),
        ("with other() as o, device():\n    a = 1\n", "with other() as o:\n    a = 1\n"),
        ("with (device(), other()):\n    a = 1\n", "with (other()):\n    a = 1\n"),
        (
            "with (\n    other(),  # one\n    device(),  # two\n):\n    a = 1\n",
            "with (\n    other(),  # one\n):\n    a = 1\n",
        ),
        ("with (\n    device(),\n    other(),\n):\n    a = 1\n", "with (\n    other(),\n):\n    a = 1\n"),
        (
            "x = 0\n\n# above\nwith device():  # behind\n    # inside\n    a = 1  # one\n\n    # b\n    b = 2\n    # end\n\n# next\nc = 3\n",
            "x = 0\n\n# above\n# behind\n# inside\na = 1  # one\n\n# b\nb = 2\n# end\n\n# next\nc = 3\n",
        ),
        (
            "with device():\n    a = '''\n    text\n      text\n'''\n    b = f(a,\n          2)\n",
            "a = '''\n    text\n      text\n'''\nb = f(a,\n      2)\n",
        ),
        (
            "with device():\n    a = [\n        1,  # one\n\n        2,\n    ]\n    if a:\n        b = 2\n    else:\n        pass\n",
            "a = [\n    1,  # one\n\n    2,\n]\nif a:\n    b = 2\nelse:\n    pass\n",
        ),
        ("with device():\n    a = 1 + \\\n        2\n", "a = 1 + \\\n        2\n"),
        (
            "if x:\n    with device():\n        a = 1\nelse:\n    b = 2\n",
            "if x:\n    a = 1\nelse:\n    b = 2\n",
        ),
        (
            "with device():\n    def f():\n        '''One\n        two.'''\n        return 1\n\n    f()\n",
            "def f():\n    '''One\n        two.'''\n    return 1\n\nf()\n",
        ),
        ("with device():\n# far left\n    a = 1\n", "# far left\na = 1\n"),
    ],
)
def test_unwrap(check, before, after):
    check(before, after, unwrapping())


def test_unwrap_two_of_two_items(check):
    check("with device(), other():\n    a = 1\n", "a = 1\n", unwrapping(), unwrapping("other"))


def test_unwrap_two_in_each_other(check):
    check(
        "with device():\n    with other():\n        a = f(n=1)\n",
        "a = f()\n",
        unwrapping(),
        unwrapping("other"),
        lambda program: RemoveArgument(program.call("f("), "n"),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1\nb = 2\nc = 3\n", "with strategy.scope():\n    a = 1\n    b = 2\nc = 3\n"),
        (
            "x = 0\n\n# about a\na = 1  # one\n\n\n# about b\nb = 2\n# about c\nc = 3\n",
            "x = 0\n\n# about a\nwith strategy.scope():\n    a = 1  # one\n\n\n    # about b\n    b = 2\n# about c\nc = 3\n",
        ),
        (
            "a = '''\ntext\n'''\nb = f(\n    1,\n\n    2,\n)\n",
            "with strategy.scope():\n    a = '''\ntext\n'''\n    b = f(\n        1,\n\n        2,\n    )\n",
        ),
        (
            "a = 1\nif x:\n    y()\n\n    # z\n    z()\nb = 2\n",
            "with strategy.scope():\n    a = 1\n    if x:\n        y()\n\n        # z\n        z()\n    b = 2\n",
        ),
        (
            "if x:\n    a = 1\n    b = 2\nelse:\n    pass\n",
            "if x:\n    with strategy.scope():\n        a = 1\n        b = 2\nelse:\n    pass\n",
        ),
        ("a = 1; b = 2\n", "with strategy.scope():\n    a = 1; b = 2\n"),
        ("if x: a = 1; b = 2\n", None),
        ("a = 1\nif x:\n    b = 2\n", None),
        ("b = 2\na = 1\n", None),
    ],
)
def test_wrap(check, before, after):
    check(before, after, wrapping("a = ", "b = "))


def test_wrap_one_statement(check):
    check("a = 1\nb = 2\n", "with strategy.scope():\n    a = 1\nb = 2\n", wrapping("a = ", "a = "))


def test_wrap_keeps_decorators_with_their_function(check):
    check(
        "a = 1\n\n\n@c\ndef b():\n    return 1\n",
        "with strategy.scope():\n    a = 1\n\n\n    @c\n    def b():\n        return 1\n",
        wrapping("a = ", "def b"),
    )


def test_what_is_inserted_around_the_block_stays_outside(check):
    check(
        "a = 1\nb = 2\nc = 3\n",
        "strategy = new()\nwith strategy.scope():\n    a = 1\n    x = 0\n    b = 2\ndone()\nc = 3\n",
        wrapping("a = ", "b = "),
        lambda program: InsertStatement(program.statement("a ="), "before", Template("strategy = new()")),
        lambda program: InsertStatement(program.statement("a ="), "after", Template("x = 0")),
        lambda program: InsertStatement(program.statement("b ="), "after", Template("done()")),
    )


def test_changes_inside_the_block_are_made_too(check):
    check(
        "a = f(\n    1,\n)\nb = 2\n",
        "with strategy.scope():\n    a = f(\n        1,\n        n=2,\n    )\n    b = 2\n",
        wrapping("a = ", "b = "),
        lambda program: SetArgument(program.call("f("), "n", Template("2")),
    )


def test_unwrap_and_wrap(check):
    check(
        "with device():\n    a = 1\nb = 2\n",
        "with strategy.scope():\n    a = 1\n    b = 2\n",
        unwrapping(),
        wrapping("with device", "b = "),
    )


@pytest.mark.parametrize("text", ["from __future__ import annotations\nb = 2\n"])
def test_what_cannot_be_indented_is_left(program, text):
    assert program(text).fixed(wrapping("from", "b = ")(program(text))) is None


def test_a_moved_block_is_one_edit(program):
    text = "x = 0\nwith device():\n    a = 1\n    b = 2\ny = 0\n"
    fix = program(text).resolved(unwrapping()(program(text)))
    assert [(edit.location.row, edit.end_location.row) for edit in fix.edits] == [(2, 4)]
