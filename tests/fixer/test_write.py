"""Files are replaced as a whole, and keep what else they are."""

import os
import stat
from pathlib import Path

import pytest

from keraslint.fixer import write_atomically


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "train.py"
    path.write_bytes(b"old\n")
    return path


def test_the_bytes_are_written_as_they_are(file):
    data = b"\xef\xbb\xbfnew\r\n\x00"
    write_atomically(file, data)
    assert file.read_bytes() == data
    assert [path.name for path in file.parent.iterdir()] == ["train.py"]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o664])
def test_the_mode_stays(file, mode):
    file.chmod(mode)
    write_atomically(file, b"new\n")
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_the_owner_stays(file, monkeypatch):
    owners = []
    monkeypatch.setattr(os, "chown", lambda path, user, group: owners.append((user, group)))
    status = file.stat()
    made = Path.stat

    def as_if_of_another(self, **options):
        result = made(self, **options)
        if self.name != "train.py":
            return result
        values = list(result)
        values[4] = status.st_uid + 1
        return os.stat_result(values)

    monkeypatch.setattr(Path, "stat", as_if_of_another)
    write_atomically(file, b"new\n")
    assert owners == [(status.st_uid + 1, status.st_gid)]


def test_a_symbolic_link_stays_one(file, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.py"
    link.symlink_to("../train.py")
    write_atomically(link, b"new\n")
    assert link.is_symlink()
    assert file.read_bytes() == b"new\n"


def test_a_read_only_file_is_left_alone(file):
    file.chmod(0o444)
    with pytest.raises(PermissionError, match="read-only"):
        write_atomically(file, b"new\n")
    assert file.read_bytes() == b"old\n"


def test_a_read_only_folder_is_said(file, monkeypatch):
    def refuse(**options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(PermissionError, match="folder is read-only") as caught:
        write_atomically(file, b"new\n")
    assert caught.value.filename == str(file)


def test_a_missing_file_is_not_made(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "train.py", b"new\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failing", ["os.fsync", "pathlib.Path.replace"])
def test_a_failure_leaves_the_old_file_and_nothing_else(file, monkeypatch, failing):
    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(failing, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(file, b"new\n")
    assert file.read_bytes() == b"old\n"
    assert [path.name for path in file.parent.iterdir()] == ["train.py"]
