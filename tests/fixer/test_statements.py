"""Statements are inserted and removed."""

import pytest

from keraslint.changes import InsertStatement
from keraslint.changes import MoveStatement
from keraslint.changes import RemoveStatement
from keraslint.changes import Template


def inserting(at, position, code="new()"):
    return lambda program: InsertStatement(program.statement(at), position, Template(code))


def removing(at):
    return lambda program: RemoveStatement(program.statement(at))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1\nb = 2\nc = 3\n", "a = 1\nnew()\nb = 2\nc = 3\n"),
        ("a = 1\n\nb = 2  # two\n", "a = 1\n\nnew()\nb = 2  # two\n"),
        ("a = 1\n\n# about b\nb = 2\n", "a = 1\n\nnew()\n# about b\nb = 2\n"),
        ("if a:\n    b = 2\n", "if a:\n    new()\n    b = 2\n"),
        ("if a:\n    # about b\n    b = 2\n", "if a:\n    new()\n    # about b\n    b = 2\n"),
        ("for a in c:\n    if a:\n        b = 2\n", "for a in c:\n    if a:\n        new()\n        b = 2\n"),
        ("if a: b = 2\n", None),
        ("a = 1; b = 2\n", None),
        ("b = 2; a = 1\n", "new()\nb = 2; a = 1\n"),
        ("a = 1\n\n\ndef b():\n    pass\n", "a = 1\n\n\nnew()\n\n\ndef b():\n    pass\n"),
        ("a = 1\n\n\n@c\ndef b():\n    pass\n", "a = 1\n\n\nnew()\n\n\n@c\ndef b():\n    pass\n"),
    ],
)
def test_insert_before(check, before, after):
    check(before, after, inserting("def b" if "def b" in before else "b = 2", "before"))


def test_insert_before_the_first_statement_of_a_file(program):
    text = "# about the file\nb = 2\n"
    assert (
        program(text).fixed(inserting("b = 2", "before")(program(text))) == "# about the file\nnew()\nb = 2\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("b = 2\n", "b = 2\nnew()\n"),
        ("b = 2  # two\n\n# about c\nc = 3\n", "b = 2  # two\nnew()\n\n# about c\nc = 3\n"),
        ("if a:\n    b = 2\n    # end\n", "if a:\n    b = 2\n    new()\n    # end\n"),
        ("if a:\n    b = 2\nelse:\n    c = 3\n", "if a:\n    b = 2\n    new()\nelse:\n    c = 3\n"),
        ("b = 2; c = 3\n", None),
        ("c = 3; b = 2\n", "c = 3; b = 2\nnew()\n"),
        ("with a: b = 2\n", None),
        ("b = 2\nc = '''\n    x\n'''\n", "b = 2\nnew()\nc = '''\n    x\n'''\n"),
    ],
)
def test_insert_after(check, before, after):
    check(before, after, inserting("b = 2", "after"))


def test_insert_several_lines(check):
    code = "if x:\n    y = 1\nelse:\n    y = 2"
    check(
        "def f():\n    b = 2\n    return b\n",
        "def f():\n    b = 2\n    if x:\n        y = 1\n    else:\n        y = 2\n    return b\n",
        inserting("b = 2", "after", code),
    )


def test_insertions_keep_their_order(check):
    check(
        "b = 2\n",
        "new(1)\nnew(2)\nb = 2\nnew(3)\nnew(4)\n",
        *(
            inserting("b = 2", where, f"new({n})")
            for n, where in enumerate(["before"] * 2 + ["after"] * 2, 1)
        ),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f():\n    a = 1\n", "def f():\n    new()\n    a = 1\n"),
        ("def f():\n    '''Doc.'''\n    a = 1\n", "def f():\n    '''Doc.'''\n    new()\n    a = 1\n"),
        ("def f():\n    '''Doc.'''\n", "def f():\n    '''Doc.'''\n    new()\n"),
        (
            "def f():\n    '''Doc.'''\n\n    # one\n    a = 1\n",
            "def f():\n    '''Doc.'''\n    new()\n\n    # one\n    a = 1\n",
        ),
        ("def f():  # why\n    # one\n    a = 1\n", "def f():  # why\n    new()\n    # one\n    a = 1\n"),
        ("def f(): return 1\n", None),
    ],
)
def test_insert_at_the_start_of_a_body(check, before, after):
    check(before, after, inserting("def f", "body-start"))


def test_no_statement_goes_into_a_lambda(check):
    check(
        "f = lambda x: g(x)\n",
        None,
        lambda program: InsertStatement(program.call("g(x)"), "before", Template("new()")),
    )


