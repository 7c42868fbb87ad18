"""The hooks, run by pre-commit itself in a fresh repository."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

ROOT = Path(__file__).resolve().parent.parent
INSTALLED = ("keraslint", "rules", "fixtures", "experiments")
LOADER = """\
import tensorflow as tf


def spectrogram(wave):
    return tf.abs(tf.signal.stft(wave, 256, 128))


def loud(wave):
    return tf.reduce_max(wave) > 0.1


def records(waves):
    options = tf.data.Options()
    options.autotune.enabled = False
    waves = tf.data.Dataset.from_tensor_slices(waves).with_options(options)
    return waves.map(spectrogram, num_parallel_calls=4).filter(loud)
"""
TRAIN = """\
import keras
import numpy as np
from loader import records

data = records(np.zeros((64, 4096), "float32")).batch(32)
model = keras.Sequential([keras.layers.Dense(2)])
model.compile(loss="mse")
model.fit(data, epochs=2)
"""
BAD, GOOD = (
    (ROOT / "fixtures" / "fit-workers-removed" / name).read_text(encoding="utf-8")
    for name in ("bad.py", "good.py")
)


def run(*command: str, cwd: Path, fails: bool | None = False) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    assert fails is None or (done.returncode != 0) == fails, output
    return output


def commit(folder: Path, *, fails: bool = False) -> str:
    run("git", "add", "--all", cwd=folder)
    return run("git", "commit", "--message", "A change", cwd=folder, fails=fails)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This repository as git holds it, and its newest commit; what pre-commit installs lies beside it."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
            patch.delenv(variable)
        for role in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{role}_NAME", "Someone")
            patch.setenv(f"GIT_{role}_EMAIL", "someone@example.org")
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("PRE_COMMIT_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("PRE_COMMIT_COLOR", "never")
        tree = tmp_path_factory.mktemp("tree")
        for entry in ROOT.iterdir():
            # In a worktree, `.git` is a file that leads back to here.
            if entry.is_file() and entry.name != ".git":
                shutil.copyfile(entry, tree / entry.name)
        for folder in INSTALLED:
            shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        run("git", "init", "--quiet", cwd=tree)
        commit(tree)
        yield tree, run("git", "rev-parse", "HEAD", cwd=tree).strip()


@pytest.fixture
def repository(hooks: tuple[Path, str], tmp_path: Path) -> Callable[..., Path]:
    """A function that makes a repository with a file or two and a hook that runs on every commit."""
    tree, revision = hooks

    def make(hook: str, arguments: tuple[str, ...] = (), **files: str) -> Path:
        run("git", "init", "--quiet", cwd=tmp_path)
        (tmp_path / "setup.cfg").write_text("[metadata]\nname = project\n")
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(text)
        commit(tmp_path)
        given = f"\n        args: {json.dumps(arguments)}" if arguments else ""
        (tmp_path / ".pre-commit-config.yaml").write_text(
            f"repos:\n  - repo: {tree}\n    rev: {revision}\n    hooks:\n      - id: {hook}{given}\n"
        )
        run(sys.executable, "-m", "pre_commit", "install", cwd=tmp_path)
        commit(tmp_path)
        return tmp_path

    return make


def test_a_bad_commit_is_blocked_and_passes_once_it_is_mended(repository: Callable[..., Path]) -> None:
    folder = repository("keraslint")
    (folder / "train.py").write_text(BAD)
    output = commit(folder, fails=True)
    assert "error[KL501] [*] fit-workers-removed:" in output
    assert "KL202" not in output
    run(sys.executable, "-m", "keraslint", "check", "--fix", "train.py", cwd=folder, fails=None)
    commit(folder)


def test_the_fixing_hook_mends_and_the_next_commit_passes(repository: Callable[..., Path]) -> None:
    folder = repository("keraslint-fix")
    (folder / "train.py").write_text(BAD)
    assert "files were modified by this hook" in commit(folder, fails=True)
    assert (folder / "train.py").read_text() == GOOD
    commit(folder)


def test_a_notebook_is_blocked_mended_and_passes(repository: Callable[..., Path]) -> None:
    folder = repository("keraslint-fix")
    cells = [v4.new_markdown_cell("Words"), v4.new_code_cell(BAD)]
    nbformat.write(v4.new_notebook(cells=cells), folder / "train.ipynb")
    assert "Fixed 1 finding (1 x KL501)" in commit(folder, fails=True)
    assert nbformat.read(folder / "train.ipynb", 4).cells[1].source == GOOD
    commit(folder)


def test_staged_files_alone_are_reported_and_the_project_is_known(repository: Callable[..., Path]) -> None:
    folder = repository("keraslint", loader=LOADER, unrelated=BAD)
    (folder / "train.py").write_text(TRAIN)
    output = commit(folder, fails=True)
    # What is slow in it, only the other file tells.
    assert "warning[KL102]" in output
    assert set(re.findall(r"--> ([\w./]+):", output)) == {"train.py"}


def test_the_findings_are_those_of_check(repository: Callable[..., Path]) -> None:
    folder = repository("keraslint", ("--min-severity=info", "--output-format=concise", "--quiet"))
    for rule in ("getitem-preprocessing", "missing-prefetch", "conv-bias-before-norm", "predict-in-loop"):
        shutil.copyfile(ROOT / "fixtures" / rule / "bad.py", folder / f"{rule}.py")
    hook = re.findall(r"^[\w-]+\.py:.*$", commit(folder, fails=True), re.MULTILINE)
    options = ("--output-format", "concise", "--quiet")
    direct = run(sys.executable, "-m", "keraslint", "check", *options, cwd=folder, fails=True)
    assert {line.split()[1] for line in hook} >= {"KL101", "KL102", "KL303"}
    assert hook == direct.splitlines()
