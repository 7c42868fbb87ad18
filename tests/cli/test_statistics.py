"""How often each rule was broken, and what to change first."""

import json

import pytest

from keraslint.diagnostic import Evidence

WARNINGS = "import keras\nkeras.Sequential([]).fit(x, epochs=101)\n"


@pytest.fixture
def measured(monkeypatch):
    """A function that says what was measured for each of some rules."""

    def measured(**evidence: Evidence) -> None:
        monkeypatch.setattr("keraslint.linter.evidence_of", lambda rule: evidence.get(rule.code))

    return measured


def test_what_breaks_comes_first_then_what_is_most_frequent(check, write):
    for index in range(10):
        write(f"more{index}.py", WARNINGS)
    write("train.py")
    result = check("--statistics")
    assert result.exit_code == 1
    assert (
        result.stdout
        == """\
 1  ACME002  [*] shuffled-twice
11  ACME001  [ ] long-training
11  ACME003  [ ] chatty-fit

Change first:
  ACME002 shuffled-twice, in 1 place: it does not work as it stands

Found 1 error, 11 warnings and 11 info in 11 files.
[*] 1 fixable with `--fix`, 11 more with `--fix --unsafe-fixes`.
"""
    )


def test_of_the_others_what_was_measured_to_gain_most(check, write, measured):
    figures = ((1.4, 1.6), "cpu-2core", "confirmed", "time", "TF 2.21")
    measured(ACME001=Evidence(1.5, *figures), ACME900=Evidence(7.1, *figures))
    for index in range(3):
        write(f"train{index}.py", WARNINGS)
    assert (
        check("--statistics", "--select", "ACME001,ACME003,ACME900", "--quiet").stdout
        == """\
3  ACME900  [ ] failing        7.1x on a 2-core CPU, TF 2.21
3  ACME001  [ ] long-training  1.50x on a 2-core CPU, TF 2.21
3  ACME003  [*] chatty-fit

Change first:
  ACME900 failing, in 3 places: measured 7.1x on a 2-core CPU, TF 2.21
  ACME001 long-training, in 3 places: measured 1.50x on a 2-core CPU, TF 2.21

"""
    )


@pytest.mark.parametrize("verdict", ["no effect", "refuted"])
def test_what_was_not_seen_to_gain_is_no_reason(check, write, measured, verdict):
    measured(ACME001=Evidence(9.0, (8.0, 9.9), "cpu-2core", verdict))
    write("train.py", WARNINGS)
    write("other.py", WARNINGS.replace("epochs=101", "verbose=2"))
    shown = check("--statistics", "--select", "ACME001,ACME900", "--quiet").stdout
    assert shown.startswith("2  ACME900")
    assert "Change first" not in shown


def test_what_is_good_to_know_need_not_be_changed(check, write):
    write("train.py", "import keras\nkeras.Sequential([]).fit(x)\n")
    assert check("--statistics", "--quiet").stdout == "1  ACME003  [ ] chatty-fit\n"


def test_the_same_as_json(check, write):
    write("train.py")
    nothing = {"evidence": None, "count": 1}
    assert json.loads(check("--statistics", "--output-format", "json").stdout) == [
        {"code": "ACME002", "name": "shuffled-twice", "fixable": 1, **nothing},
        {"code": "ACME001", "name": "long-training", "fixable": 0, **nothing},
        {"code": "ACME003", "name": "chatty-fit", "fixable": 0, **nothing},
    ]


def test_counts_have_no_place_in_reports_of_findings(check, write):
    write("train.py")
    result = check("--statistics", "--output-format", "sarif")
    assert (result.stdout, result.exit_code) == ("", 2)
    assert result.stderr == "error: `--statistics` prints full, concise, json, and not sarif\n"
