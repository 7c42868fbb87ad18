import json
from pathlib import Path

import pytest

BAD = {
    "python2.py": b"import keras\nprint 'x'\n",
    "unclosed.py": b"import keras\nx = [1, 2\n",
    "latin.py": b"import keras\nx = '\xe9'\n",
    "unknown.py": b"# coding: klingon\nimport keras\n",
    "binary.py": b"keras\0\0",
    "utf16.py": "import keras\n".encode("utf-16"),
    "broken.ipynb": b'{"keras": 1}',
}


@pytest.fixture
def bad(project, write):
    for name, data in BAD.items():
        (project / name).write_bytes(data)
    (project / "gone.py").symlink_to("nowhere.py")
    write("train.py", "import keras\nkeras.Sequential([]).fit(x, shuffle='twice', verbose=0)\n")


def test_one_line_each_that_names_the_file_and_the_mend(check, bad):
    result = check("--output-format", "concise")
    assert (
        result.stdout
        == """\
binary.py:1:6: KL002 binary data (a NUL byte), not Python; exclude the file or restore it
broken.ipynb:1:1: KL002 JSON without cells, no notebook; restore the file or exclude it
gone.py:1:1: KL002 broken symbolic link to `nowhere.py`; restore its target or remove the link
latin.py:2:6: KL002 byte 0xe9 is not UTF-8; declare the encoding (`# -*- coding: latin-1 -*-`) or save the file as UTF-8
python2.py:2:1: KL000 this is Python 2 (a print statement); convert it to Python 3 (2to3 does most of it) or exclude the file
train.py:2:22: ACME002 [*] nothing is shuffled twice
unclosed.py:2:5: KL000 '[' was never closed
unknown.py:1:1: KL002 unknown encoding `klingon`; declare one that Python knows, such as utf-8
utf16.py:1:1: KL002 encoded as UTF-16, which Python does not read; save the file as UTF-8
Found 9 errors in 9 files.
[*] 1 fixable with `--fix`.
"""
    )
    assert result.exit_code == 1


def test_the_same_in_the_other_formats(check, bad):
    expected = {"KL000": 2, "KL002": 6, "ACME002": 1}
    codes = [finding["code"] for finding in json.loads(check("--output-format", "json").stdout)]
    assert {code: codes.count(code) for code in set(codes)} == expected
    full = check().stdout
    assert {code: full.count(f"error[{code}]") for code in expected} == expected
    assert all(f" --> {name}:" in full for name in (*BAD, "gone.py"))


def test_they_make_the_run_fail_whatever_is_selected(check, bad):
    result = check("latin.py", "--select", "ACME001")
    assert result.exit_code == 1
    assert "KL002" in result.stdout


def test_what_has_no_framework_in_it_is_never_parsed(check, project):
    (project / "python2.py").write_bytes(b"print 'x'\n")
    assert check().stdout == "All is well in 1 file.\n"


@pytest.mark.parametrize(
    "text",
    [
        "import keras\n" + "x = 1\n" * 50_000,
        "import keras\nx = " + "(" * 150 + "1" + ")" * 150 + "\n",
        "import keras\nx = 1" + " + 1" * 1000 + "\n",
        "import keras\nx = y" + ".a(1)" * 300 + "\n",
        "import keras\n" + "".join(f"{'  ' * depth}if x:\n" for depth in range(80)) + "  " * 80 + "pass\n",
        "import keras",
    ],
    ids=["long", "nested", "sum", "chain", "blocks", "unterminated"],
)
def test_odd_shapes_are_read(check, write, text):
    write("odd.py", text)
    assert check().stdout == "All is well in 1 file.\n"


def test_an_empty_file_is_well(check, project):
    (project / "empty.py").touch()
    assert check().stdout == "All is well in 1 file.\n"


FINDING = "keras.Sequential([]).fit(x, shuffle='twice', verbose=0)\n"


def test_500_parentheses_hide_nothing(check, write):
    write("deep.py", "import keras\nx = " + "(" * 500 + "1" + ")" * 500 + "\n" + FINDING)
    result = check("--output-format", "concise")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("deep.py:3:22: ACME002")
    assert lines[1] == "Found 1 error in 1 file."
    assert result.exit_code == 1


def test_a_chain_of_2000_calls_is_left_out_and_hides_nothing(check, write):
    write("chain.py", "import keras\nx = y" + ".a(1)" * 2000 + "\n" + FINDING)
    result = check("--output-format", "concise")
    assert (
        result.stdout
        == """\
chain.py:2:1: KL000 a chain of 2,000 calls is left out, it would take minutes; divide it
chain.py:3:22: ACME002 nothing is shuffled twice
Found 2 errors in 1 file.
"""
    )
    assert result.exit_code == 1


