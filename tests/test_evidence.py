"""What was measured, from the files that hold it to the message that tells it."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from click.testing import Result

from keraslint import evidence
from keraslint.cli.app import keraslint
from keraslint.measured import in_full
from keraslint.measured import in_short
from keraslint.measured import sentences
from keraslint.pages import render_page
from keraslint.places import data_folder
from keraslint.registry import RegisteredRule
from keraslint.registry import load_rules

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = sorted((ROOT / "rules" / "evidence").glob("*.json"))
RULES = {rule.code: rule for rule in load_rules().rules}
SOFTWARE = {"python": "3.11", "tensorflow": "2.21.0", "keras": "3.15.1", "backend": "tensorflow"}


@pytest.fixture
def rule() -> RegisteredRule:
    return RULES["KL106"]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function that writes a file of the user's own evidence."""
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))

    def forget() -> None:
        evidence._own.cache_clear()
        evidence.evidence_of.cache_clear()

    def write(
        name: str, *records: dict, hardware: str = "cpu-2core", text: str | None = None, **more
    ) -> None:
        folder = data_folder() / "evidence"
        folder.mkdir(parents=True, exist_ok=True)
        document = {
            "schema": 1, "hardware": {"class": hardware}, "software": SOFTWARE, "records": list(records), **more
        }  # fmt: skip
        (folder / name).write_text(json.dumps(document) if text is None else text)
        forget()

    forget()
    yield write
    monkeypatch.undo()
    forget()


