"""A rule that was just begun is clean code, and says what is still to write."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GROUPS = ("compatibility", "data", "hardware", "model", "training")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository without rules."""
    for folder in ("scripts", "fixtures", *(f"rules/{group}" for group in GROUPS)):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("pyproject.toml", "scripts/new_rule.py"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def begin(tree: Path, *options: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(tree / "scripts" / "new_rule.py"), *options]
    return subprocess.run(command, input=answers, capture_output=True, encoding="utf-8", check=False)


def run(tree: Path, *command: str) -> None:
    environment = {**os.environ, "MYPYPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=tree,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_kind_of_skeleton_is_clean(tree: Path) -> None:
    kinds = [
        ("error", "none", "3"),
        ("warning", "safe", "both"),
        ("warning", "display", "3"),
        ("info", "unsafe", "2"),
    ]
    for number, (severity, fix, targets) in enumerate(kinds, 150):
        name = f"{fix}-{targets}-rule"
        options = ("--code", f"KL{number}", "--name", name, "--severity", severity, "--fix", fix)
        begun = begin(tree, *options, "--targets", targets)
        assert begun.returncode == 0, begun.stderr
    run(tree, "ruff", "check", "rules")
    run(tree, "ruff", "format", "--check", "rules")
    run(tree, "mypy", "rules")


def test_what_no_option_says_is_asked_for(tree: Path) -> None:
    begun = begin(tree, "--severity", "info", answers="KL499\nlong-wait\nunsafe\n\n")
    assert begun.returncode == 0, begun.stderr
    assert sorted(path.name for path in (tree / "fixtures" / "long-wait").iterdir()) == [
        "bad.py",
        "good.py",
        "traps.py",
    ]
    module = (tree / "rules" / "training" / "long_wait.py").read_text(encoding="utf-8")
    assert "class LongWait(Rule):" in module
    assert 'code = "KL499"' in module
    assert "severity = Severity.INFO" in module
    assert "applicability = Applicability.UNSAFE" in module
    assert "targets" not in module


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--code", "KL102"), "`KL102` is taken by keraslint.rules.data.missing_prefetch"),
        (("--code", "KL19"), "`KL19` is no code such as KL199"),
        (("--code", "KL999"), "`KL999` begins as no group does"),
        (("--code", "KL199", "--name", "missing-prefetch"), "`missing-prefetch` is taken by"),
        (("--code", "KL199", "--name", "Slow_Thing"), "`Slow_Thing` is no name such as `missing-prefetch`"),
    ],
)
def test_what_cannot_be_a_rule_is_refused(tree: Path, options: tuple[str, ...], complaint: str) -> None:
    begun = begin(tree, *options)
    assert begun.returncode == 2
    assert complaint in begun.stderr
    assert list((tree / "fixtures").iterdir()) == []


def test_no_file_is_written_over(tree: Path) -> None:
    options = (
        "--code",
        "KL199",
        "--name",
        "slow-thing",
        "--severity",
        "info",
        "--fix",
        "none",
        "--targets",
        "3",
    )
    begin(tree, *options)
    module = tree / "rules" / "data" / "slow_thing.py"
    module.write_text("mine", encoding="utf-8")
    begun = begin(tree, *options)
    assert begun.returncode == 1
    assert begun.stderr.strip() == "rules/data/slow_thing.py is there already."
    assert module.read_text(encoding="utf-8") == "mine"


def test_nothing_is_left_to_write() -> None:
    """What ``scripts/new_rule.py`` leaves to its reader has been written."""
    files = sorted([*ROOT.glob("rules/*/*.py"), *ROOT.glob("fixtures/*/*.py")])
    left = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "TO WRITE" in line
    ]
    assert not left, "\n".join(left)
