import pytest


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.py"], "error: nowhere.py: no such file or folder"),
        (["train.py", "a", "b"], "error: a: no such file or folder; b: no such file or folder"),
        (["--select", "ACME01"], "error: unknown rule `ACME01`; did you mean `ACME001`?"),
        (["--ignore", "long-trainin"], "error: unknown rule `long-trainin`; did you mean `long-training`?"),
        (["--ignore", "KL002"], "error: `KL002` cannot be ignored; leave the file out with `exclude`"),
        (["--config", "nowhere.toml"], "error: nowhere.toml: no such configuration file"),
        (["--target-tensorflow", "two"], 'error: `--target-tensorflow` must be a version in quotes, such as "2.15", not "two"'),
    ],
)  # fmt: skip
def test_one_line_and_exit_code_2(check, write, arguments, message):
    write("train.py")
    result = check(*arguments)
    assert (result.stdout, result.stderr, result.exit_code) == ("", message + "\n", 2)


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ("slect = []", "error: keraslint.toml:1: `slect` is no known key; did you mean `select`?"),
        ("\nselect = 3", "error: keraslint.toml:2: `select` must be a list of strings, not 3"),
        ('ignore = ["ACME0001"]', "error: unknown rule `ACME0001`; did you mean `ACME001`?"),
        (
            'per-file-ignores = {"*" = ["X"]}',
            "error: unknown rule `X`; `keraslint rule --all` lists the rules",
        ),
    ],
)
def test_a_configuration_that_cannot_be_used(check, write, configuration, message):
    write("keraslint.toml", configuration)
    write("train.py")
    result = check()
    assert (result.stdout, result.stderr, result.exit_code) == ("", message + "\n", 2)


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["check", "--unsafe-fix"], "--unsafe-fixes"),
        (["check", "--selet", "KL1"], "--select"),
        (["check", "--output-format", "xml"], "'full', 'concise', 'json'"),
        (["check", "--jobs", "0"], "x>=1"),
        (["chek"], "Did you mean `check`?"),
        (["rules"], "Did you mean `rule`?"),
        (["rule"], "Give the code or the name of a rule, or `--all`."),
        (["check", "--isolated", "--config", "x.toml"], "`--config` and `--isolated` exclude each other."),
    ],
)
def test_what_is_mistyped_is_met_with_what_may_be_meant(keraslint_cli, arguments, hint):
    result = keraslint_cli(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert hint in result.stderr


def test_no_python_files_are_no_error(check, project):
    result = check()
    assert (result.stdout, result.stderr) == ("All is well in 0 files.\n", "warning: no Python files found\n")
    assert result.exit_code == 0


def test_exit_zero(check, write):
    write("train.py")
    result = check("--exit-zero", "--quiet")
    assert result.exit_code == 0
    assert "ACME001" in result.stdout


def test_what_is_hidden_fails_no_run(check, write):
    write("train.py")
    assert check("--min-severity", "error").exit_code == 1
    assert check("--min-severity", "error", "--ignore", "ACME002").exit_code == 0
