import hashlib
import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BEFORE, AFTER = "slow()\n", "fast()\n"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("verdicts", ROOT / "scripts" / "generate_verdicts.py")
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        yield module


@pytest.fixture
def pages(script, tmp_path: Path):
    """A function that gives the pages of one experiment with its records."""

    def pages(*records: dict, about: str = "") -> dict[str, str]:
        folder = tmp_path / "late-decoding"
        folder.mkdir()
        (folder / "before.py").write_text(BEFORE)
        (folder / "after.py").write_text(AFTER)
        (folder / "experiment.toml").write_text(f'title = "Decoding late"\nclaim = "It is slow."\n{about}')
        (tmp_path / "evidence").mkdir()
        document = {
            "schema": 1,
            "hardware": {"class": "cpu-2core"},
            "software": {"tensorflow": "2.21.0"},
            "records": list(records),
        }
        (tmp_path / "evidence" / "machine.json").write_text(json.dumps(document))
        return script.pages_of(list(script.experiments_in(tmp_path)))

    return pages


def record(**fields) -> dict:
    return {
        "code": "late-decoding",
        "verdict": "confirmed",
        "ratio": 2.5,
        "interval": [2.4, 2.6],
        "measured": "2026-12-01",
        "bad_sha256": hashlib.sha256(BEFORE.encode()).hexdigest(),
        "good_sha256": hashlib.sha256(AFTER.encode()).hexdigest(),
        **fields,
    }


def sweep(*points: tuple[float, float]) -> dict:
    told = [{"value": at, "ratio": ratio, "interval": [ratio - 0.1, ratio + 0.1]} for at, ratio in points]
    return {"knob": "work", "unit": "ms a sample", "points": told}


def test_a_claim_that_nobody_measured_says_so(pages):
    made = pages(about='rules = ["KL101"]\n')
    assert made["README.md"].endswith("| [Decoding late](late-decoding.md) | not measured yet | | |\n")
    assert (
        made["late-decoding.md"]
        == """\
# Decoding late

> It is slow.

## Measured

Not measured yet.

The same is looked for in your code by KL101: see `keraslint rule`.

## Before

```python
slow()
```

## After

```python
fast()
```
"""
    )


def test_the_hardware_that_is_missing_is_named(pages):
    assert (
        "it takes a machine with an accelerator."
        in pages(about='hardware = "accelerator"\n')["late-decoding.md"]
    )


def test_the_verdict_is_told_with_its_figure(pages):
    made = pages(record(), about='changes = "pixels differ a little"\n')
    page = made["late-decoding.md"]
    assert "- **confirmed** on a 2-core CPU: 2.5x [2.4, 2.6] in training time; TensorFlow 2.21.0." in page
    assert "changes results on purpose: pixels differ a little." in page
    assert (
        "| [Decoding late](late-decoding.md) | confirmed | 2.5x | a 2-core CPU, TF 2.21 |"
        in made["README.md"]
    )


def test_what_has_to_be_said_of_a_claim_stands_below_it(pages):
    page = pages(about='note = "Only on Keras 2."\n')["late-decoding.md"]
    assert "> It is slow.\n\nOnly on Keras 2.\n\n## Measured" in page


def test_a_record_of_other_programs_decides_nothing(pages):
    made = pages(record(bad_sha256="0"))
    assert "Stale:" in made["late-decoding.md"]
    assert "| not measured yet |" in made["README.md"]


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([(1, 2.0), (3, 3.0)], "That is reached at 2 ms a sample."),
        ([(1, 2.6), (3, 3.0)], "That is exceeded at every cost tried."),
        ([(1, 1.0), (3, 2.0)], "That is reached at no cost tried."),
    ],
)
def test_a_curve_says_where_it_meets_the_claim(pages, points, said):
    page = pages(record(sweep=sweep(*points)), about="claimed = 2.5\n")["late-decoding.md"]
    assert f"The claim speaks of 2.5x, or 60 % of the time. {said}" in page
    assert f"| 3 | {points[1][1]:.1f}x |" in page
    assert "| time saved |" in page
