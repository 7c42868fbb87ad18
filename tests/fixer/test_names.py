"""Arguments get their names, imports other ones; all else keeps its shape."""

import pytest

from keraslint.changes import NameArgument
from keraslint.changes import RenameImport


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("m.f(a, b)\n", "m.f(a, n=b)\n"),
        ("m.f(a, b, k=1)\n", "m.f(a, n=b, k=1)\n"),
        ("m.f(a,\n    b)  # why\n", "m.f(a,\n    n=b)  # why\n"),
    ],
)
def test_a_positional_argument_gets_its_name(check, before, after) -> None:
    check(before, after, lambda program: NameArgument(program.call("m.f"), 1, "n"))


def test_several_get_their_names_in_one_fix(check) -> None:
    check(
        "m.f(a, b, c)\n",
        "m.f(a, n=b, o=c)\n",
        lambda program: NameArgument(program.call("m.f"), 2, "o"),
        lambda program: NameArgument(program.call("m.f"), 1, "n"),
    )


def test_a_keyword_is_exchanged(check) -> None:
    text = "m.f(\n    old = a,\n    b=1,\n)\n"
    check(text, text.replace("old", "x"), lambda program: NameArgument(program.call("m.f"), "old", "x"))


@pytest.mark.parametrize("text", ["m.f(*a, b)\n", "m.f(a, k=1)\n", "m.f(a)\n"])
def test_what_is_no_positional_argument_gets_no_name(check, text) -> None:
    check(text, None, lambda program: NameArgument(program.call("m.f"), 1, "n"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from k import A\n", "from k import B\n"),
        ("from k import A as C\n", "from k import B as C\n"),
        ("from k import A, B\n", "from k import B\n"),
        ("from k import B, A\n", "from k import B\n"),
        ("from k import (\n    A,\n    D,\n)\n", "from k import (\n    B,\n    D,\n)\n"),
        ("from k import (\n    A,\n    B,\n)\n", "from k import (\n    B,\n)\n"),
    ],
)
def test_an_import_gets_another_name(check, before, after) -> None:
    check(before, after, lambda program: RenameImport(program.statement("from k"), "A", "B"))
