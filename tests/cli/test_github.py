"""Workflow commands, read as GitHub's runner reads them."""

import re

import pytest


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """What the runner makes of a line: the command, its properties and its message."""
    match = re.fullmatch(r"::([a-z]+) (.*?)::(.*)", line)
    assert match, line
    command, listed, data = match.groups()
    properties = dict(each.split("=", 1) for each in listed.split(","))
    return command, {key: _unescaped(value, ":,") for key, value in properties.items()}, _unescaped(data)


def _unescaped(text: str, more: str = "") -> str:
    for character in ("\r", "\n", *more, "%"):
        text = text.replace(f"%{ord(character):02X}", character)
    return text


@pytest.fixture
def commands(check):
    def run(*arguments: str):
        return [parsed(line) for line in check("--output-format", "github", *arguments).stdout.splitlines()]

    return run


def test_a_finding_with_its_fix_and_its_related_place(commands, write):
    write("train.py")
    assert commands("--select", "ACME001") == [
        (
            "warning",
            {
                "title": "keraslint ACME001 (long-training)",
                "file": "train.py",
                "line": "5",
                "endLine": "5",
                "col": "24",
                "endColumn": "27",
            },
            """\
train.py:5:24: ACME001 500 epochs are many
  train.py:3:9: the model that is trained
  help: stop early
  unsafe fix: Train for 100 epochs (the model learns less)""",
        )
    ]


def test_every_kind_of_finding_is_understood(commands, many_kinds, project):
    found = commands("--select", "ALL")
    assert {command for command, _, _ in found} == {"error", "warning", "notice"}
    for _, properties, _ in found:
        # The runner leaves columns out where they go over several lines.
        assert ("col" in properties) == ("endColumn" in properties)
        assert "col" not in properties or properties["line"] == properties["endLine"]
    files = {properties["file"] for _, properties, _ in found}
    assert {"train.py", "train.ipynb", "broken.py", "odd/a b,c:%ü\n#.py"} <= files


def test_a_notebook_is_annotated_where_its_own_text_has_the_line(commands, many_kinds, project):
    ((_, properties, message),) = commands("--select", "ACME001", "train.ipynb")
    row = (project / "train.ipynb").read_text(encoding="utf-8").splitlines()[int(properties["line"]) - 1]
    assert "epochs=500" in row
    assert "col" not in properties
    assert message.startswith("train.ipynb:cell 3:3:")


def test_files_are_named_from_the_root_of_the_repository(commands, write, project, monkeypatch):
    write("train.py")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.parent))
    ((_, properties, _),) = commands("--select", "ACME001")
    assert properties["file"] == "project/train.py"


def test_nothing_is_no_command(check, write):
    write("train.py", "import keras\n")
    assert check("--output-format", "github").stdout == ""
