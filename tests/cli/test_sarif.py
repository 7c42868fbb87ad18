"""SARIF 2.1.0, held to a model of its schema."""

import json
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from pydantic import BaseModel
from sarif_pydantic import Sarif


def unknown(item):
    """The names of properties that the model keeps without knowing them."""
    if isinstance(item, list):
        yield from (name for each in item for name in unknown(each))
    elif isinstance(item, BaseModel):
        yield from item.model_extra or {}
        yield from (name for field in type(item).model_fields for name in unknown(getattr(item, field)))


@pytest.fixture
def sarif(check):
    def run(*arguments: str):
        log = json.loads(check("--output-format", "sarif", *arguments).stdout)
        # SARIF 2.1.0 has this one property more than the model (3.14.17).
        assert set(unknown(Sarif.model_validate(log))) == {"columnKind"}
        (told,) = log["runs"]
        return told

    return run


def applied(path: Path, replacements) -> str:
    """A file after what a consumer of SARIF does with its replacements."""
    text = path.read_bytes().decode("utf-8")
    lines = text.splitlines(keepends=True)

    def offset(row: int, column: int) -> int:
        return sum(map(len, lines[: row - 1])) + column - 1

    for each in sorted(replacements, key=lambda each: -each["deletedRegion"]["startLine"]):
        region = each["deletedRegion"]
        start = offset(region["startLine"], region["startColumn"])
        end = offset(region["endLine"], region["endColumn"])
        text = text[:start] + each["insertedContent"]["text"] + text[end:]
    return text


def test_a_finding_with_its_rule_its_related_place_and_its_fix(sarif, write):
    write("train.py")
    run = sarif("--select", "ACME001")
    assert run["tool"]["driver"]["rules"] == [
        {
            "id": "ACME001",
            "name": "long-training",
            "shortDescription": {"text": "Finds `fit` calls of more than 100 epochs."},
            "help": dict.fromkeys(
                ("text", "markdown"),
                "## What it does\n\nFinds `fit` calls of more than 100 epochs.\n\n## Why it is slow\n\nIt takes long.\n\n## Measured\n\nNot measured yet; any machine can show it.\n",
            ),
            "defaultConfiguration": {"level": "warning"},
            "properties": {"tags": ["performance", "training"]},
        }
    ]
    (result,) = run["results"]
    artifact = {"uri": "train.py", "uriBaseId": "%SRCROOT%"}
    region = {"startLine": 5, "endLine": 5, "startColumn": 24, "endColumn": 27}
    assert len(result.pop("partialFingerprints")) == 2
    assert result == {
        "ruleId": "ACME001",
        "ruleIndex": 0,
        "level": "warning",
        "message": {"text": "500 epochs are many\nhelp: stop early"},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "relatedLocations": [
            {
                "id": 0,
                "message": {"text": "the model that is trained"},
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {"startLine": 3, "endLine": 3, "startColumn": 9, "endColumn": 50},
                },
            }
        ],
        "fixes": [
            {
                "description": {"text": "unsafe fix: Train for 100 epochs (the model learns less)"},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "100"}}],
                    }
                ],
            }
        ],
        "properties": {"confidence": "high"},
    }


def test_every_kind_of_finding_fits_the_schema(sarif, many_kinds):
    run = sarif("--select", "ALL")
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert {"KL000", "ACME001", "ACME002", "ACME003"} <= set(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    assert {result["level"] for result in run["results"]} == {"error", "warning", "note"}


def test_addresses_lead_back_to_the_files(sarif, many_kinds, project):
    (project / "undecodable\udcff.py").write_text("import keras\nx = (\n")
    addresses = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in sarif()["results"]
    }
    assert "odd/a%20b%2Cc%3A%25%C3%BC%0A%23.py" in addresses
    names = {unquote_to_bytes(address).decode("utf-8", "surrogateescape") for address in addresses}
    assert all((project / name).is_file() for name in names)


def test_addresses_start_at_the_root_that_the_host_names(sarif, write, project, monkeypatch):
    write("train.py")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.parent))
    (result,) = sarif("--select", "ACME001")["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "project/train.py"


def test_a_notebook_is_shown_and_fixed_in_its_own_text(sarif, check, many_kinds, project):
    results = sarif("--select", "ACME001", "--unsafe-fixes", "train.ipynb")["results"]
    (result,) = results
    assert result["properties"]["cell"] == 3
    assert "cell 3:3:" in result["message"]["text"]
    path = project / "train.ipynb"
    rows = path.read_text(encoding="utf-8").splitlines()
    region = result["locations"][0]["physicalLocation"]["region"]
    assert "epochs=500" in rows[region["startLine"] - 1]
    (related,) = result["relatedLocations"]
    assert "keras.Sequential" in rows[related["physicalLocation"]["region"]["startLine"] - 1]
    (change,) = result["fixes"][0]["artifactChanges"]
    mended = applied(path, change["replacements"])
    check("--fix", "--unsafe-fixes", "--select", "ACME001", "train.ipynb")
    assert mended == path.read_text(encoding="utf-8")
    assert "epochs=100" in mended


def test_fixes_make_what_fix_makes(sarif, check, write, project):
    write("train.py")
    (result,) = sarif("--select", "ACME002")["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    mended = applied(project / "train.py", change["replacements"])
    check("--fix", "--select", "ACME002")
    assert mended == (project / "train.py").read_text()


def test_fingerprints_survive_lines_that_move(sarif, write):
    def marks() -> list[str]:
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in sarif()["results"]]

    path = write("train.py")
    before = marks()
    assert len(set(before)) == 3
    path.write_text("# A comment\n\n\n" + path.read_text().replace("(x, y, ", "(\n    x,\n    y,\n    "))
    assert marks() == before
    path.write_text(path.read_text().replace("x,", "z,"))
    assert set(marks()).isdisjoint(before)
