import json

CODE = "import keras\nkeras.Sequential([]).fit(x, shuffle='twice')\n"


def test_code_from_standard_input(check):
    result = check("-", "--output-format", "concise", given=CODE)
    assert (
        result.stdout
        == """\
-:2:22: ACME002 [*] nothing is shuffled twice
-:2:22: ACME003 `fit` prints a progress bar
Found 1 error and 1 info in 1 file.
[*] 1 fixable with `--fix`.
"""
    )
    assert result.exit_code == 1


def test_its_name_and_the_settings_of_its_folder(check, write):
    write("src/keraslint.toml", 'ignore = ["ACME003"]\n')
    result = check("-", "--stdin-filename", "src/train.py", "--output-format", "json", given=CODE)
    assert [(each["filename"], each["code"]) for each in json.loads(result.stdout)] == [
        ("src/train.py", "ACME002")
    ]


def test_the_fixed_code_goes_to_standard_output_and_the_rest_aside(check, project):
    result = check("-", "--fix", given=CODE)
    assert result.stdout == "import keras\nkeras.Sequential([]).fit(x)\n"
    assert (
        result.stderr
        == """\
info: good to know, fails no run
  -:2:22: ACME003 `fit` prints a progress bar

Fixed 1 finding (1 x ACME002).
Found 1 info in 1 file.
"""
    )
    assert result.exit_code == 0
    assert list(project.iterdir()) == []


def test_code_without_a_fix_comes_out_as_it_went_in(check):
    data = b"\xef\xbb\xbfimport keras\r\nx = '\xc3\xa9'"
    assert check("-", "--fix", given=data).stdout_bytes == data


def test_code_that_does_not_parse_comes_out_as_it_went_in(check):
    result = check("-", "--fix", "--quiet", given="import keras\nx = (\n")
    assert result.stdout == "import keras\nx = (\n"
    assert (
        result.stderr
        == """\
error[KL000] invalid-syntax: '(' was never closed
 --> -:2:5
  |
2 | x = (
  |     ^

"""
    )
    assert result.exit_code == 1


def test_a_difference(check):
    result = check("-", "--diff", "--stdin-filename", "train.py", given=CODE)
    assert (
        result.stdout
        == """\
--- train.py
+++ train.py
@@ -1,2 +1,2 @@
 import keras
-keras.Sequential([]).fit(x, shuffle='twice')
+keras.Sequential([]).fit(x)
"""
    )


def test_an_excluded_name_is_left_alone_where_exclusion_is_forced(check, write):
    write("keraslint.toml", 'extend-exclude = ["old.py"]\nforce-exclude = true\n')
    assert check("-", "--stdin-filename", "old.py", "--fix", "--quiet", given=CODE).stdout == CODE
    assert check("-", "--stdin-filename", "new.py", "--fix", "--quiet", given=CODE).stdout != CODE


def test_standard_input_is_checked_on_its_own(check, write):
    write("train.py")
    result = check("-", "train.py", given=CODE)
    assert result.exit_code == 2
    assert result.stderr == "error: standard input (`-`) is checked on its own, without other paths\n"
