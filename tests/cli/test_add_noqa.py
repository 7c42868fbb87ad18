"""`--add-noqa` writes comments that silence what was found, and changes nothing else."""

import ast
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from keraslint.cli import checking

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
MODEL = "import keras\nm = keras.Sequential([])\n"


def ruff(path, *options: str) -> str:
    command = (
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        "--output-format",
        "concise",
    )
    return subprocess.run([*command, *options, str(path)], capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("m.fit(x, epochs=500)", "m.fit(x, epochs=500)  # noqa: ACME001, ACME003"),
        ("m.fit(x, epochs=500)  # why  ", "m.fit(x, epochs=500)  # why  # noqa: ACME001, ACME003"),
        ("m.fit(x, epochs=500)  # noqa: E501", "m.fit(x, epochs=500)  # noqa: E501, ACME001, ACME003"),
        ("m.fit(x, epochs=500)  # noqa:E501,ACME003 as is", "m.fit(x, epochs=500)  # noqa:E501,ACME003, ACME001 as is"),
        ("m.fit(x, epochs=500)  # noqa", "m.fit(x, epochs=500)  # noqa"),
        ("m.fit(x, epochs=500)  # keraslint: ignore[chatty-fit]", "m.fit(x, epochs=500)  # keraslint: ignore[chatty-fit]  # noqa: ACME001"),
        ("m.fit(\n    x,\n    epochs=500,\n)", "m.fit(  # noqa: ACME003\n    x,\n    epochs=500,  # noqa: ACME001\n)"),
        ("m \\\n    .fit(x, epochs= \\\n    500)\ny = 1", "m \\\n    .fit(x, epochs= \\\n    500)  # noqa: ACME001, ACME003\ny = 1"),
        ("m.fit('''\na\n''', verbose=1, epochs=500)", "m.fit('''\na\n''', verbose=1, epochs=500)  # noqa: ACME001"),
        ("m.fit(epochs=500, x='''a\nb''',\n    verbose=2)", "m.fit(epochs=500, x='''a\nb''',  # noqa: ACME001\n    verbose=2)"),
        ("s = '# noqa: E1'; m.fit(s, epochs=500, verbose=2)", "s = '# noqa: E1'; m.fit(s, epochs=500, verbose=2)  # noqa: ACME001"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_comment_stands_where_python_takes_one(check, project, code, expected, end):
    path = project / "train.py"
    text = f"{MODEL}{code}\n".replace("\n", end)
    path.write_bytes(text.encode())
    result = check("--add-noqa")
    assert (result.stdout, result.exit_code) == ("", 0)
    written = path.read_bytes().decode()
    assert written == f"{MODEL}{expected}\n".replace("\n", end)
    assert ast.dump(ast.parse(written)) == ast.dump(ast.parse(text))
    assert check().exit_code == 0
    assert json.loads(check("--output-format", "json").stdout) == []


def test_the_lines_are_counted(check, write):
    write("a.py", MODEL + "m.fit(x, epochs=500)\n" * 3)
    write("b.py", MODEL + "m.fit(x, epochs=500)")
    assert check("--add-noqa").stderr == "Added 4 noqa directives.\n"
    assert check("--add-noqa").stderr == "Added 0 noqa directives.\n"


def test_only_what_is_shown_is_silenced(check, write, project):
    write("train.py", MODEL + "m.fit(x, epochs=500)\n")
    check("--add-noqa", "--min-severity", "warning")
    assert (project / "train.py").read_text().endswith("# noqa: ACME001\n")


def test_a_cell_gets_its_comment_and_nothing_else_changes(check, project):
    cells = [
        v4.new_code_cell(f'%matplotlib inline\n!echo "it\'s"\n{MODEL}'),
        v4.new_markdown_cell("m.fit(x, epochs=500)"),
        v4.new_code_cell("%%time\nm.fit(x,\n  epochs=500)"),
        v4.new_code_cell("%time m.fit(x, epochs=500, verbose=2)\ny = 1"),
    ]
    path = project / "train.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    before = nbformat.read(path, 4)
    assert check("--add-noqa").stderr == "Added 3 noqa directives.\n"
    after = nbformat.read(path, 4)
    assert [cell.source for cell in after.cells] == [
        cells[0].source,
        cells[1].source,
        "%%time\nm.fit(x,  # noqa: ACME003\n  epochs=500)  # noqa: ACME001",
        "%time m.fit(x, epochs=500, verbose=2)  # noqa: ACME001\ny = 1",
    ]
    for old, new in zip(before.cells, after.cells, strict=True):
        new.source = old.source
    assert after == before
    assert check().exit_code == 0


def test_what_no_comment_silences_is_told(check, write, project):
    broken = write("broken.py", "import keras\nx = (\n")
    write("train.py", MODEL + "m.fit(x, epochs=500)\n")
    result = check("--add-noqa")
    assert result.exit_code == 1
    assert result.stderr.startswith("broken.py:2:5: KL000 ")
    assert result.stderr.endswith("Added 1 noqa directive.\n")
    assert "noqa" not in broken.read_text()


def test_a_file_that_cannot_be_written_is_told(check, write):
    path = write("train.py", MODEL + "m.fit(x, epochs=500)\n")
    path.chmod(0o444)
    result = check("--add-noqa")
    assert result.exit_code == 1
    assert "train.py:1:1: KL002 cannot be written: the file is read-only" in result.stderr
    assert result.stderr.endswith("Added 0 noqa directives.\n")


@pytest.mark.parametrize("arguments", [["-"], ["--fix"], ["--diff"]])
def test_it_goes_with_no_other_way_of_writing(check, write, arguments):
    write("train.py")
    result = check("--add-noqa", *arguments, given="")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: `--add-noqa` writes comments into files")


def test_ruff_keeps_our_comments_where_it_is_told_of_them(keraslint_cli, write):
    code = MODEL + "m.compile(loss='mse')\nm.fit(x, y, epochs=2, workers=4)\n"
    path = write("train.py", code)
    keraslint_cli("check", "--add-noqa", "--select", "KL501")
    assert path.read_text().endswith("workers=4)  # noqa: KL501\n")
    # Of codes that it does not know, some versions speak under one code, some under the other.
    rules = ("--select", "RUF100,RUF102")
    assert "RUF10" in ruff(path, *rules)
    assert ruff(path, *rules, "--config", 'lint.external = ["KL"]') == "All checks passed!\n"


def test_whatever_our_rules_find_is_silenced_and_nothing_else_changes(keraslint_cli, project):
    for bad in FIXTURES.glob("*/bad.py"):
        shutil.copyfile(bad, project / f"{bad.parent.name}.py")
    before = {path: ast.dump(ast.parse(path.read_text(encoding="utf-8"))) for path in project.glob("*.py")}
    assert keraslint_cli("check", "--add-noqa").exit_code == 0
    assert json.loads(keraslint_cli("check", "--output-format", "json").stdout) == []
    assert {path: ast.dump(ast.parse(path.read_text(encoding="utf-8"))) for path in before} == before


def test_a_file_that_is_saved_meanwhile_stays_as_it_was_saved(check, project, monkeypatch):
    path = project / "train.py"
    path.write_text(f"{MODEL}m.fit(x, epochs=500)\n")
    run = checking.run

    def saved_meanwhile(*arguments):
        outcome = run(*arguments)
        path.write_text("saved\n")
        return replace(outcome, sources={})

    monkeypatch.setattr(checking, "run", saved_meanwhile)
    result = check("--add-noqa")
    assert path.read_text() == "saved\n"
    assert (result.exit_code, result.stderr) == (
        1,
        "train.py:1:1: KL002 the file was saved while keraslint ran; run it again\nAdded 0 noqa directives.\n",
    )
