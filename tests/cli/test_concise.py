def test_one_line_for_each_finding_in_order_of_place(check, write):
    write("train.py")
    write("src/more.py", "import keras\nkeras.Sequential([]).fit(x)\n")
    result = check("--output-format", "concise")
    assert result.exit_code == 1
    assert (
        result.stdout
        == """\
src/more.py:2:22: ACME003 `fit` prints a progress bar
train.py:5:7: ACME002 [*] nothing is shuffled twice
train.py:5:7: ACME003 `fit` prints a progress bar
train.py:5:24: ACME001 500 epochs are many
Found 1 error, 1 warning and 2 info in 2 files.
[*] 1 fixable with `--fix`, 1 more with `--fix --unsafe-fixes`.
"""
    )


def test_the_star_marks_what_the_options_at_hand_would_fix(check, write):
    write("train.py")
    result = check("--output-format", "concise", "--unsafe-fixes", "--extend-select", "ACME003", "--quiet")
    assert (
        result.stdout
        == """\
train.py:5:7: ACME002 [*] nothing is shuffled twice
train.py:5:7: ACME003 [*] `fit` prints a progress bar
train.py:5:24: ACME001 [*] 500 epochs are many
"""
    )
