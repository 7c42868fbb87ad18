"""What holds for every fix: all files or none, nothing else touched, no crash on odd programs."""

import pytest

from keraslint.changes import RemoveArgument
from keraslint.changes import ReplaceExpression
from keraslint.changes import SetArgument
from keraslint.changes import Template
from keraslint.diagnostic import Applicability
from keraslint.fixer.edits import apply
from keraslint.fixer.resolve import Resolver
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.semantics.lowering.ir import Site
from keraslint.source.stack import run_with_deep_stack


def fix_of(*changes):
    return Fix("Mend it", Applicability.UNSAFE, changes, "it changes")


def test_a_fix_keeps_its_words(program):
    text = "f(n=1)\n"
    subject = program(text)
    fix = fix_of(RemoveArgument(subject.call("f"), "n"))
    resolved = resolver({"train.py": subject}).resolve(fix)
    assert (resolved.message, resolved.applicability, resolved.reason) == (
        "Mend it",
        Applicability.UNSAFE,
        "it changes",
    )


@pytest.fixture
def two(program):
    """A class in one file, its use in another."""
    return {
        "data.py": program("class Data:\n    def __init__(self): pass\n"),
        "train.py": program("import data\nmodel.fit(data.Data(), workers=4)\n"),
    }


def resolver(files):
    return Resolver(lambda name: files[name].readable)


def elsewhere(site, file):
    return Site(file, site.place)


def test_a_fix_of_two_files(two):
    files = two
    fix = fix_of(
        RemoveArgument(files["train.py"].call("model.fit"), "workers"),
        SetArgument(files["train.py"].call("data.Data"), "workers", Template("4")),
        ReplaceExpression(elsewhere(files["data.py"].expression("Data"), "data.py"), Template("Batches")),
    )
    resolved = resolver(files).resolve(fix)
    texts = {
        name: apply(subject.text, [edit for edit in resolved.edits if edit.filename == name])
        for name, subject in files.items()
    }
    assert texts == {
        "data.py": "class Batches:\n    def __init__(self): pass\n",
        "train.py": "import data\nmodel.fit(data.Data(workers=4))\n",
    }


def test_a_fix_that_fails_in_one_file_is_none_and_says_why(two):
    files = two
    fix = fix_of(
        RemoveArgument(files["train.py"].call("model.fit"), "workers"),
        ReplaceExpression(elsewhere(files["data.py"].expression("Data"), "data.py"), Template("a.b")),
    )
    assert resolver(files).resolve(fix) == NoFix("only a name can stand here")


def test_code_does_not_go_from_one_file_to_another(two):
    files = two
    hole = Template("{it}", {"it": elsewhere(files["data.py"].expression("Data"), "data.py")})
    fix = fix_of(SetArgument(files["train.py"].call("model.fit"), "epochs", hole))
    assert resolver(files).resolve(fix) == NoFix("a change that spans files")


@pytest.mark.parametrize("code", ["1 +", "lambda", "", "yield x"])
def test_a_template_that_makes_no_program_is_none(program, code):
    subject = program("x = f(1)\n")
    assert subject.resolved(SetArgument(subject.call("f"), "n", Template(code))) is None


LONG = "x = ds" + ".map(f)" * 1000 + ".batch(2)\ny = g(1)\n"


def test_a_long_chain_is_mended(program):
    def mended():
        subject = program(LONG)
        return subject.fixed(SetArgument(subject.method("batch"), "n", Template("2")))

    assert run_with_deep_stack(mended) == LONG.replace("batch(2)", "batch(2, n=2)")


def test_a_chain_too_long_for_the_stack_is_left_and_disturbs_no_other_line(program):
    subject = run_with_deep_stack(program, LONG)
    run_with_deep_stack(lambda: subject.positions.span(0))
    assert subject.resolved(SetArgument(subject.method("batch"), "n", Template("2"))) is None
    fixed = subject.fixed(SetArgument(subject.call("g("), "n", Template("2")))
    assert fixed == LONG.replace("g(1)", "g(1, n=2)")
