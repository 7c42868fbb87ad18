"""The example of a rule pack, and the document that leads to it."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from dataclasses import is_dataclass
from pathlib import Path

import keraslint.semantics

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "keraslint-acme"
DOCUMENT = (ROOT / "docs" / "writing-rules.md").read_text(encoding="utf-8")


def run(*arguments: str, cwd: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "keraslint", *arguments],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(path or "")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_example_keeps_what_it_promises(tmp_path: Path) -> None:
    done = run("test", str(EXAMPLE), cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "All is well in 1 rule.\n", "")


def test_whoever_follows_the_document_has_the_example(tmp_path: Path) -> None:
    files = dict(re.findall(r'^```\w+ title="(.+)"\n((?:.*\n)*?)```$', DOCUMENT, re.MULTILINE))
    for name, text in files.items():
        assert text == (EXAMPLE / name).read_text(encoding="utf-8")
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (added,) = re.findall(r"add one line .*\n\n```python\n(.*\n)```", DOCUMENT)
    bad = next(tmp_path.rglob("bad.py"))
    bad.with_name("good.py").write_text(
        re.sub(r"^\)\n\Z", f"{added})\n", bad.read_text(), flags=re.MULTILINE), encoding="utf-8"
    )
    done = run("test", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "All is well in 1 rule.\n", "")


def test_its_rule_runs_where_it_is_installed(tmp_path: Path) -> None:
    metadata = tmp_path / "keraslint_acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: keraslint-acme\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[keraslint.rules]\nacme = acme_rules\n")
    (tmp_path / "acme_rules").symlink_to(EXAMPLE / "acme_rules")
    bad = EXAMPLE / "acme_rules/fixtures/validation-every-epoch/bad.py"
    done = run(
        "check", "--isolated", "--no-cache", "--output-format", "concise", str(bad), cwd=ROOT, path=tmp_path
    )
    assert "bad.py:23:7: ACME101 `fit` validates after each of its 20 epochs" in done.stdout
    assert done.returncode == 1


def test_what_is_said_to_be_stable_is_there() -> None:
    table = re.findall(r"^\| (`.+?) \| .+? \| (`.+`) \|$", DOCUMENT, re.MULTILINE)
    assert len(table) > 10
    for names, attributes in table:
        for name in re.findall(r"`(\w+)`", names):
            found = getattr(keraslint.semantics, name)
            of_instances = {each.name for each in fields(found)} if is_dataclass(found) else {"target"}
            missing = set(re.findall(r"`(\w+)`", attributes)) - {*dir(found), *of_instances}
            assert not missing, f"{name} has no {missing}"
