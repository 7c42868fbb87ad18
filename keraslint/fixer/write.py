"""Writing files so that a crash leaves the old one or the new one, never a mixture."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Rewrite(NamedTuple):
    """What a file is to hold instead of what was read from it."""

    path: Path
    old: bytes
    new: bytes


class NotWrittenError(Exception):
    """Why files were left as they were, and which of them is to blame."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason


def write_together(rewrites: Sequence[Rewrite]) -> None:
    """Write all of these files or none; modes and owners stay, and symbolic links stay links.

    Raises NotWrittenError, with nothing changed, where a file or its folder is
    read-only, the disk is full, or someone has saved a file since it was read. A
    process that is killed leaves each file old or new, the later ones of several
    perhaps old where the first are new.
    """
    staged: list[_Staged] = []
    written: list[_Staged] = []
    try:
        for rewrite in rewrites:
            with _blamed(rewrite.path):
                staged.append(_Staged(rewrite))
        for each in staged:
            with _blamed(each.rewrite.path):
                each.take_place()
            written.append(each)
    except BaseException:
        for each in reversed(written):
            with contextlib.suppress(OSError):
                _Staged(Rewrite(each.target, each.rewrite.new, each.rewrite.old)).take_place()
        raise
    finally:
        for each in staged:
            each.discard()
    for folder in dict.fromkeys(each.target.parent for each in written):
        _sync_folder(folder)


@contextlib.contextmanager
def _blamed(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotWrittenError(path, error.strerror or str(error)) from error


class _Staged:
    """A new file, complete and on the disk, beside the one whose place it is to take."""

    def __init__(self, rewrite: Rewrite) -> None:
        self.rewrite = rewrite
        self.target = Path(os.path.realpath(rewrite.path))
        self._check()
        handle, name = self._opened()
        self._temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(rewrite.new)
                file.flush()
                self._take_after()
                os.fsync(file.fileno())
        except BaseException:
            self.discard()
            raise

    def take_place(self) -> None:
        """Take the place of the old file, if that is still what was read."""
        self._check()
        self._temporary.replace(self.target)

    def discard(self) -> None:
        """Leave nothing behind where the place was not taken."""
        with contextlib.suppress(OSError):
            self._temporary.unlink()

    def _check(self) -> None:
        status = self.target.stat()
        if not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(
            self.target, os.W_OK
        ):
            raise PermissionError(None, "the file is read-only")
        if status.st_nlink > 1:
            # Its other names would keep the old text: a backup should, a second place of the program should not.
            raise OSError(None, "the file has several names (hard links); make a copy of it that has one")
        if self.target.read_bytes() != self.rewrite.old:
            raise OSError(None, "the file was saved while keraslint ran; run it again")

    def _opened(self) -> tuple[int, str]:
        target = self.target
        try:
            return tempfile.mkstemp(prefix=f".{target.name[:64]}.", suffix=".tmp", dir=target.parent)
        except PermissionError:
            raise PermissionError(None, "its folder is read-only") from None

    def _take_after(self) -> None:
        """Give the new file the owner, the mode and the attributes of the old one."""
        old, made = self.target.stat(), self._temporary.stat()
        if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (old.st_uid, old.st_gid):
            try:
                os.chown(self._temporary, old.st_uid, old.st_gid)
            except PermissionError:
                raise PermissionError(None, "the file belongs to someone else") from None
        shutil.copystat(self.target, self._temporary)
        os.utime(self._temporary)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable, where the system lets a folder be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
