import json


def test_counts_by_rule_the_most_frequent_first(check, write):
    for index in range(10):
        write(f"more{index}.py", "import keras\nkeras.Sequential([]).fit(x, epochs=101)\n")
    write("train.py")
    result = check("--statistics", "--min-severity", "warning")
    assert result.exit_code == 1
    assert (
        result.stdout
        == """\
11  ACME001  [ ] long-training
 1  ACME002  [*] shuffled-twice
Found 1 error and 11 warnings in 11 files (11 below the minimum).
[*] 1 fixable with `--fix`, 11 more with `--fix --unsafe-fixes`.
"""
    )


def test_the_same_as_json(check, write):
    write("train.py")
    assert json.loads(check("--statistics", "--output-format", "json").stdout) == [
        {"code": "ACME001", "name": "long-training", "count": 1, "fixable": 0},
        {"code": "ACME002", "name": "shuffled-twice", "count": 1, "fixable": 1},
        {"code": "ACME003", "name": "chatty-fit", "count": 1, "fixable": 0},
    ]
