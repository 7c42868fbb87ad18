"""Keyword arguments are set and removed; the list they stand in keeps its shape."""

import pytest

from keraslint.changes import RemoveArgument
from keraslint.changes import SetArgument
from keraslint.changes import Template


def setting(call, name="n", code="2"):
    return lambda program: SetArgument(program.call(call), name, Template(code))


def removing(call, name="n"):
    return lambda program: RemoveArgument(program.call(call), name)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ds.map()\n", "ds.map(n=2)\n"),
        ("ds.map( )\n", "ds.map(n=2)\n"),
        ("ds.map(f)\n", "ds.map(f, n=2)\n"),
        ("ds.map(f,)\n", "ds.map(f, n=2,)\n"),
        ("ds.map(f, )  # why\n", "ds.map(f, n=2, )  # why\n"),
        ("ds.map(f, n=1)\n", "ds.map(f, n=2)\n"),
        ("ds.map(f, n = 1, m = 3)\n", "ds.map(f, n = 2, m = 3)\n"),
        ("ds.map(f, m = 3)\n", "ds.map(f, m = 3, n = 2)\n"),
        ("ds.map(f, **kw)\n", "ds.map(f, n=2, **kw)\n"),
        ("ds.map(**kw)\n", "ds.map(n=2, **kw)\n"),
        ("ds.map(*args)\n", "ds.map(*args, n=2)\n"),
        ("ds.map(x for x in y)\n", "ds.map((x for x in y), n=2)\n"),
        ("ds.map(f).batch(3)\n", "ds.map(f, n=2).batch(3)\n"),
        ("(ds.map)(f)\n", "(ds.map)(f, n=2)\n"),
        ("ds.map(\n    f\n)\n", "ds.map(\n    f,\n    n=2\n)\n"),
        ("ds.map(\n    f,\n)\n", "ds.map(\n    f,\n    n=2,\n)\n"),
        ("ds.map(\n    f, g\n)\n", "ds.map(\n    f, g, n=2\n)\n"),
        ("ds.map(\n    f, g  # both\n)\n", "ds.map(\n    f, g, n=2  # both\n)\n"),
        ("ds.map(f,\n       g)\n", "ds.map(f,\n       g,\n       n=2)\n"),
        ("ds.map(f, \\\n       g)\n", "ds.map(f, \\\n       g, \\\n       n=2)\n"),
        (
            "ds.map(\n    f,  # the function\n    g  # the other\n)\n",
            "ds.map(\n    f,  # the function\n    g,  # the other\n    n=2\n)\n",
        ),
        (
            "ds.map(\n    # the function\n    f,  # here\n    # m=3,\n)  # done\n",
            "ds.map(\n    # the function\n    f,  # here\n    # m=3,\n    n=2,\n)  # done\n",
        ),
        (
            "ds.map(\n    f,  # here\n    **kw,  # the rest\n)\n",
            "ds.map(\n    f,  # here\n    n=2,\n    **kw,  # the rest\n)\n",
        ),
        (
            "ds.map(\n    f,\n    n=(  # many\n        1\n    ),  # one\n)\n",
            "ds.map(\n    f,\n    n=2,  # one\n)\n",
        ),
        (
            "ds.map(lambda x: (\n    x\n))\n",
            "ds.map(lambda x: (\n    x\n), n=2)\n",
        ),
    ],
)
def test_set(check, before, after):
    check(before, after, setting(before.split(".map")[0] + ".map"))


def test_several_arguments_of_one_call_come_together(check):
    check(
        "ds.map(\n    f,\n    m=1,  # one\n)\n",
        "ds.map(\n    f,\n    m=3,  # one\n    n=2,\n    o=None,\n)\n",
        setting("ds.map"),
        setting("ds.map", "m", "3"),
        setting("ds.map", "o", "None"),
    )


def test_one_goes_and_another_comes(check):
    check("fit(x, workers=4)\n", "fit(x, n=2)\n", removing("fit", "workers"), setting("fit"))


def test_a_value_that_needs_parentheses_gets_them(check):
    check("fit(x)\n", "fit(x, n=(a, b))\n", setting("fit", "n", "a, b"))


def test_a_value_that_stands_there_already_is_no_fix(check):
    check("fit(n=2)\n", None, setting("fit"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("fit()\n", "fit(**kwargs)\n"),
        ("fit(x, n=1)\n", "fit(x, n=1, **kwargs)\n"),
        ("fit(\n    **options,\n)\n", "fit(\n    **options,\n    **kwargs,\n)\n"),
        ("fit(x, **kwargs)\n", None),
    ],
)
def test_set_a_mapping_of_arguments(check, before, after):
    check(before, after, setting("fit", "**", "kwargs"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("fit(n=1)\n", "fit()\n"),
        ("fit(n=1,)\n", "fit()\n"),
        ("fit(\n    n=1\n)\n", "fit()\n"),
        ("fit(\n    # why\n    n=1\n)\n", "fit(\n    # why\n    )\n"),
        ("fit(x, n=1)\n", "fit(x)\n"),
        ("fit(x, n=1,)\n", "fit(x,)\n"),
        ("fit(x, n=1, **kw)\n", "fit(x, **kw)\n"),
        ("fit(n=1, epochs=3)  # all\n", "fit(epochs=3)  # all\n"),
        ("fit(n=1,\n    epochs=3)\n", "fit(epochs=3)\n"),
        ("fit(x, n=1,\n    epochs=3)\n", "fit(x,\n    epochs=3)\n"),
        ("fit(x,\n    n=1, epochs=3)\n", "fit(x,\n    epochs=3)\n"),
        ("fit(x,\n    n=1)\n", "fit(x)\n"),
        ("fit(x,  # data\n    n=1)\n", "fit(x  # data\n    )\n"),
        ("fit(x, \\\n    n=1)\n", "fit(x)\n"),
        ("fit(\n    x,\n    n=1\n)\n", "fit(\n    x\n)\n"),
        ("fit(\n    x,\n    n=1,\n)\n", "fit(\n    x,\n)\n"),
        (
            "fit(\n    x,  # data\n    n=1,  # workers\n    # long\n    epochs=3,  # three\n)\n",
            "fit(\n    x,  # data\n    # long\n    epochs=3,  # three\n)\n",
        ),
        (
            "fit(\n    x,  # data\n    n=1  # workers\n)\n",
            "fit(\n    x  # data\n)\n",
        ),
        (
            "fit(\n    n=[\n        1,\n    ],\n    epochs=3,\n)\n",
            "fit(\n    epochs=3,\n)\n",
        ),
        ("fit(x, m=1)\n", None),
    ],
)
def test_remove(check, before, after):
    check(before, after, removing("fit"))


def test_only_what_must_change_is_edited(program):
    text = "model.fit(\n    x,\n    epochs=3,\n    batch_size=32,\n)\n"
    fix = program(text).resolved(
        setting("model.fit", "epochs", "5")(program(text)), setting("model.fit")(program(text))
    )
    assert [(edit.content, edit.location.row, edit.location.column) for edit in fix.edits] == [
        ("5", 3, 12),
        ("    n=2,\n", 5, 1),
    ]