def test_a_folder_with_the_name_of_a_file_is_a_folder(check, write):
    write("x.py/inner.py", "import keras\n" + FINDING)
    for path in (".", "x.py"):
        result = check("--output-format", "concise", path)
        assert result.stdout.startswith("x.py/inner.py:2:22: ACME002 [*] nothing is shuffled twice\n")
        assert "Found 1 error in 1 file." in result.stdout


def test_a_file_that_vanishes_while_we_run(check, write, monkeypatch):
    gone = write("gone.py")
    write("train.py", "import keras\n" + FINDING)
    real = Path.read_bytes

    def read_bytes(path):
        if path == gone:
            gone.unlink()
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    result = check("--output-format", "concise")
    assert result.stdout.splitlines()[:2] == [
        "gone.py:1:1: KL002 the file is gone; it was removed or renamed while keraslint ran",
        "train.py:2:22: ACME002 [*] nothing is shuffled twice",
    ]
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "Permission denied"), "cannot be read: permission denied; give yourself read access"),
        (OSError(5, "Input/output error"), "cannot be read: Input/output error"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read(check, write, monkeypatch, error, message):
    closed = write("closed.py")
    write("train.py", "import keras\n" + FINDING)
    real = Path.read_bytes

    def read_bytes(path):
        if path == closed:
            raise error
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    result = check("--output-format", "concise")
    assert result.stdout.splitlines()[:2] == [
        f"closed.py:1:1: KL002 {message}",
        "train.py:2:22: ACME002 [*] nothing is shuffled twice",
    ]
    assert result.exit_code == 1


def test_fixing_leaves_them_alone_and_fixes_the_others(check, bad, project):
    result = check("--fix", "--output-format", "concise")
    assert result.exit_code == 1
    assert "Fixed 1 finding" in result.stdout
    assert "twice" not in (project / "train.py").read_text()
    assert {name: (project / name).read_bytes() for name in BAD} == BAD


def test_a_diff_names_them_beside_it(check, bad):
    result = check("--diff")
    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if line.startswith("+++")] == ["+++ train.py"]
    for name in (*BAD, "gone.py"):
        assert f"\n{name}:" in f"\n{result.stderr}"


def test_statistics_count_them(check, bad):
    counted = json.loads(check("--statistics", "--output-format", "json").stdout)
    assert {each["code"]: each["count"] for each in counted} == {"KL000": 2, "KL002": 6, "ACME002": 1}


def test_standard_input_is_met_alike(check):
    result = check("-", "--stdin-filename", "train.py", "--output-format", "concise", given=BAD["python2.py"])
    assert result.stdout.startswith("train.py:2:1: KL000 this is Python 2 (a print statement)")
    assert result.exit_code == 1


def test_our_own_mistakes_are_told_in_every_format_and_hide_nothing(check, write):
    write("train.py", "import keras\nm = keras.Sequential([])\nm.fit(x, verbose=0)\n" + FINDING)
    arguments = ("--extend-select", "ACME900")
    codes = {"ACME002", "ACME900", "KL003"}
    found = json.loads(check(*arguments, "--output-format", "json").stdout)
    assert {each["code"] for each in found} == codes
    [ours] = [each for each in found if each["code"] == "KL003"]
    assert ours["filename"] == "train.py"
    assert "ACME900 failing" in ours["message"]
    assert "please report" in ours["message"]
    for form in ("full", "concise"):
        shown = check(*arguments, "--output-format", form).stdout
        assert all(code in shown for code in codes)
        assert "please report" in shown


@pytest.mark.parametrize("text", ["x = " + "(" * 500 + ")" * 500, "print 'x'", "\0", ""])
def test_settings_are_shown_for_whatever_a_file_holds(keraslint_cli, write, text):
    write("train.py", f"import keras\n{text}\n")
    result = keraslint_cli("config", "train.py")
    assert result.exit_code == 0
    assert "target-keras = 3  # default" in result.stdout


def test_a_file_that_is_data_rather_than_code_is_one_line(check, write):
    write("data.py", "import keras\n" + "x = 1\n" * 2_000_000)
    write("train.py", "import keras\n" + FINDING)
    result = check("--output-format", "concise", "--no-cache")
    assert "data.py:1:1: KL002 12 million characters of code, which is data rather" in result.stdout
    assert "train.py:2" in result.stdout
