"""`--output-file`, in every format."""

import json

import pytest

from keraslint.config import OUTPUT_FORMATS


@pytest.mark.parametrize("form", OUTPUT_FORMATS)
def test_the_file_gets_what_standard_output_would(check, write, project, form):
    write("train.py")
    shown = check("--output-format", form)
    result = check("--output-format", form, "--output-file", "reports/out.txt")
    assert (result.stdout, result.exit_code) == ("", 1)
    assert (project / "reports" / "out.txt").read_text(encoding="utf-8") == shown.stdout


def test_colour_stays_on_the_terminal(check, write, project, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    write("train.py")
    check("-o", "out.txt")
    assert "\x1b[" not in (project / "out.txt").read_text()


def test_a_file_that_cannot_be_written_is_a_bad_call(check, write, project):
    write("train.py")
    (project / "taken").write_text("")
    for target, reason in (("taken/out.json", "File exists"), (".", "Is a directory")):
        result = check("--output-format", "json", "-o", target)
        assert result.exit_code == 2
        assert result.stderr == f"error: {target}: cannot be written: {reason}\n"
    assert (project / "taken").read_text() == ""


def test_the_statistics_too(check, write, project):
    write("train.py")
    check("--statistics", "--output-format", "json", "-o", "out.json")
    assert len(json.loads((project / "out.json").read_text())) == 3


def test_names_that_are_no_text_are_written_all_the_same(check, many_kinds, project):
    (project / "undecodable\udcff.py").write_text((project / "train.py").read_text())
    for form in OUTPUT_FORMATS:
        assert check("--output-format", form, "-o", "out.txt").exit_code == 1
        assert "500 epochs are many" in (project / "out.txt").read_text(encoding="utf-8")
