import json

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
Found 8 errors in 9 files.
[*] 1 fixable with `--fix`.
"""
    )
    assert result.exit_code == 1


def test_the_same_in_the_other_formats(check, bad):
    expected = {"KL000": 2, "KL002": 5, "ACME002": 1}
    codes = [finding["code"] for finding in json.loads(check("--output-format", "json").stdout)]
    assert {code: codes.count(code) for code in set(codes)} == expected
    full = check().stdout
    assert {code: full.count(f"error[{code}]") for code in expected} == expected


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


def test_deep_nesting_is_read_or_refused_but_never_a_crash(check, write):
    write("deep.py", "import keras\nx = " + "(" * 500 + "1" + ")" * 500 + "\n")
    result = check("--output-format", "concise")
    assert "KL003" not in result.stdout
    assert result.exit_code in (0, 1)
