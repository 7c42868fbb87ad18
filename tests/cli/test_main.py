import os
import subprocess
import sys

import pytest

from keraslint.config import OUTPUT_FORMATS
from keraslint.version import VERSION


def run(*arguments: str, code: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    start = [sys.executable, "-c", code] if code else [sys.executable, "-m", "keraslint"]
    return subprocess.run(
        [*start, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1", **environment},
        check=False,
    )


IMPORTED = """
import sys
from keraslint.cli import main
try: main()
finally: print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["check", "--help"], ["rule", "--help"]])
def test_nothing_heavy_is_imported_to_say_little(arguments):
    modules = run(*arguments, code=IMPORTED).stderr.split()
    assert "click" in modules
    heavy = (
        "libcst",
        "rich",
        "tensorflow",
        "numpy",
        "keraslint.rules",
        "keraslint.semantics",
        "keraslint.rule",
    )
    assert [name for name in heavy if name in modules] == []


def test_libcst_is_imported_only_to_write_a_fix(tmp_path):
    path = tmp_path / "train.py"
    path.write_text("import keras\n\nmodel = keras.Sequential([keras.layers.Dense(2)])\n")
    modules = run("check", "--isolated", "--no-cache", str(path), code=IMPORTED).stderr.split()
    assert "keraslint.semantics.facts" in modules
    assert "libcst" not in modules


def test_version():
    result = run("--version")
    assert (result.stdout, result.stderr, result.returncode) == (f"keraslint {VERSION}\n", "", 0)


def test_a_reader_that_stops_reading_is_no_error(tmp_path):
    for index in range(300):
        (tmp_path / f"train{index}.py").write_text("import keras\nx = (\n")
    for form in OUTPUT_FORMATS:
        command = f"{sys.executable} -m keraslint check --isolated --output-format {form} | head -n 1"
        result = subprocess.run(
            command, cwd=tmp_path, shell=True, capture_output=True, text=True, check=False
        )
        assert result.stdout.count("\n") == 1
        assert "Traceback" not in result.stderr
        assert "BrokenPipe" not in result.stderr


def test_a_terminal_that_cannot_show_a_character_is_no_error(tmp_path):
    (tmp_path / "é.py").write_text("import keras\nx = ('日本'\n", encoding="utf-8")
    result = run("check", "--isolated", "--no-cache", str(tmp_path), PYTHONIOENCODING="ascii")
    assert result.returncode == 1
    assert "\\xe9.py:2:5" in result.stdout


def test_a_mistake_of_our_own_is_no_finding():
    code = (
        "import sys, keraslint.cli.check as c\n"
        "def broken(*a): raise ZeroDivisionError('ours')\n"
        "c.configurations = broken\n"
        "from keraslint.cli import main\n"
        "main()"
    )
    result = run("check", code=code)
    assert result.returncode == 2
    assert "ZeroDivisionError: ours" in result.stderr
    assert "please report" in result.stderr


def test_color_where_it_is_asked_for_and_not_where_it_is_not(tmp_path):
    (tmp_path / "train.py").write_text("import keras\nx = (\n")
    arguments = ("check", "--isolated", "--no-cache", str(tmp_path))
    assert "\x1b[" not in run(*arguments).stdout
    assert "\x1b[" not in run(*arguments, NO_COLOR="1", FORCE_COLOR="1").stdout.replace(
        "\x1b[1m", ""
    ).replace("\x1b[0m", "")
    assert "\x1b[1;31merror[KL000]" in run(*arguments, NO_COLOR="", FORCE_COLOR="1", TERM="xterm").stdout


def test_where_there_is_nothing_to_say_a_terminal_gets_no_empty_line(tmp_path):
    (tmp_path / "train.py").write_text("import keras\n")
    arguments = ("check", "--isolated", "--no-cache", str(tmp_path))
    for color in ("", "1"):
        told = run(*arguments, FORCE_COLOR=color, TERM="xterm").stdout
        assert "All is well in 1 file." in told.splitlines()[0]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell):
    result = run("completion", shell)
    assert result.returncode == 0
    assert "_KERASLINT_COMPLETE" in result.stdout


def test_completion_knows_commands_and_options():
    words = run(code="from keraslint.cli import main; main()", _KERASLINT_COMPLETE="bash_complete", COMP_WORDS="keraslint ch", COMP_CWORD="1")  # fmt: skip
    assert words.stdout == "plain,check\n"