def test_an_expression_stands_for_its_statement(check):
    check(
        "a = 1\nif a:\n    b = f(\n        g(x),\n    )\n",
        "a = 1\nif a:\n    new()\n    b = f(\n        g(x),\n    )\n",
        lambda program: InsertStatement(program.call("g(x)"), "before", Template("new()")),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1\nb()\nc = 3\n", "a = 1\nc = 3\n"),
        ("a = 1\n\nb()  # gone\n\nc = 3\n", "a = 1\n\n\nc = 3\n"),
        ("a = 1\n# stays\nb()\n# about c\nc = 3\n", "a = 1\n# stays\n# about c\nc = 3\n"),
        ("a = 1; b(); c = 3\n", "a = 1; c = 3\n"),
        ("a = 1; b()\n", "a = 1\n"),
        ("a = 1; b();  # all\n", "a = 1;  # all\n"),
        ("b(); c = 3  # all\n", "c = 3  # all\n"),
        ("if a: b()\n", "if a: pass\n"),
        ("if a: b(); c()\n", "if a: c()\n"),
        ("if a:\n    b()\n", "if a:\n    pass\n"),
        (
            "if a:\n    # one\n    b()  # two\n    # three\nc = 3\n",
            "if a:\n    # one\n    pass  # two\n    # three\nc = 3\n",
        ),
        ("if a:\n    # one\n    b()\n    c = 3\n", "if a:\n    # one\n    c = 3\n"),
        ("if a:\n    c = 3\n    # one\n    b()\n", "if a:\n    c = 3\n    # one\n"),
        ("a = 1\nb(\n    1,  # one\n)\nc = 3\n", "a = 1\nc = 3\n"),
        ("x = b()\n", None),
        ("f(b())\n", None),
    ],
)
def test_remove(check, before, after):
    check(before, after, lambda program: RemoveStatement(program.call("b(")))


def test_remove_all_statements_of_a_block(check):
    check(
        "if a:\n    b()\n    c(); d()\n",
        "if a:\n    pass\n",
        removing("b()"),
        removing("c()"),
        removing("d()"),
    )


def test_remove_the_last_line_of_a_file(program):
    text = "a = 1\n# stays\nb()\n\n# end\n"
    assert program(text).fixed(removing("b()")(program(text))) == "a = 1\n# stays\n\n# end\n"


def test_remove_an_import_of_one_name(check):
    check("import a\nimport b.c\nd = 1\n", "import a\nd = 1\n", removing("b.c"))
    check("import a, b\n", None, removing("b"))


def test_remove_a_compound_statement(check):
    check("a = 1\n# why\nfor x in y:\n    z(x)\nb = 2\n", "a = 1\n# why\nb = 2\n", removing("for x"))


def test_replace_a_statement_by_others(check):
    check(
        "if a:\n    b()\n",
        "if a:\n    new()\n",
        inserting("b()", "before"),
        removing("b()"),
    )


def moving(at, before):
    return lambda program: MoveStatement(program.statement(at), program.statement(before))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("for a in c:\n    b = 2\n    d(b)\n", "b = 2\nfor a in c:\n    d(b)\n"),
        (
            "x = 1\n\n# each\nfor a in c:\n    # about b\n    b = 2  # two\n\n    d(b)\n",
            "x = 1\n\n# about b\nb = 2  # two\n# each\nfor a in c:\n    d(b)\n",
        ),
        ("for a in c:\n    b = 2\n", "b = 2\nfor a in c:\n    pass\n"),
        (
            "if x:\n    for a in c:\n        d(1)\n        b = 2\n",
            "if x:\n    b = 2\n    for a in c:\n        d(1)\n",
        ),
        ("for a in c:\n    b = 2; d(b)\n", None),
        ("for a in c: b = 2\n", None),
    ],
)
def test_move_before(check, before, after):
    check(before, after, moving("b = 2", "for a"))


def test_move_two_in_order(check):
    check(
        "for a in c:\n    b = 2\n    e = b\n    d(b)\n",
        "b = 2\ne = b\nfor a in c:\n    d(b)\n",
        moving("b = 2", "for a"),
        moving("e = b", "for a"),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('a = 1\nos.b["c"] = 2\nd = 3\n', "a = 1\nd = 3\n"),
        ('a = 1; os.b["c"] = 2\n', "a = 1\n"),
        ('if a:\n    os.b["c"] = 2\n', "if a:\n    pass\n"),
        ('d = os.b["c"] = 2\n', None),
    ],
)
def test_remove_an_assignment_by_its_target(check, before, after):
    check(before, after, lambda program: RemoveStatement(program.expression('os.b["c"]')))


def test_a_statement_of_many_lines_moves_over_what_the_fix_does_not_touch(check):
    moved = "c = g(\n    1,\n    2,\n    3,\n    4,\n)\n"
    above = "a = 1\nb = 2\nfor i in d:\n    e(i)\n"
    check(f"{above}{moved}h = 2\n", f"{moved}{above}h = 2\n", moving("c = g", "a = 1"))
