import json

import pytest

from keraslint.registry import load_rules

CODES = [rule.code for rule in load_rules().rules]


def test_a_page_by_code_and_by_name(keraslint_cli):
    by_code = keraslint_cli("rule", "KL106")
    assert by_code.exit_code == 0
    assert by_code.stdout.startswith(
        "# map-before-batch (KL106)\n\n`KL106` · warning · data · fix: safe · Keras 2 and 3\n"
    )
    assert keraslint_cli("rule", "map-before-batch").stdout == by_code.stdout


def test_the_page_has_its_sections_in_order_and_the_fixtures_in_it(keraslint_cli):
    out = keraslint_cli("rule", "KL106", "--output-format", "markdown").stdout
    headings = [line for line in out.splitlines() if line.startswith("## ")]
    assert headings[:6] == [
        "## What it does",
        "## Why it is slow",
        "## Example",
        "## Use instead",
        "## When to leave it",
        "## Measured",
    ]
    example = out.partition("## Example\n")[2].partition("\n## ")[0]
    assert example.strip().startswith("```python\n")
    assert ".map(" in example


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_a_page_with_example_and_evidence(keraslint_cli, code):
    [entry] = json.loads(keraslint_cli("rule", code, "--output-format", "json").stdout)
    for heading in ("## What it does", "## Example", "## Use instead", "## When to leave it", "## Measured"):
        assert f"{heading}\n\n" in entry["page"]


def test_all_of_them_as_json(keraslint_cli):
    entries = json.loads(keraslint_cli("rule", "--all", "--output-format", "json").stdout)
    assert [entry["code"] for entry in entries] == CODES
    for entry in entries:
        assert list(entry) == [
            "code",
            "name",
            "severity",
            "group",
            "summary",
            "fix",
            "targets",
            "page",
            "evidence",
        ]
        assert entry["severity"] in ("error", "warning", "info")
        assert entry["fix"] in ("safe", "unsafe", "display", None)
        assert entry["group"] in ("data", "hardware", "model", "training", "compatibility")
        assert "\n" not in entry["summary"]


def test_all_of_them_as_text(keraslint_cli):
    out = keraslint_cli("rule", "--all").stdout
    assert [out.count(f"({code})\n") for code in CODES] == [1] * len(CODES)


@pytest.mark.parametrize("code", ["KL000", "KL001", "KL002", "KL003", "unused-suppression"])
def test_the_engines_own_codes_have_pages_too(keraslint_cli, code):
    result = keraslint_cli("rule", code)
    assert result.exit_code == 0
    assert "## What to do\n" in result.stdout


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("KL2O6", "KL206"), ("map-befor-batch", "map-before-batch"), ("MapBeforeBatch", "map-before-batch")],
)
def test_a_mistyped_rule_is_met_with_the_nearest(keraslint_cli, text, nearest):
    result = keraslint_cli("rule", text)
    assert result.stdout == ""
    assert result.stderr == f"error: unknown rule `{text}`; did you mean `{nearest}`?\n"
    assert result.exit_code == 2
