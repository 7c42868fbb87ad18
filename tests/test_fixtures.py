"""Each rule's fixtures: bad yields its finding alone, good and traps nothing, variants what their comments say."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import keraslint.fixtures
from keraslint.cli.app import keraslint as command
from keraslint.registry import load_rules

ROOT = Path(keraslint.fixtures.__file__).parent
FOLDERS = sorted(folder for folder in ROOT.iterdir() if (folder / "bad.py").exists())
VARIANTS = sorted(ROOT.glob("*/variants/*.py"))
EXPECTED = re.compile(r"# expect: (KL\d+)")

by_name = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def check(path: Path, *options: str) -> list[dict[str, Any]]:
    arguments = ["check", "--isolated", "--no-cache", "--output-format", "json", *options, str(path)]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code in (0, 1), result.output
    findings: list[dict[str, Any]] = json.loads(result.stdout)
    return findings


def serious(findings: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(each["code"], each["location"]["row"]) for each in findings if each["severity"] != "info"]


@by_name
def test_bad_yields_its_own_finding_and_no_other(folder: Path) -> None:
    found = check(folder / "bad.py", "--extend-select", folder.name)
    own = [each for each in found if each["name"] == folder.name]
    assert len(own) == 1, found
    # A rule of severity info may show a place where TensorFlow does not help by itself: a warning there.
    assert own[0]["severity"] in {RULES[folder.name].severity.value, "warning"}
    assert serious([each for each in found if each["name"] != folder.name]) == []


@by_name
def test_good_yields_nothing(folder: Path) -> None:
    found = check(folder / "good.py", "--extend-select", folder.name)
    assert serious(found) == []
    assert [each["location"]["row"] for each in found if each["name"] == folder.name] == []


@by_name
def test_traps_yield_nothing_serious(folder: Path) -> None:
    assert serious(check(folder / "traps.py", "--extend-select", folder.name)) == []


@pytest.mark.parametrize("path", VARIANTS, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_variants_yield_what_their_comments_say(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = {(match[1], row) for row, line in enumerate(lines, 1) if (match := EXPECTED.search(line))}
    folder = path.parent.parent
    found = check(path, "--extend-select", folder.name)
    own = {(each["code"], each["location"]["row"]) for each in found if each["name"] == folder.name}
    assert own == expected
    assert set(serious(found)) <= expected


RULES = {rule.name: rule.rule for rule in load_rules().rules}
FIXED = [folder for folder in FOLDERS if RULES[folder.name].applicability is not None]


@pytest.mark.parametrize("folder", FIXED, ids=lambda folder: folder.name)
def test_the_fix_turns_bad_into_good(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "bad.py"
    shutil.copyfile(folder / "bad.py", copy)
    check(copy, "--select", folder.name, "--fix", "--unsafe-fixes")
    assert copy.read_bytes() == (folder / "good.py").read_bytes()
