import ast
import gc
from pathlib import Path

import libcst as cst
import pytest

from keraslint.source.parse import Parsed
from keraslint.source.parse import collector_paused
from keraslint.source.parse import parse
from keraslint.source.stack import run_with_deep_stack
from keraslint.source.text import SourceError
from keraslint.source.text import decode


def parsed(text: str) -> Parsed:
    source = decode(Path("train.py"), "train.py", text.encode())
    return run_with_deep_stack(parse, source)


def refused(text: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        parsed(text)
    assert caught.value.kind == "invalid-syntax"
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only\n# comments",
        "x = 1",
        "x = 1\r\ny = 2\r\n",
        "x = 1\ry = 2\r",
        "\x0cx = 1\n\x0c\nif x:\n\tpass\n",
        "'''unfinished business'''",
        "await model.fit()\nreturn 1\n",
        "x = f'{a['b']}'\ntype Batch = int\n",
        "x = 1\n" * 20_000,
        "if a:\n    pass\n" + "elif b:\n    pass\n" * 300,
        "x = [" + "(1, 'a'), " * 5_000 + "]\n",
        "x = " + "[" * 150 + "]" * 150,
        "x = ds" + ".map(f)" * 300,
    ],
    ids=lambda text: text[:12],
)
def test_what_python_reads_is_read(text):
    result = parsed(text)
    assert result.source.text == text
    assert result.errors == ()


def test_rows_of_the_tree_are_those_of_the_file():
    result = parsed("a = 1\n\nb = 2")
    assert isinstance(result.tree, ast.Module)
    assert [statement.lineno for statement in result.tree.body] == [1, 3]


@pytest.mark.parametrize("text", ["x = 1\ntype Batch = int\n", "with (open(a) as b, open(c) as d): pass\n"])
def test_syntax_that_this_python_is_too_old_for_is_read_all_the_same(monkeypatch, text):
    monkeypatch.setattr(ast, "parse", lambda _: compile("(", "", "eval"))
    assert isinstance(parsed(text).tree, cst.Module)


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ("x = (1,\ny = 2\n", 1, 5),
        ("x = 1\nmodel.fit(x y)\n", 2, 11),
        ("s = 'ü' +\n", 1, 10),
        ("def f(:\n    pass\n", 1, 7),
        ("if x:\n\ty\n        z\n", 3, 1),
        ("x = 1\n\\\n", 2, 2),
    ],
)
def test_a_syntax_error_stands_where_python_puts_it(text, row, column):
    error = refused(text)
    assert error.row == row
    # Python 3.10 to 3.14 differ by a character here and there.
    assert abs(error.column - column) <= 2


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("print 'loss', loss", "a print statement"),
        ("print loss", "a print statement"),
        ("if x: print 'a'", "a print statement"),
        ("exec 'x = 1'", "an exec statement"),
        ("if a <> b: pass", "`<>`"),
        ("x = `y`", "backticks"),
        ("os.mkdir(p, 0777)", "an octal number without `0o`"),
        ("n = 10L", "a long integer"),
        ("s = ur'x'", "a `ur` string"),
        ("raise ValueError, 'x'", "`raise X, message`"),
        ("def f(a, (b, c)): pass", "a tuple as a parameter"),
        ("f = lambda (a, b): a", "a tuple as a parameter"),
    ],
)
def test_python_2_is_recognised(line, sign):
    error = refused(f"import keras\n{line}\n")
    assert str(error) == (
        f"this is Python 2 ({sign}); convert it to Python 3 (2to3 does most of it) or exclude the file"
    )
    assert error.row == 2


@pytest.mark.parametrize("text", ["print(x y)\n", "x = 'print loss' +\n", "x = (1 2)\n", "print = = 1\n"])
def test_python_3_with_a_mistake_is_not_python_2(text):
    assert "Python 2" not in str(refused(text))


def test_too_many_brackets_are_no_python():
    error = refused("x = 1\ny = " + "(" * 1500 + "1" + ")" * 1500 + "\n")
    assert (error.row, str(error)) == (2, "1500 brackets inside each other; Python takes 200")


def test_five_hundred_brackets_are_read_or_refused_but_never_crash():
    assert parsed("y = " + "(" * 500 + "1" + ")" * 500 + "\n").errors == ()


def test_an_endless_chain_is_left_out_and_the_rest_is_read():
    chain = "    y = (ds\n" + "    .map(f)\n" * 5_000 + "    )  # why\n"
    result = parsed("if x:\n" + chain + "z = 3\n")
    assert result.source.text == "if x:\n    pass" + "\n" * 5_002 + "z = 3\n"
    [error] = result.errors
    assert error.row == 2
    assert str(error) == "a chain of 5,000 calls is left out, it would take minutes; divide it"


def test_an_endless_chain_in_a_header_is_refused():
    assert refused("for x in ds" + ".map(f)" * 2_000 + ":\n    pass\n").row == 1


def test_many_short_statements_are_no_chain():
    text = "f(1); g(2)\nx = [f(1), f(2)]\n" * 600 + "s = '" + "()" * 2000 + "'  # " + "()" * 2000 + "\n"
    assert parsed(text).errors == ()


def test_the_collector_is_off_inside_and_as_before_outside():
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    try:
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
