from pathlib import Path

import pytest

from keraslint.config import Settings
from keraslint.source.roots import ProjectRoots


def tree(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def root(folder: Path, settings_of: Path) -> Path:
    return ProjectRoots().of(folder, Settings(settings_of))


def test_a_project_begins_at_the_nearest_mark(tmp_path):
    tree(tmp_path, "a/.git/HEAD", "a/b/c/x.py")
    assert root(tmp_path / "a" / "b" / "c", tmp_path / "a" / "b") == tmp_path / "a"
    tree(tmp_path, "a/b/pyproject.toml")
    assert root(tmp_path / "a" / "b" / "c", tmp_path / "a" / "b") == tmp_path / "a" / "b"


def test_without_a_mark_it_begins_where_the_settings_do(tmp_path):
    tree(tmp_path, "a/b/x.py")
    assert root(tmp_path / "a" / "b", tmp_path / "a") == tmp_path / "a"


def test_elsewhere_it_begins_at_the_outermost_folder_with_code_in_it(tmp_path):
    tree(tmp_path, "a/train.py", "a/b/loader.ipynb", "a/b/c/x.py", "other/x.py")
    assert root(tmp_path / "a" / "b" / "c", tmp_path / "other") == tmp_path / "a"
    assert root(tmp_path / "a", tmp_path / "other") == tmp_path / "a"


def test_elsewhere_a_package_lies_in_its_project(tmp_path):
    tree(tmp_path, "a/pkg/__init__.py", "a/pkg/sub/__init__.py", "other/x.py")
    assert root(tmp_path / "a" / "pkg" / "sub", tmp_path / "other") == tmp_path / "a"


@pytest.mark.parametrize("working", ["home", "other"])
def test_a_home_folder_is_no_project(tmp_path, monkeypatch, working):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    tree(tmp_path, "home/scratch.py", "home/a/x.py", "home/b/x.py", "other/x.py")
    assert root(tmp_path / "home" / "a", tmp_path / working) == tmp_path / "home" / "a"
