import os
from pathlib import Path

import pytest

from keraslint.config import Configurations
from keraslint.source.discovery import Discovered
from keraslint.source.discovery import discover


def tree(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def found(folder: Path, *paths: str, **settings: object) -> Discovered:
    overrides = {key.replace("_", "-"): value for key, value in settings.items()}
    return discover(paths or (".",), Configurations(folder, overrides), folder)


def names(folder: Path, *paths: str, **settings: object) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in found(folder, *paths, **settings).files]


def test_folders_give_python_files_and_notebooks_in_one_order(tmp_path):
    tree(tmp_path, "b.py", "a/z.py", "a/b.ipynb", "a.py", "readme.md", "a/data.csv", "c.pyc")
    assert names(tmp_path) == ["a/b.ipynb", "a/z.py", "a.py", "b.py"]
    assert names(tmp_path, "b.py", "a", "a/z.py", "./a") == ["a/b.ipynb", "a/z.py", "b.py"]


def test_files_that_are_named_are_taken_whatever_they_are(tmp_path):
    tree(tmp_path, "script", "venv/a.py", ".gitignore")
    (tmp_path / ".gitignore").write_text("venv\n")
    (tmp_path / ".git").mkdir()
    assert names(tmp_path, "script", "venv/a.py") == ["script", "venv/a.py"]
    assert names(tmp_path, "script", "venv/a.py", force_exclude=True) == ["script"]


def test_a_path_that_leads_nowhere_is_reported_as_written(tmp_path):
    tree(tmp_path, "a.py")
    result = found(tmp_path, "a.py", "gone.py", "no/*.py")
    assert result.missing == ("gone.py", "no/*.py")
    assert result.files == (tmp_path / "a.py",)


def test_standard_input_is_no_path(tmp_path):
    assert found(tmp_path, "-") == Discovered((), stdin=True)


def test_globs_are_expanded_where_no_shell_did(tmp_path):
    tree(tmp_path, "a/x.py", "a/b/y.py", "a/z.txt", "[odd].py")
    assert names(tmp_path, "a/*.py") == ["a/x.py"]
    assert names(tmp_path, "a/**/*.py") == ["a/b/y.py", "a/x.py"]
    assert names(tmp_path, str(tmp_path / "a" / "*.py")) == ["a/x.py"]
    assert names(tmp_path, "[odd].py") == ["[odd].py"]


def test_usual_folders_are_left_out(tmp_path):
    tree(tmp_path, "a.py", ".venv/b.py", "x/node_modules/c.py", "build/d.py", "x/.git/e.py", "builder/f.py")
    assert names(tmp_path) == ["a.py", "builder/f.py"]
    assert names(tmp_path, "build") == ["build/d.py"]


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        ("gen", ["a/old.py", "old.py"]),
        ("*.py", []),
        ("old.py", ["a/gen/y.py", "gen/x.py"]),
        ("a/gen", ["a/old.py", "gen/x.py", "old.py"]),
        ("a/", ["gen/x.py", "old.py"]),
        ("a/*.py", ["gen/x.py", "old.py"]),
        ("**/gen/*", ["a/old.py", "old.py"]),
        ("{gen,a}", ["old.py"]),
        ("./gen", ["a/gen/y.py", "a/old.py", "old.py"]),
        ("[!o]*.py", ["a/old.py", "old.py"]),
    ],
)
def test_patterns_exclude_as_in_ruff(tmp_path, pattern, kept):
    tree(tmp_path, "old.py", "gen/x.py", "a/gen/y.py", "a/old.py")
    assert names(tmp_path, extend_exclude=[pattern]) == kept
    assert names(tmp_path, exclude=[pattern]) == kept


def test_include_says_what_a_folder_gives(tmp_path):
    tree(tmp_path, "a.py", "b.ipynb", "c.pyw", "jobs/train")
    assert names(tmp_path, include=["*.pyw", "jobs/*"]) == ["c.pyw", "jobs/train"]


def test_a_configuration_rules_the_folder_that_it_stands_in(tmp_path):
    tree(tmp_path, "a/x.py", "a/y.py", "b/x.py", "b/y.py")
    (tmp_path / "a" / "keraslint.toml").write_text('extend-exclude = ["x.py"]')
    assert names(tmp_path) == ["a/y.py", "b/x.py", "b/y.py"]


def test_gitignore_is_obeyed_as_git_does(tmp_path):
    tree(tmp_path, "a.py", "log/b.py", "out/c.py", "out/keep.py", "sub/a.py", "sub/out.py", "sub/deep/gen.py")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("/a.py\nlog/\nout/*\n!out/keep.py\ngen.py\n")
    (tmp_path / "sub" / ".gitignore").write_text("!gen.py\nout.py\n")
    assert names(tmp_path) == ["out/keep.py", "sub/a.py", "sub/deep/gen.py"]
    assert names(tmp_path, "sub") == ["sub/a.py", "sub/deep/gen.py"]
    assert names(tmp_path, respect_gitignore=False) == [
        "a.py",
        "log/b.py",
        "out/c.py",
        "out/keep.py",
        "sub/a.py",
        "sub/deep/gen.py",
        "sub/out.py",
    ]


def test_an_ignored_folder_that_is_named_is_walked(tmp_path):
    tree(tmp_path, "out/a.py", "out/tmp/b.py")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("out\n")
    (tmp_path / "out" / ".gitignore").write_text("tmp\n")
    assert names(tmp_path, "out") == ["out/a.py"]


def test_the_private_excludes_of_a_repository_count(tmp_path):
    tree(tmp_path, "a.py", "scratch.py", ".git/info/exclude")
    (tmp_path / ".git" / "info" / "exclude").write_text("scratch.py\n")
    assert names(tmp_path) == ["a.py"]


def test_links_end_loops_and_files_come_once(tmp_path):
    tree(tmp_path, "a/x.py", "other/y.py")
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "again.py").symlink_to("x.py")
    (tmp_path / "a" / "y.py").symlink_to(tmp_path / "other" / "y.py")
    assert names(tmp_path, "a") == ["a/x.py", "a/y.py"]


def test_a_broken_link_is_left_to_the_reader(tmp_path):
    (tmp_path / "a.py").symlink_to("gone.py")
    assert names(tmp_path) == ["a.py"]
    assert names(tmp_path, "a.py") == ["a.py"]


def test_what_is_no_file_is_passed_over(tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    tree(tmp_path, "folder.py/a.py")
    assert names(tmp_path) == ["folder.py/a.py"]


def test_a_folder_that_cannot_be_listed_is_a_warning(tmp_path, monkeypatch):
    tree(tmp_path, "a.py", "closed/b.py")
    scandir = os.scandir

    def denied(path):
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)  # root lists everything
    result = found(tmp_path)
    assert result.files == (tmp_path / "a.py",)
    assert result.warnings == ("cannot list the folder `closed`: Permission denied",)
