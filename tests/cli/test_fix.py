from dataclasses import replace

import pytest

from keraslint.cli import checking
from keraslint.fixer import resolve

TWICE = """\
import keras

model = keras.Sequential([])
model.fit(x, epochs=500, shuffle="twice")
model.fit(y, shuffle="twice", verbose=0)  # again
"""


def test_safe_fixes_alone_and_a_word_on_those_that_remain(check, write):
    path = write("train.py", TWICE)
    result = check("--fix", "--output-format", "concise")
    assert (
        path.read_text()
        == """\
import keras

model = keras.Sequential([])
model.fit(x, epochs=500)
model.fit(y, verbose=0)  # again
"""
    )
    assert (
        result.stdout
        == """\
train.py:4:7: ACME003 `fit` prints a progress bar
train.py:4:21: ACME001 500 epochs are many
Fixed 2 findings (2 x ACME002).
Found 1 warning and 1 info in 1 file.
[*] 1 fixable with `--fix --unsafe-fixes`.
"""
    )
    assert result.exit_code == 1


def test_unsafe_fixes_on_request(check, write):
    path = write("train.py", TWICE)
    result = check("--fix", "--unsafe-fixes", "--min-severity", "warning")
    assert (
        path.read_text()
        == """\
import keras

model = keras.Sequential([])
model.fit(x, epochs=100)
model.fit(y, verbose=0)  # again
"""
    )
    assert (
        result.stdout
        == """\
Fixed 3 findings (1 x ACME001, 2 x ACME002).
All is well in 1 file (1 below the minimum).
"""
    )
    assert result.exit_code == 0


@pytest.mark.parametrize("selectors", [["--extend-select", "ACME003"], ["--select", "chatty-fit"]])
def test_advice_is_followed_where_its_rule_was_named(check, write, selectors):
    path = write("train.py", TWICE)
    check("--fix", *selectors)
    assert "verbose=2)" in path.read_text()


@pytest.mark.parametrize("selectors", [["--select", "ALL"], ["--select", "ACME"], ["--select", "training"]])
def test_advice_is_left_alone_where_it_was_not(check, write, selectors):
    path = write("train.py", TWICE)
    check("--fix", *selectors)
    assert "verbose=2)" not in path.read_text()


def test_rules_whose_fixes_are_not_wanted(check, write):
    path = write("train.py", TWICE)
    assert "1 fixable with `--fix --unsafe-fixes`" in check("--fix", "--unfixable", "ACME002").stdout
    assert path.read_text() == TWICE


def test_configuration_can_judge_a_fix_otherwise(check, write):
    write("keraslint.toml", 'extend-safe-fixes = ["ACME001"]\nextend-unsafe-fixes = ["ACME002"]\n')
    path = write("train.py", TWICE)
    check("--fix")
    assert path.read_text() == TWICE.replace("500", "100")


def test_a_fix_that_mends_nothing_is_dropped_and_reported(check, write):
    path = write("train.py", TWICE)
    result = check("--fix", "--select", "ACME901,ACME002", "--output-format", "concise")
    assert path.read_text() == TWICE.replace(', shuffle="twice"', "")
    assert (
        result.stdout
        == """\
train.py:4:7: ACME901 `fit` is called
train.py:4:7: KL003 keraslint 0.1.0 failed at the fix of ACME901 stubborn, which was dropped: after it, \
ACME901 finds as much as before; please report this line with the code
train.py:5:7: ACME901 `fit` is called
train.py:5:7: KL003 keraslint 0.1.0 failed at the fix of ACME901 stubborn, which was dropped: after it, \
ACME901 finds as much as before; please report this line with the code
Fixed 2 findings (2 x ACME002).
Found 2 errors and 2 warnings in 1 file.
"""
    )
    assert result.exit_code == 1


def test_everything_else_stays_to_the_byte(check, project):
    data = "\ufeffimport keras\r\n\r\nmodel = keras.Sequential([])\r\nmodel.fit(x,\tshuffle='twice', verbose = 0 ) # é"
    path = project / "train.py"
    path.write_bytes(data.encode())
    path.chmod(0o640)
    check("--fix")
    assert path.read_bytes().decode() == data.replace("shuffle='twice', ", "")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_written_is_a_finding_and_was_not_fixed(check, write):
    path = write("train.py", TWICE)
    write("more.py", TWICE)
    path.chmod(0o444)
    result = check("--fix", "--select", "ACME002", "--output-format", "concise")
    assert path.read_text() == TWICE
    assert (
        result.stdout
        == """\
train.py:1:1: KL002 cannot be written: the file is read-only; nothing was fixed in it
Fixed 2 findings (2 x ACME002).
Found 1 error in 2 files.
"""
    )
    assert result.exit_code == 1


def test_suppressed_findings_are_not_fixed(check, write):
    path = write("train.py", TWICE.replace("# again", "# noqa"))
    check("--fix")
    assert path.read_text().count("twice") == 1


