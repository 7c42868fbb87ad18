"""Changes that mean nothing leave the verdicts on whole programs as they were."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import libcst as cst
import pytest
from click.testing import CliRunner

import keraslint.fixtures
from keraslint.cli.app import keraslint as command

FIXTURES = Path(keraslint.fixtures.__file__).parent
OURS = Path(__file__).parent / "programs"
# The change that fits the fewest programs, which is that of pipelines, fits about a third.
APPLIES = 0.25
Program = dict[str, str]
Verdict = tuple[str, str, str, str]


def programs() -> dict[str, Program]:
    """Programs by name: each fixture alone, and ours of several files."""
    found: dict[str, Program] = {}
    for path in sorted(FIXTURES.glob("*/bad.py")) + sorted(FIXTURES.glob("*/variants/*.py")):
        found[f"{path.relative_to(FIXTURES).parts[0]}-{path.stem}"] = {"main.py": path.read_text("utf-8")}
    for folder in sorted(OURS.iterdir()):
        found[folder.name] = {
            path.relative_to(folder).as_posix(): path.read_text("utf-8")
            for path in sorted(folder.rglob("*.py"))
        }
    return found


# What stands in the loop is what counts there: a helper's call where a helper makes the data set.
STANDS_IN_ITS_LOOP = ("KL112",)


def verdicts(written: dict[str, Program], folder: Path) -> dict[str, Counter[Verdict]]:
    """The findings of each program: rule, severity, confidence and what stands at the place."""
    for name, program in written.items():
        for path, text in program.items():
            (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / name / path).write_text(text, "utf-8")
    found: dict[str, Counter[Verdict]] = {}
    for name, program in written.items():
        options = ["check", "--isolated", "--no-cache", "--select", "ALL", "--output-format", "json"]
        result = CliRunner().invoke(command, [*options, str(folder / name)])
        assert result.exit_code in (0, 1), result.output
        findings: list[dict[str, Any]] = json.loads(result.stdout)
        assert all(each["code"] != "KL003" for each in findings), findings
        found[name] = Counter(
            (each["code"], each["severity"], each["confidence"], _subject(program, folder / name, each))
            for each in findings
        )
    return found


def _subject(program: Program, folder: Path, finding: dict[str, Any]) -> str:
    """The word at the place of a finding: what it is about, wherever that stands."""
    if finding["code"] in STANDS_IN_ITS_LOOP:
        return ""
    path = Path(finding["filename"])
    path = path.resolve().relative_to(folder.resolve())
    row, column = finding["location"]["row"], finding["location"]["column"]
    rest = program[path.as_posix()].split("\n")[row - 1][column - 1 :]
    word = re.match(r"\w*", rest)
    return "" if word is None else word[0].removeprefix("renamed_")


@pytest.fixture(scope="module")
def originals() -> dict[str, Program]:
    return programs()


@pytest.fixture(scope="module")
def before(
    originals: dict[str, Program], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Counter[Verdict]]:
    return verdicts(originals, tmp_path_factory.mktemp("before"))


def test_most_programs_have_verdicts(before):
    assert sum(bool(found) for found in before.values()) > 0.9 * len(before)


def test_verdicts_stay(change, originals, before, tmp_path):
    changed: dict[str, Program] = {}
    for name, program in originals.items():
        result: Program = {}
        made = 0
        for path, text in program.items():
            elsewhere = "\n".join(other for each, other in program.items() if each != path)
            module, further, count = change(
                cst.parse_module(text), set(re.findall(r"\w+", elsewhere)), Path(path).stem
            )
            result.update({path: module.code, **further})
            made += count
        if made:
            changed[name] = result
    assert len(changed) > APPLIES * len(originals)
    after = verdicts(changed, tmp_path)
    different = {
        name: (sorted((before[name] - found).elements()), sorted((found - before[name]).elements()))
        for name, found in after.items()
        if found != before[name]
    }
    assert different == {}
