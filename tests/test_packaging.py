"""What is installed is what lies in the tree, and it works."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path

import pytest
import tomli
from packaging.requirements import Requirement

from keraslint.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "keraslint": "keraslint",
    "rules": "keraslint/rules",
    "fixtures": "keraslint/fixtures",
    "experiments": "keraslint/experiments",
}


def run(*command: str, cwd: Path = ROOT, python_path: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": python_path, "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sdist and the wheel; the wheel is built from the sdist."""
    tree = tmp_path_factory.mktemp("tree")
    for entry in ROOT.iterdir():
        if entry.is_file():
            shutil.copyfile(entry, tree / entry.name)
    for folder in (*PACKAGES, "docs", "examples", "scripts", "tests"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    out = tmp_path_factory.mktemp("dist")
    done = run("-m", "build", "--no-isolation", "--outdir", str(out), cwd=tree)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel is installed."""
    folder = tmp_path_factory.mktemp("site")
    (wheel,) = built.glob("*.whl")
    done = run("-m", "pip", "install", "--no-deps", "--no-index", "--target", str(folder), str(wheel))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_wheel_holds_the_tree_and_nothing_else(built: Path) -> None:
    expected = {
        f"{package}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, package in PACKAGES.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
    }
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert sorted(expected - held) == []
    assert sorted(held - expected) == []


def test_the_sdist_holds_what_it_takes_to_test_it(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "README.md",
        "docs/evidence.md",
        "examples/keraslint-acme/pyproject.toml",
        "pyproject.toml",
        "scripts/new_rule.py",
        "tests/conftest.py",
        "tests/test_packaging.py",
    } <= held


def test_the_installed_package_finds_its_rules(site: Path, tmp_path: Path) -> None:
    done = run(
        "-m", "keraslint", "rule", "--all", "--output-format", "json", cwd=tmp_path, python_path=str(site)
    )
    assert done.stderr == ""
    modules = [path for path in (ROOT / "rules").glob("*/*.py") if path.stem != "__init__"]
    assert sorted(rule["name"] for rule in json.loads(done.stdout)) == sorted(
        path.stem.replace("_", "-") for path in modules
    )
    (installed,) = distributions(path=[str(site)])
    assert {point.group for point in installed.entry_points} == {
        "console_scripts",
        "jupyter_lsp_spec_v1",
        "keraslint.rules",
    }


def test_the_installed_package_checks_a_file(site: Path, tmp_path: Path) -> None:
    shutil.copyfile(ROOT / "fixtures" / "oversized-conv" / "bad.py", tmp_path / "train.py")
    command = ("-m", "keraslint", "check", "--output-format", "concise", "train.py")
    done = run(*command, cwd=tmp_path, python_path=str(site))
    assert done.stdout.startswith("train.py:14:18: KL301 ")
    assert done.returncode == 1
    where = run(
        "-c", "import keraslint.rules; print(keraslint.rules.__file__)", cwd=tmp_path, python_path=str(site)
    )
    assert where.stdout.startswith(str(site))


def test_the_module_can_be_run(tmp_path: Path) -> None:
    assert run("-m", "keraslint", "--version", cwd=tmp_path).stdout == f"keraslint {VERSION}\n"


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("check", "--help"), ("rule", "--help")])
def test_help_and_version_load_neither_parser_nor_rules(arguments: tuple[str, ...], tmp_path: Path) -> None:
    program = (
        "import sys; from keraslint.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = ('libcst', 'keraslint.rules', 'keraslint.semantics')\n"
        "print([name for name in sys.modules if name.startswith(heavy)])"
    )
    done = run("-c", program, *arguments, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr


def test_what_is_imported_is_required_and_nothing_else() -> None:
    harness, server = (set((ROOT / "keraslint" / name).rglob("*.py")) for name in ("verify", "server"))
    files = {*(ROOT / "keraslint").rglob("*.py"), *(ROOT / "rules").rglob("*.py")}
    project = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {Requirement(each).name for each in project["dependencies"]}
    watching = {ROOT / "keraslint" / "cli" / "watching.py"}
    assert _packages(files - harness - watching - server) == required
    extra, lsp, watch = (
        {Requirement(each).name for each in project["optional-dependencies"][name]}
        for name in ("verify", "lsp", "watch")
    )
    assert _packages(watching) - required == watch
    assert _packages(server) - required == lsp
    measured = {path for name in ("bad", "good") for path in (ROOT / "fixtures").glob(f"*/{name}.py")}
    # Keras moves images with scipy. PyTorch, which one rule is about, is as large as all the rest.
    programs = (_packages(measured) - {"PIL", "torch"}) | {"pillow", "scipy"}
    assert _packages(harness) - required - programs == extra - programs
    assert programs <= extra


# It brings the types of this one along, and no other imports it.
_FOR_THE_TYPE_CHECKER = ("typing_extensions",)


def _packages(files: Iterable[Path]) -> set[str]:
    """The packages that modules import, the standard library's and our own left out."""
    imported = {
        name.partition(".")[0]
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
    }
    return imported - {*sys.stdlib_module_names, *_FOR_THE_TYPE_CHECKER, "keraslint", "tomllib"}


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def test_the_hooks_call_what_there_is(tmp_path: Path) -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"^  entry: keraslint (.*)\n  args: \[(.*)\]$", hooks, re.MULTILINE)
    assert len(entries) == hooks.count("- id:") == 2
    for entry, options in entries:
        shutil.copyfile(ROOT / "fixtures" / "fit-workers-removed" / "bad.py", tmp_path / "train.py")
        done = run("-m", "keraslint", *entry.split(), *options.split(", "), "train.py", cwd=tmp_path)
        assert done.returncode in (0, 1), done.stderr
        assert "KL501" in done.stdout or "Fixed 1" in done.stdout


def test_what_compiles_is_what_checks_the_types() -> None:
    development = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]["dev"]
    (version,) = re.findall(r'^MYPY = "(.*)"$', (ROOT / "setup.py").read_text("utf-8"), re.MULTILINE)
    assert version in development
