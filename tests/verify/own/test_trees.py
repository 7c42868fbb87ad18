from pathlib import Path

import pytest

from keraslint.verify.own.snapshot import changed_files
from keraslint.verify.own.snapshot import snapshot
from keraslint.verify.own.trees import Trees


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "project"
    (root / "src").mkdir(parents=True)
    (root / "src" / "train.py").write_text("original")
    (root / "photos.npy").write_bytes(bytes(2 * 1024**2))
    (root / ".git").mkdir()
    (root / ".git" / "HEAD").write_text("ref")
    (root / "venv").mkdir()
    (root / "venv" / "pyvenv.cfg").write_text("")
    return root


def test_every_run_has_a_copy_of_its_own(root, tmp_path):
    trees = Trees(root, tmp_path / "scratch")
    before = snapshot([root])
    with trees.fresh({}) as first:
        (first / "src" / "train.py").write_text("changed")
        (first / "checkpoint").write_text("new")
        place = first
    with trees.fresh({}) as second:
        assert second == place
        assert (second / "src" / "train.py").read_text() == "original"
        assert not (second / "checkpoint").exists()
    assert changed_files(before, snapshot([root])) == []


def test_changed_files_replace_those_of_the_project(root, tmp_path):
    with Trees(root, tmp_path / "scratch").fresh({Path("src/train.py"): b"fixed"}) as tree:
        assert (tree / "src" / "train.py").read_bytes() == b"fixed"
    assert (root / "src" / "train.py").read_text() == "original"


def test_large_data_are_shared_by_the_runs_and_never_with_the_user(root, tmp_path):
    with Trees(root, tmp_path / "scratch").fresh({}) as tree:
        data = tree / "photos.npy"
        assert data.is_symlink()
        data.write_bytes(b"overwritten")
    assert (root / "photos.npy").stat().st_size == 2 * 1024**2


def test_what_is_too_large_to_copy_is_linked(root, tmp_path):
    trees = Trees(root, tmp_path / "scratch", most=1024**2)
    assert trees.linked == {root / "photos.npy"}
    with trees.fresh({}) as tree:
        assert (tree / "photos.npy").read_bytes() == (root / "photos.npy").read_bytes()


def test_history_and_environments_are_left_out(root, tmp_path):
    with Trees(root, tmp_path / "scratch").fresh({}) as tree:
        assert sorted(path.name for path in tree.iterdir()) == ["photos.npy", "src"]


def test_a_link_to_a_folder_of_data_is_followed(root, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "labels.csv").write_text("1,2")
    (root / "data").symlink_to(elsewhere)
    with Trees(root, tmp_path / "scratch").fresh({}) as tree:
        (tree / "data" / "labels.csv").write_text("changed")
    assert (elsewhere / "labels.csv").read_text() == "1,2"


def test_what_lies_beside_the_project_is_copied_to_the_same_relative_place(root, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "labels.csv").write_text("1,2")
    (tmp_path / "notes.txt").write_text("a note")
    (tmp_path / "models").mkdir()
    trees = Trees(root, tmp_path / "scratch", [data, tmp_path / "models", tmp_path / "notes.txt"])
    before = snapshot(trees.originals)
    for _ in range(2):
        with trees.fresh({}) as tree:
            assert (tree / "../data/labels.csv").read_text() == "1,2"
            assert (tree / "src" / "../../notes.txt").read_text() == "a note"
            (tree / "../data/labels.csv").write_text("changed")
            (tree / "../data/new.csv").write_text("new")
            assert list((tree / "../models").iterdir()) == []
            (tree / "../models/best.keras").write_text("weights")
    assert changed_files(before, snapshot(trees.originals)) == []


def test_a_snapshot_tells_what_came_went_and_changed(root):
    before = snapshot([root])
    (root / "new.txt").write_text("")
    (root / "photos.npy").unlink()
    (root / "src" / "train.py").write_text("longer than before")
    changed = changed_files(before, snapshot([root]))
    assert [path.name for path in changed] == ["new.txt", "photos.npy", "train.py"]
