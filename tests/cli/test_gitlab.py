"""GitLab's code quality report, held to what its documentation asks for."""

import json

import jsonschema
import pytest

# Required are a description, the name of the check, a fingerprint that no other has, a path without `./`
# from the root of the repository, the first line and one of five severities. The rest is of the format that
# GitLab took over, Code Climate's.
PLACE = {
    "type": "object",
    "required": ["path", "lines"],
    "properties": {
        "path": {"type": "string", "pattern": "^(?!\\./)(?!/)"},
        "lines": {
            "type": "object",
            "required": ["begin"],
            "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer"}},
        },
    },
}
ISSUES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "type": {"const": "issue"},
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": PLACE,
            "other_locations": {"type": "array", "items": PLACE},
            "categories": {"type": "array", "items": {"enum": ["Performance"]}},
            "content": {"type": "object", "required": ["body"], "properties": {"body": {"type": "string"}}},
        },
        "additionalProperties": False,
    },
}


@pytest.fixture
def issues(check):
    def run(*arguments: str):
        found = json.loads(check("--output-format", "gitlab", *arguments).stdout)
        jsonschema.validate(found, ISSUES)
        assert len({each["fingerprint"] for each in found}) == len(found)
        return found

    return run


def test_a_finding_with_its_fix_and_its_related_place(issues, write):
    write("train.py")
    (issue,) = issues("--select", "ACME001")
    del issue["fingerprint"]
    assert issue == {
        "type": "issue",
        "check_name": "ACME001",
        "description": "long-training: 500 epochs are many",
        "categories": ["Performance"],
        "severity": "major",
        "location": {"path": "train.py", "lines": {"begin": 5, "end": 5}},
        "other_locations": [{"path": "train.py", "lines": {"begin": 3, "end": 3}}],
        "content": {
            "body": "- train.py:3:9: the model that is trained\n"
            "- help: stop early\n"
            "- unsafe fix: Train for 100 epochs (the model learns less)"
        },
    }


def test_every_kind_of_finding_is_accepted(issues, many_kinds):
    found = issues("--select", "ALL")
    assert {each["severity"] for each in found} == {"info", "major", "critical"}
    assert {"odd/a b,c:%ü\n#.py", "train.ipynb", "broken.py"} <= {each["location"]["path"] for each in found}


def test_a_notebook_is_shown_where_its_own_text_has_the_line(issues, many_kinds, project):
    (issue,) = issues("--select", "ACME001", "train.ipynb")
    rows = (project / "train.ipynb").read_text(encoding="utf-8").splitlines()
    assert "epochs=500" in rows[issue["location"]["lines"]["begin"] - 1]
    assert issue["description"].endswith("(cell 3)")


def test_files_are_named_from_the_root_of_the_repository(issues, write, project, monkeypatch):
    write("train.py")
    monkeypatch.setenv("CI_PROJECT_DIR", str(project.parent))
    (issue,) = issues("--select", "ACME001")
    assert issue["location"]["path"] == "project/train.py"


def test_nothing_found_is_an_empty_report(issues, write):
    write("train.py", "import keras\n")
    assert issues() == []