def test_a_fix_whose_result_is_no_python_is_dropped_and_reported(check, write, monkeypatch):
    class Broken(resolve.Resolver):
        def resolve(self, fix):
            resolved = super().resolve(fix)
            if fix.message != "Hope":
                return resolved
            return replace(resolved, edits=tuple(replace(edit, content=" (") for edit in resolved.edits))

    monkeypatch.setattr(resolve, "Resolver", Broken)
    path = write("train.py", TWICE.replace("verbose=0", "epochs=1"))
    result = check("--fix", "--select", "ACME901,ACME002", "--output-format", "concise")
    assert path.read_text() == TWICE.replace("verbose=0", "epochs=1").replace(', shuffle="twice"', "")
    assert (
        result.stdout
        == """\
train.py:4:7: ACME901 `fit` is called
train.py:4:7: KL003 keraslint 0.1.0 failed at the fix of ACME901 stubborn, which was dropped: \
its result cannot be used: '(' was never closed; please report this line with the code
train.py:5:7: ACME901 `fit` is called
train.py:5:7: KL003 keraslint 0.1.0 failed at the fix of ACME901 stubborn, which was dropped: \
its result cannot be used: '(' was never closed; please report this line with the code
Fixed 2 findings (2 x ACME002).
Found 2 errors and 2 warnings in 1 file.
"""
    )


def test_fixes_in_several_files_that_belong_together(check, write):
    build = write("build.py", "import keras\n\nmodel = keras.Sequential([])\nmodel.fit(x, shuffle='twice')\n")
    train = write("train.py", "from build import model\n\nmodel.fit(y, shuffle='twice')\n")
    assert "Fixed 2 findings (2 x ACME002)." in check("--fix").stdout
    assert build.read_text().endswith("model.fit(x)\n")
    assert train.read_text().endswith("model.fit(y)\n")


def test_notebooks_are_mended_cell_by_cell(check, write):
    text = """\
{"cells": [{"cell_type": "code", "source": ["import keras\\n", "m = keras.Sequential([])"]},
           {"cell_type": "code", "source": ["!ls\\n", "m.fit(x, shuffle='twice')"], "outputs": [ ]}],
 "metadata":{}, "nbformat": 4}
"""
    path = write("train.ipynb", text)
    assert "Fixed 1 finding" in check("--fix").stdout
    assert path.read_text() == text.replace(", shuffle='twice'", "")


def test_fixes_alone_and_not_a_word_on_what_is_left(check, write):
    path = write("train.py", TWICE)
    result = check("--fix-only")
    assert (result.stdout, result.stderr) == ("", "Fixed 2 findings in 1 file.\n")
    assert result.exit_code == 0
    assert path.read_text() == TWICE.replace(', shuffle="twice"', "")


def test_fixes_alone_pass_over_nothing_that_failed(check, write):
    path = write("train.py", TWICE)
    path.chmod(0o444)
    result = check("--fix-only")
    assert result.stdout == ""
    assert result.stderr == (
        "train.py:1:1: KL002 cannot be written: the file is read-only; nothing was fixed in it\n"
        "Fixed 0 findings in 0 files.\n"
    )
    assert result.exit_code == 1


BUILT = "import keras\n\nmodel = keras.Sequential([])\nmodel.fit(x, shuffle='in step')\n"
TRAINED = "from build import model\n\nmodel.fit(y, shuffle='in step')\n"


def test_a_fix_of_several_files_is_made_in_all_of_them(check, write):
    build, train = write("build.py", BUILT), write("train.py", TRAINED)
    assert "Fixed 1 finding (1 x ACME902)." in check("--fix", "--select", "ACME902").stdout
    assert build.read_text().endswith("model.fit(x)\n")
    assert train.read_text().endswith("model.fit(y)\n")


def test_a_fix_of_several_files_is_made_in_none_where_one_cannot_be_written(check, write):
    build, train = write("build.py", BUILT), write("train.py", TRAINED)
    train.chmod(0o444)
    result = check("--fix", "--select", "ACME902", "--output-format", "concise")
    assert (build.read_text(), train.read_text()) == (BUILT, TRAINED)
    assert (
        result.stdout
        == """\
build.py:1:1: KL002 was not written, for `train.py`, which has to change with it, cannot be; nothing was fixed in it
train.py:1:1: KL002 cannot be written: the file is read-only; nothing was fixed in it
Found 2 errors in 2 files.
"""
    )
    assert result.exit_code == 1


def test_a_fix_of_several_files_is_not_made_in_standard_input_alone(check, write):
    write("build.py", BUILT)
    result = check("--fix", "--select", "ACME902", "--stdin-filename", "train.py", "-", given=TRAINED)
    assert result.stdout == TRAINED


def test_what_was_saved_while_it_was_checked_stays(check, write, monkeypatch):
    path = write("train.py", TWICE)
    run = checking.run

    def run_and_save(*arguments):
        outcome = run(*arguments)
        path.write_text("saved\n")
        return outcome

    monkeypatch.setattr(checking, "run", run_and_save)
    result = check("--fix", "--select", "ACME002", "--output-format", "concise")
    assert path.read_text() == "saved\n"
    assert (
        result.stdout
        == """\
train.py:1:1: KL002 cannot be written: the file was saved while keraslint ran; run it again; nothing was fixed in it
Found 1 error in 1 file.
"""
    )
