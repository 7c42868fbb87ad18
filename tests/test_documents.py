"""What the documents say is true: commands, output, tables, settings and paths."""

import ast
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from click.testing import Result

from keraslint.cli.app import keraslint
from keraslint.config import OUTPUT_FORMATS
from keraslint.registry import load_rules
from keraslint.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def rows(heading: str) -> list[list[str]]:
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1:]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """A function that runs a command line of keraslint at the root of the repository."""
    for name in ("KERASLINT_JOBS", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(ROOT)

    def run(*arguments: str, given: str | None = None) -> Result:
        return CliRunner().invoke(keraslint, arguments, input=given, prog_name="keraslint")

    return run


def test_each_of_the_first_two_commands_is_one_line_that_needs_python_alone() -> None:
    linting, testing = (block.splitlines() for block in blocks("sh")[:2])
    for (command,) in (linting, testing):
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    (path,) = re.findall(r" && \.venv/bin/keraslint check (\S+)$", linting[0])
    assert (ROOT / path).exists()
    assert testing[0].endswith(" && .venv/bin/pytest -n 2")


def test_the_shown_output_is_what_the_command_prints(run: Callable[..., Result]) -> None:
    (shown,) = blocks("console")
    command, _, output = shown.partition("\n")
    assert command.startswith("$ keraslint check ")
    result = run(*command.split()[2:])
    assert result.output == output
    assert result.exit_code == 1
    assert command.split()[-1] in blocks("sh")[0]


def test_the_table_lists_every_rule_and_no_other() -> None:
    assert rows("What it finds") == [[rule.code, rule.name, rule.summary] for rule in load_rules().rules]


def test_the_rules_said_to_be_off_are_off() -> None:
    off = [rule.code for rule in load_rules().rules if not rule.rule.default]
    assert f"{' and '.join(off)} are advice that not everybody wants" in " ".join(README.split())


@pytest.mark.parametrize("line", blocks("sh")[2].splitlines())
def test_the_commands_are_understood(line: str, run: Callable[..., Result], tmp_path: Path) -> None:
    arguments = line.partition("#")[0].split()[1:]
    if arguments[0] in ("baseline", "server", "verify", "test") or "--watch" in arguments:
        # It would measure for minutes, watch or serve for ever, or write here; the rule pack is yours.
        context = keraslint.commands[arguments[0]].make_context(arguments[0], arguments[1:])
        assert context.params or arguments[1] == "create"
        return
    if arguments[0] in ("check", "facts"):
        arguments.append(str(tmp_path))
    result = run(*arguments)
    assert result.exit_code == 0, result.output


CI = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", sorted(set(re.findall(r"\bkeraslint (?:check|baseline) [^'\n`]*", CI))))
def test_the_jobs_call_what_there_is(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keraslint-baseline.json").write_text('{"schema": 1, "findings": []}')
    arguments = shlex.split(line.partition(" >>")[0])[1:]
    result = CliRunner().invoke(keraslint, arguments, prog_name="keraslint")
    assert result.exit_code == (2 if "create" in arguments else 0), result.output
    assert "No such option" not in result.output


def test_the_jobs_are_yaml_and_name_the_hooks_on_offer() -> None:
    jobs = [yaml.safe_load(block) for block in blocks("yaml", CI)]
    assert len(jobs) == 5
    offered = [hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())]
    used = [hook["id"] for job in jobs for repo in job.get("repos", ()) for hook in repo["hooks"]]
    assert set(used) <= set(offered)


def test_every_format_is_told() -> None:
    table = re.findall(r"^\| (`[^|]*) \|", CI, re.MULTILINE)
    assert {name for row in table for name in re.findall(r"`([\w-]+)`", row)} == set(OUTPUT_FORMATS)


def test_every_command_is_shown() -> None:
    shown = {line.split()[1] for line in blocks("sh")[2].splitlines()}
    assert shown == set(keraslint.commands)


def test_the_configuration_is_understood(run: Callable[..., Result], tmp_path: Path) -> None:
    (settings,) = blocks("toml")
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    result = run("config", str(tmp_path))
    assert result.exit_code == 0
    assert result.stderr == ""
    for line in settings.splitlines()[1:]:
        assert line.replace(" }", "}").replace("{ ", "{") in result.stdout


def test_the_comments_silence_what_they_name(run: Callable[..., Result]) -> None:
    (code,) = blocks("python")
    options = ("check", "--isolated", "-", "--stdin-filename", "train.py", "--output-format", "concise")
    bare = re.sub(r"  #.*", "", code)
    assert re.findall(r"KL\d+", run(*options, given=bare).stdout) == ["KL203", "KL202"]
    assert "(2 suppressed)" in run(*options, given=code).output
    whole_file = bare + "# keraslint: ignore-file[KL202]\n"
    assert re.findall(r"KL\d+", run(*options, given=whole_file).stdout) == ["KL203"]


def test_the_hooks_are_those_on_offer() -> None:
    (example,) = blocks("yaml")
    offered = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert re.findall(r"\bkeraslint[\w-]*", example) == re.findall(r"- id: (\S+)", offered)


def test_every_path_that_the_documents_name_is_there() -> None:
    for text in (README, CONTRIBUTING):
        links = re.findall(r"\]\(([^):]+)\)", text)
        quoted = re.findall(
            r"`((?:keraslint|rules|fixtures|tests|scripts|\.ci)/[^`A-Z ]*|[\w.]+\.(?:toml|md))`", text
        )
        missing = [path for path in (*links, *quoted) if not (ROOT / path).exists()]
        assert missing in ([], ["keraslint.toml"])


def test_the_changelog_names_every_rule() -> None:
    assert re.search(rf"^## \[(?:Unreleased|{re.escape(VERSION)})\]", CHANGELOG, re.MULTILINE)
    missing = [
        rule.code
        for rule in load_rules().rules
        if f"{rule.code} {rule.name}" not in " ".join(CHANGELOG.split())
    ]
    assert missing == []


def test_the_versions_are_those_of_the_package() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    oldest = re.search(r'requires-python = ">=(3\.\d+)"', project)
    assert oldest
    assert f"runs on Python {oldest[1]} to" in " ".join(README.split())


def test_the_code_of_the_documents_parses() -> None:
    for code in blocks("python"):
        ast.parse(code)
