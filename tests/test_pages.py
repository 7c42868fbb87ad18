import hashlib
import json
from pathlib import Path

import pytest

from keraslint import evidence
from keraslint.diagnostic import Evidence
from keraslint.pages import render_page
from keraslint.registry import RegisteredRule
from keraslint.rule import Claim

PAGE = """\
## What it does
Finds things.

## Why it is slow
They are slow.

## When to leave it
Never.
"""
BAD, GOOD = "slow()\n", "fast()\n"


@pytest.fixture
def rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest):
    """A function that makes a rule with fixtures and records of evidence."""
    monkeypatch.syspath_prepend(tmp_path)
    name = f"made_{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:8]}"

    def make(*records: dict, page: str = PAGE, claim: Claim = Claim.TIME) -> RegisteredRule:
        package = tmp_path / name
        (package / "rules" / "evidence").mkdir(parents=True)
        folder = package / "fixtures" / "slow-thing"
        folder.mkdir(parents=True)
        for init in (package, package / "rules", package / "fixtures"):
            (init / "__init__.py").touch()
        (folder / "bad.py").write_text(BAD)
        (folder / "good.py").write_text(GOOD)
        document = {
            "schema": 1,
            "hardware": {"class": "cpu-2core"},
            "software": {"python": "3.11", "keras": "3.15.1"},
            "records": list(records),
        }
        (package / "rules" / "evidence" / "machine.json").write_text(json.dumps(document))
        about = {"code": "ACME001", "claim": claim, "hardware": "any", "__doc__": page}
        found = type("Some", (), about)
        return RegisteredRule.of(found, "slow-thing", "data", f"{name}.rules")

    return make


def record(**fields) -> dict:
    return {
        "code": "ACME001",
        "verdict": "confirmed",
        "ratio": 7.08,
        "interval": [6.5, 7.8],
        "measured": "2026-12-01",
        "bad_sha256": hashlib.sha256(BAD.encode()).hexdigest(),
        "good_sha256": hashlib.sha256(GOOD.encode()).hexdigest(),
        **fields,
    }


def test_what_nobody_types_is_filled_in(rule):
    assert (
        render_page(rule(record()))
        == """\
## What it does

Finds things.

## Why it is slow

They are slow.

## Example

```python
slow()
```

## Use instead

```python
fast()
```

## When to leave it

Never.

## Measured

- **confirmed** on a 2-core CPU: 7.1x [6.5, 7.8] in training time; Python 3.11, Keras 3.15.1. Measured on 2026-12-01.
"""
    )


def test_sections_of_the_authors_own_stay_where_they_are(rule):
    page = "Before.\n\n## What it does\nFinds.\n\n## Why it breaks\nIt does.\n\n## Example\nLike this:\n\n## Measured\nBy hand.\n"
    headings = [line for line in render_page(rule(page=page)).splitlines() if line.startswith("## ")]
    assert headings == [
        "## What it does",
        "## Why it breaks",
        "## Example",
        "## Use instead",
        "## Measured",
    ]


def test_a_note_of_the_authors_stands_before_the_code(rule):
    assert "## Example\n\nLike this:\n\n```python\nslow()\n" in render_page(
        rule(page="## Example\nLike this:\n")
    )


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (Claim.TIME, "Not measured yet; any machine can show it."),
        (Claim.MEMORY, "Not measured yet; any machine can show it."),
        (Claim.RESULTS, "Nothing to time: the rule is about what happens, not about how fast."),
        (Claim.BREAKS, "Nothing to time: the code raises an error."),
    ],
)
def test_what_was_not_measured_says_so(rule, claim, text):
    assert render_page(rule(claim=claim)).endswith(f"## Measured\n\n{text}\n")


def test_a_record_of_other_fixtures_is_stale_and_gives_no_figure(rule):
    made = rule(record(bad_sha256="0"))
    assert render_page(made).endswith(
        "Stale: the two programs have changed since, so the figure no longer counts.\n"
    )
    assert evidence.evidence_of(made) is None


def test_the_figure_of_a_finding_is_confirmed_and_new_where_there_is_choice(rule):
    made = rule(
        record(verdict="no effect", ratio=1.0, measured="2027-01-01"),
        record(ratio=3.0, measured="2026-01-01"),
        record(ratio=4.0, measured="2026-02-01"),
        record(ratio=9.0, measured="2026-03-01", good_sha256="0"),
        record(code="ACME002", ratio=100.0, measured="2028-01-01"),
    )
    assert evidence.evidence_of(made) == Evidence(
        4.0, (6.5, 7.8), "cpu-2core", "confirmed", "time", "Keras 3.15"
    )


def test_what_only_breaks_has_no_figure(rule):
    made = rule(record(claim="breaks", verdict="breaks", ratio=None, interval=None), claim=Claim.BREAKS)
    assert evidence.evidence_of(made) is None
    assert "- **confirmed** on a 2-core CPU: the example raises the error;" in render_page(made)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"verdict": "no effect", "ratio": 1.0, "interval": [0.98, 1.02]}, "- **no effect** on a 2-core CPU: 1.00x"),
        ({"verdict": "refuted"}, "- **refuted** on a 2-core CPU: 7.1x [6.5, 7.8] in training time: the change makes"),
        ({"verdict": "inconclusive"}, "- **inconclusive** on a 2-core CPU: 7.1x"),
        ({"measure": "memory"}, "7.1x [6.5, 7.8] in peak memory;"),
        ({"measure": "wall"}, "7.1x [6.5, 7.8] in training time with tracing;"),
        ({"equal": "exact"}, "The results are the same to the bit."),
        ({"equal": "different", "equal_detail": "row 3"}, "The results differ: row 3."),
        ({"equal": "exact", "equal_detail": "The same weights."}, "same to the bit: The same weights. "),
        ({"bad": {"waiting": 0.71}, "good": {"waiting": 0.084}}, "waited for data 71 % of the time before the change, 8 %"),
        ({"bad": {"waiting": 0.71}}, "Measured on 2026-12-01."),
        ({"pairs": 12}, "Measured on 2026-12-01 in 12 pairs of runs."),
        (
            {"sweep": {"knob": "x", "unit": "ms", "points": [{"value": 1, "ratio": 1.0, "interval": [1, 1]}, {"value": 3, "ratio": 1.1, "interval": [1, 2]}]}},
            "Worth it above 2 ms.",
        ),
        ({"claim": "results", "verdict": "confirmed", "ratio": None, "interval": None}, "2-core CPU: the results differ;"),
    ],
)  # fmt: skip
def test_a_record_is_told_in_sentences(rule, fields, text):
    assert text in render_page(rule(record(**fields)))


@pytest.mark.parametrize(
    ("hardware", "text"),
    [
        ("accelerator", "Not measured yet on a GPU or another accelerator, which is what the rule is about."),
        (
            "slow or remote storage",
            "Not measured yet on slow or remote storage, which is what the rule is about.",
        ),
    ],
)
def test_a_page_names_the_hardware_that_nothing_was_measured_on(rule, hardware, text):
    made = rule(record())
    made.rule.hardware = hardware
    page = render_page(made)
    assert "7.1x" in page
    assert page.endswith(f"{text}\n")
