from pathlib import Path

import pytest

from keraslint.config import Configurations
from keraslint.source import surroundings as module
from keraslint.source.roots import ProjectRoots
from keraslint.source.surroundings import surroundings


@pytest.fixture
def project(tmp_path):
    for name in ("train.py", "pkg/a.py", "pkg/b.py", "pkg/deep/c.py", "old/d.py", "venv/e.py", "inner/f.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("old\n")
    (tmp_path / "inner" / "setup.py").touch()
    return tmp_path


def around(folder: Path, *names: str, walked: tuple[Path, ...] = ()) -> list[str]:
    found = surroundings([folder / name for name in names], walked, Configurations(folder), ProjectRoots())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_they_are_the_other_files_of_the_project(project):
    assert around(project, "train.py") == ["pkg/a.py", "pkg/b.py", "pkg/deep/c.py"]
    assert around(project, "pkg/deep/c.py", "pkg/a.py") == ["pkg/b.py", "train.py"]
    assert around(project, "inner/f.py") == ["inner/setup.py"]
    assert around(project, "train.py", "inner/f.py") == [
        "inner/setup.py",
        "pkg/a.py",
        "pkg/b.py",
        "pkg/deep/c.py",
    ]


def test_files_that_are_left_out_know_the_project(project):
    assert around(project, "old/d.py") == ["pkg/a.py", "pkg/b.py", "pkg/deep/c.py", "train.py"]


def test_what_was_walked_is_not_walked_again(project):
    assert around(project, "train.py", walked=(project,)) == []
    assert around(project, "train.py", walked=(project / "pkg",)) != []


def test_of_a_project_without_end_the_nearest_folders_count(project, monkeypatch):
    monkeypatch.setattr(module, "MOST_ENTRIES", 5)
    assert around(project, "pkg/a.py") == ["pkg/b.py", "pkg/deep/c.py"]
    assert around(project, "pkg/deep/c.py") == ["pkg/a.py", "pkg/b.py"]
    assert around(project, "train.py") == []
    monkeypatch.setattr(module, "MOST_ENTRIES", 2)
    assert around(project, "pkg/a.py") == []