def run(*arguments: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(keraslint, arguments, input=given)


def record(rule: RegisteredRule, **fields) -> dict:
    bad, good = (hashlib.sha256(rule.fixture(name)).hexdigest() for name in ("bad.py", "good.py"))
    return {
        "code": rule.code,
        "name": rule.name,
        "claim": "time",
        "measure": "time",
        "verdict": "confirmed",
        "ratio": 7.08,
        "interval": [6.5, 7.8],
        "pairs": 12,
        "equal": "exact",
        "measured": "2026-12-01",
        "bad_sha256": bad,
        "good_sha256": good,
        **fields,
    }


def test_the_users_own_figure_goes_before_any_other(rule: RegisteredRule, write: Callable) -> None:
    write(
        "a.json", record(rule, ratio=1.0, interval=[0.98, 1.02], verdict="no effect", measured="2020-01-01")
    )
    found = evidence.evidence_of(rule)
    assert found is not None
    assert found.is_own
    assert in_short(found) == "no effect (1.00x) on your 2-core CPU, TF 2.21"
    assert in_full(found) == "no effect (1.00x [0.98, 1.02]) on your 2-core CPU, TF 2.21"


def test_of_several_machines_the_confirmed_and_then_the_newest_one_counts(
    rule: RegisteredRule, write: Callable
) -> None:
    write("a.json", record(rule, ratio=2.0, measured="2026-01-01"))
    write("b.json", record(rule, ratio=3.0, measured="2026-02-01"), hardware="gpu-nvidia-h100-x1")
    write("c.json", record(rule, verdict="refuted", ratio=0.8, measured="2026-03-01"), hardware="cpu-64core")
    assert [each.ratio for each in evidence.records(rule) if each.is_own] == [3.0, 2.0, 0.8]
    assert in_short(evidence.evidence_of(rule)) == "3.0x on your NVIDIA H100, TF 2.21"


def test_a_figure_from_other_hardware_than_the_rules_stands_beside_no_finding(write: Callable) -> None:
    about_gpus = RULES["KL207"]
    write("a.json", record(about_gpus, verdict="no effect", ratio=1.0, interval=[0.98, 1.02]))
    assert evidence.evidence_of(about_gpus) is None
    write("b.json", record(about_gpus, ratio=2.0), hardware="gpu-nvidia-h100-x1")
    assert in_short(evidence.evidence_of(about_gpus)) == "2.0x on your NVIDIA H100, TF 2.21"


BROKEN = [
    "", "{", "[]", "null", "{}", '{"schema": 1}', "[" * 100_000,
    '{"schema": 1, "hardware": null, "records": []}',
    '{"schema": 1, "hardware": {"class": "x"}, "records": 3}',
    '{"schema": 1, "hardware": {"class": "x"}, "records": [3, null, {}, {"code": "KL106"}]}',
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_costs_nothing_but_itself(rule: RegisteredRule, write: Callable, text: str) -> None:
    write("a.json", record(rule))
    write("b.json", text=text)
    assert [each.ratio for each in evidence.records(rule) if each.is_own] == [7.08]


@pytest.mark.parametrize(
    "broken",
    [{"ratio": "many"}, {"ratio": float("nan")}, {"interval": [1]}, {"bad": 3}, {"sweep": {"points": 3}}, {"pairs": "x"}],
)  # fmt: skip
def test_a_broken_record_costs_nothing_but_itself(
    rule: RegisteredRule, write: Callable, broken: dict
) -> None:
    write("a.json", record(rule, **broken), record(rule, ratio=4.0))
    assert [each.ratio for each in evidence.records(rule) if each.is_own] == [4.0]


def test_another_schema_is_another_matter(rule: RegisteredRule, write: Callable) -> None:
    write("a.json", record(rule), schema=2)
    assert not any(each.is_own for each in evidence.records(rule))


@pytest.mark.parametrize(
    "changes", [{"bad_sha256": "0"}, {"good_sha256": None}, {"verdict": "inconclusive"}, {"ratio": None}]
)
def test_what_decides_nothing_stands_in_no_message(
    rule: RegisteredRule, write: Callable, changes: dict
) -> None:
    write("a.json", record(rule, ratio=7.7, **changes) if "ratio" not in changes else record(rule, **changes))
    found = evidence.evidence_of(rule)
    assert found is None or not found.is_own
    assert "on your 2-core CPU" in render_page(rule)


def test_messages_carry_the_figure(rule: RegisteredRule, write: Callable) -> None:
    write("a.json", record(rule))
    options = ("check", "--isolated", "--select", "KL106", "-", "--output-format")
    script = rule.fixture("bad.py")
    assert script is not None
    told = "7.1x on your 2-core CPU, TF 2.21"
    assert f" (measured {told})\n" in run(*options, "concise", given=script).stdout
    full = run(*options, "full", given=script).stdout
    assert "= measured: 7.1x [6.5, 7.8] on your 2-core CPU, TF 2.21\n" in full
    [finding] = json.loads(run(*options, "json", given=script).stdout)
    assert finding["evidence"] == {
        "speedup": 7.08,
        "interval": [6.5, 7.8],
        "hardware": "cpu-2core",
        "verdict": "confirmed",
        "measure": "time",
        "framework": "TF 2.21",
        "own": True,
    }
    schema = json.loads((ROOT / "keraslint/schema/findings-1.schema.json").read_text())
    jsonschema.validate([finding], schema)


def test_no_figure_is_told_of_what_is_milder_than_what_was_measured(
    rule: RegisteredRule, write: Callable
) -> None:
    write("a.json", record(rule))
    script = rule.fixture("bad.py")
    assert script is not None
    # With larger elements, the rule is info.
    milder = script.replace(b"28, 28", b"128, 128")
    options = ("check", "--isolated", "--select", "KL106", "-", "--output-format", "json")
    found = [json.loads(run(*options, given=each).stdout) for each in (script, milder)]
    assert [[each["severity"] for each in findings] for findings in found] == [["warning"], ["info"]]
    assert [[each["evidence"] is None for each in findings] for findings in found] == [[False], [True]]


def point(value: float, ratio: float) -> dict:
    return {"value": value, "ratio": ratio, "interval": [ratio - 0.1, ratio + 0.1]}


def test_a_page_as_json_carries_the_records(rule: RegisteredRule, write: Callable) -> None:
    sweep = {"knob": "work", "unit": "ms", "points": [point(4, 2.0), point(1, 1.0)]}
    write("a.json", record(rule, sweep=sweep))
    [entry] = json.loads(run("rule", "KL106", "--output-format", "json").stdout)
    [found] = [each for each in entry["evidence"] if each["is_own"]]
    assert (found["ratio"], found["interval"], found["hardware"]) == (7.08, [6.5, 7.8], "cpu-2core")
    assert found["software"] == SOFTWARE
    assert found["sweep"]["points"] == [
        {"cost": 1.0, "ratio": 1.0, "interval": [0.9, 1.1]},
        {"cost": 4.0, "ratio": 2.0, "interval": [1.9, 2.1]},
    ]


def test_what_is_shipped_is_of_todays_rules_and_fixtures_and_stands_on_their_pages() -> None:
    files = [json.loads(path.read_text(encoding="utf-8")) for path in SHIPPED]
    for document, item in [(file, item) for file in files for item in file["records"]]:
        rule = RULES[item["code"]]
        assert (item["name"], item["claim"]) == (rule.name, rule.rule.claim.value)
        origin = (document["hardware"]["class"], document["software"], item["measured"])
        [found] = [
            each
            for each in evidence.records(rule)
            if (each.hardware, dict(each.software), each.measured) == origin
        ]
        assert not found.is_stale, f"{rule.code} was measured on other fixtures than today's"
        assert f"- {sentences(found)}" in render_page(rule)
