"""Files are replaced as a whole, keep what else they are, and are never replaced after someone saved them."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keraslint.fixer.write import NotWrittenError
from keraslint.fixer.write import Rewrite
from keraslint.fixer.write import write_together


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "train.py"
    path.write_bytes(b"old\n")
    return path


def write(path, new=b"new\n", old=b"old\n"):
    write_together([Rewrite(path, old, new)])


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_bytes_are_written_as_they_are(file):
    data = b"\xef\xbb\xbfnew\r\n\x00"
    write(file, data)
    assert file.read_bytes() == data
    assert names(file.parent) == ["train.py"]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o664])
def test_the_mode_stays(file, mode):
    file.chmod(mode)
    write(file)
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_it_counts_as_changed_now(file):
    os.utime(file, (0, 0))
    write(file)
    assert file.stat().st_mtime > 0


def as_if_of_another(monkeypatch):
    made = Path.stat

    def stat_of_another(self, **options):
        result = made(self, **options)
        if self.name != "train.py":
            return result
        values = list(result)
        values[4] += 1
        return os.stat_result(values)

    monkeypatch.setattr(Path, "stat", stat_of_another)


def test_the_owner_stays(file, monkeypatch):
    owners = []
    monkeypatch.setattr(os, "chown", lambda path, user, group: owners.append((user, group)))
    status = file.stat()
    as_if_of_another(monkeypatch)
    write(file)
    assert owners == [(status.st_uid + 1, status.st_gid)]


def test_the_file_of_another_is_left_alone_where_it_would_become_ours(file, monkeypatch):
    def refuse(*arguments):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)
    as_if_of_another(monkeypatch)
    with pytest.raises(NotWrittenError, match="belongs to someone else"):
        write(file)
    assert file.read_bytes() == b"old\n"
    assert names(file.parent) == ["train.py"]


def test_a_symbolic_link_stays_one(file, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.py"
    link.symlink_to("../train.py")
    write(link)
    assert link.is_symlink()
    assert file.read_bytes() == b"new\n"


def test_a_file_of_several_names_is_left_alone(file, tmp_path):
    (tmp_path / "again.py").hardlink_to(file)
    with pytest.raises(NotWrittenError, match="several names"):
        write(file)
    assert file.read_bytes() == b"old\n"
    assert file.samefile(tmp_path / "again.py")


def test_a_read_only_file_is_left_alone(file):
    file.chmod(0o444)
    with pytest.raises(NotWrittenError, match="read-only"):
        write(file)
    assert file.read_bytes() == b"old\n"


def test_a_read_only_folder_is_said(file, monkeypatch):
    def refuse(**options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(NotWrittenError, match="folder is read-only") as caught:
        write(file)
    assert caught.value.path == file


def test_a_missing_file_is_not_made(tmp_path):
    with pytest.raises(NotWrittenError, match="No such file"):
        write(tmp_path / "train.py")
    assert names(tmp_path) == []


@pytest.mark.parametrize("failing", ["os.fsync", "pathlib.Path.replace"])
def test_a_failure_leaves_the_old_file_and_nothing_else(file, monkeypatch, failing):
    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(failing, fail)
    with pytest.raises(NotWrittenError, match="No space left"):
        write(file)
    assert file.read_bytes() == b"old\n"
    assert names(file.parent) == ["train.py"]


def test_a_file_that_outgrows_what_is_left_is_left_alone(file):
    code = """
import resource, sys
from pathlib import Path
from keraslint.fixer.write import NotWrittenError, Rewrite, write_together
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_together([Rewrite(Path(sys.argv[1]), b"old\\n", b"#" * 100_000)])
except NotWrittenError as error:
    print(error.reason)
"""
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True)
    assert done.stdout == "File too large\n"
    assert file.read_bytes() == b"old\n"
    assert names(file.parent) == ["train.py"]


@pytest.mark.parametrize("save", [Path.write_bytes, lambda path, data: replace_by_rename(path, data)])
def test_what_someone_saved_meanwhile_stays(file, save):
    save(file, b"saved\n")
    with pytest.raises(NotWrittenError, match="saved while keraslint ran"):
        write(file)
    assert file.read_bytes() == b"saved\n"
    assert names(file.parent) == ["train.py"]


def replace_by_rename(path, data):
    other = path.with_name("other")
    other.write_bytes(data)
    other.replace(path)


def test_what_someone_saves_while_the_new_file_is_written_stays(file, monkeypatch):
    synced = os.fsync

    def save_first(handle):
        file.write_bytes(b"saved\n")
        synced(handle)

    monkeypatch.setattr(os, "fsync", save_first)
    with pytest.raises(NotWrittenError, match="saved while keraslint ran"):
        write(file)
    assert file.read_bytes() == b"saved\n"


FATES = ("well", "read-only", "saved", "gone", "several names")


@settings(max_examples=40)
@given(fates=st.lists(st.sampled_from(FATES), min_size=1, max_size=5))
def test_of_several_files_all_are_written_or_none(tmp_path_factory, fates):
    folder = tmp_path_factory.mktemp("project")
    rewrites = []
    for number, fate in enumerate(fates):
        path = folder / f"{number}.py"
        path.write_bytes(b"old")
        rewrites.append(Rewrite(path, b"old", b"new"))
        if fate == "read-only":
            path.chmod(0o444)
        elif fate == "saved":
            path.write_bytes(b"saved")
        elif fate == "gone":
            path.unlink()
        elif fate == "several names":
            (folder / f"{number}.txt").hardlink_to(path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    if set(fates) == {"well"}:
        write_together(rewrites)
        assert {path.read_bytes() for path in folder.iterdir()} == {b"new"}
    else:
        with pytest.raises(NotWrittenError) as caught:
            write_together(rewrites)
        assert fates[rewrites.index(Rewrite(caught.value.path, b"old", b"new"))] != "well"
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_files_that_were_replaced_are_put_back_where_a_later_one_fails(tmp_path, monkeypatch):
    paths = [tmp_path / f"{number}.py" for number in range(3)]
    for path in paths:
        path.write_bytes(b"old\n")
    replaced = Path.replace

    def fail_at_the_last(self, target):
        if target == paths[2]:
            raise OSError(5, "Input/output error")
        return replaced(self, target)

    monkeypatch.setattr(Path, "replace", fail_at_the_last)
    with pytest.raises(NotWrittenError, match="Input/output error"):
        write_together([Rewrite(path, b"old\n", b"new\n") for path in paths])
    assert [path.read_bytes() for path in paths] == [b"old\n"] * 3
    assert names(tmp_path) == ["0.py", "1.py", "2.py"]
