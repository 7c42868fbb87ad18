"""The site tells of every rule what its page, its fixtures and its evidence hold."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from keraslint.config import KEYS
from keraslint.diagnostic import Severity
from keraslint.evidence import records
from keraslint.measured import sentences
from keraslint.registry import RegisteredRule
from keraslint.registry import load_rules
from keraslint.rule import Claim

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
RULES = load_rules().rules


def loaded():
    spec = importlib.util.spec_from_file_location("docs_site", ROOT / "scripts" / "docs_site.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


SITE = loaded()
PAGES = SITE.pages_of(RULES)
TABLE = PAGES["rules/index.md"]
SYMPTOMS = {name: SITE.symptom(name, RULES) for name in SITE.SYMPTOMS}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_has_a_page_with_both_programs_and_what_was_measured(rule: RegisteredRule) -> None:
    page = PAGES[f"rules/{rule.name}.md"]
    for filename in ("bad.py", "good.py"):
        assert rule.fixture(filename).decode().strip() in page
    assert page.count("hl_lines=") in (1, 2)
    for record in records(rule, shipped=True):
        assert sentences(record) in page
    for heading in ("What it does", "Example", "When to leave it", "Measured", "References"):
        assert f"\n## {heading}\n\n" in page
    (row,) = [line for line in TABLE.splitlines() if f"({rule.name}.md)" in line]
    assert rule.summary in row
    assert row.endswith(f"| {SITE.gain(rule)} |")


def test_nothing_has_a_page_but_rules() -> None:
    assert len(PAGES) == len(RULES) + 1
    assert {rule.group for rule in RULES} <= set(SITE.GROUPS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_about_speed_or_errors_stands_under_a_symptom(rule: RegisteredRule) -> None:
    if rule.rule.claim in (Claim.TIME, Claim.MEMORY) or rule.rule.severity is Severity.ERROR:
        assert any(f"(rules/{rule.name}.md)" in shown for shown in SYMPTOMS.values())


def test_what_was_measured_to_help_most_comes_first() -> None:
    shown, _, rest = SYMPTOMS["gpu-idle"].partition("???")
    ratios = [float(figure) for figure in re.findall(r"\| ([\d.]+)x on", shown)]
    assert ratios
    assert ratios == sorted(ratios, reverse=True)
    assert "not measured yet" in rest


def test_two_clicks_lead_from_the_front_page_to_what_to_change() -> None:
    front, slow = ((DOCS / name).read_text(encoding="utf-8") for name in ("index.md", "slow.md"))
    anchors = re.findall(r"\]\(slow\.md#([\w-]+)\)", front)
    headings = re.findall(r"^## (.+)$", slow, re.MULTILINE)
    assert headings[0] == "What do I change first?"
    assert anchors == [heading.lower().replace(" ", "-") for heading in headings[1:]]
    assert re.findall(r"<!-- rules: ([\w-]+) -->", slow) == list(SITE.SYMPTOMS)


def test_every_setting_is_documented() -> None:
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)) == sorted(KEYS)


def test_every_page_of_the_site_is_in_its_navigation() -> None:
    navigation = re.findall(r"(\S+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    written = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert {*navigation} - written == {"rules/index.md"}
    assert {path for path in written if not path.startswith("article/")} <= {*navigation}
