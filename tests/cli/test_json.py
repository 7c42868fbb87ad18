import json
from importlib import resources

import jsonschema
import pytest


@pytest.fixture
def validate():
    schema = json.loads(resources.files("keraslint").joinpath("schema/findings-1.schema.json").read_text())
    return jsonschema.Draft202012Validator(schema).validate


def test_the_array_as_the_schema_has_it(check, write, validate):
    write("train.py")
    result = check("--output-format", "json", "--select", "ACME001")
    assert result.exit_code == 1
    findings = json.loads(result.stdout)
    validate(findings)
    assert findings == [
        {
            "code": "ACME001",
            "name": "long-training",
            "severity": "warning",
            "confidence": "high",
            "message": "500 epochs are many",
            "filename": "train.py",
            "cell": None,
            "location": {"row": 5, "column": 24},
            "end_location": {"row": 5, "column": 27},
            "related": [
                {
                    "filename": "train.py",
                    "location": {"row": 3, "column": 9},
                    "message": "the model that is trained",
                }
            ],
            "fix": {
                "applicability": "unsafe",
                "message": "Train for 100 epochs",
                "reason": "the model learns less",
                "edits": [
                    {
                        "content": "100",
                        "location": {"row": 5, "column": 24},
                        "end_location": {"row": 5, "column": 27},
                    }
                ],
            },
            "evidence": None,
            "url": None,
        }
    ]


def test_every_kind_of_finding_fits_the_schema(check, write, validate):
    write("train.py")
    write("broken.py", "import keras\nprint 'x'\n")
    write("binary.py", "keras\0")
    findings = json.loads(check("--output-format", "json", "--select", "ALL").stdout)
    validate(findings)
    assert {finding["code"] for finding in findings} == {
        "KL000", "KL002", "ACME001", "ACME002", "ACME003", "ACME900", "ACME901"
    }  # fmt: skip


def test_nothing_but_json_on_standard_output(check, write):
    write("train.py", "import keras\n")
    assert check("--output-format", "json").stdout == "[]\n"


def test_no_files_are_an_empty_array_and_a_warning_aside(check):
    result = check("--output-format", "json")
    assert (result.stdout, result.stderr) == ("[]\n", "warning: no Python files found\n")
    assert result.exit_code == 0


def test_places_in_a_notebook_are_those_of_its_cells(check, write, validate):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    sources = ["import keras\n", "model = keras.Sequential([])\nmodel.fit(x, epochs=500)"]
    notebook = {"cells": [{**cell, "source": source} for source in sources], "metadata": {}, "nbformat": 4}
    write("train.ipynb", json.dumps(notebook))
    findings = json.loads(check("--output-format", "json", "--select", "ACME001").stdout)
    validate(findings)
    [finding] = findings
    assert (finding["cell"], finding["location"]) == (2, {"row": 2, "column": 21})
    assert finding["related"][0]["location"] == {"row": 1, "column": 9}
    assert finding["fix"]["edits"] == [
        {
            "cell": 2,
            "content": "100",
            "location": {"row": 2, "column": 21},
            "end_location": {"row": 2, "column": 24},
        }
    ]
