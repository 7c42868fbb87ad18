"""Files of a folder that hold what can be made again, each under a key that says all it was made from.

Many processes may use one folder at a time. An entry is written whole or not at
all, and carries a digest of its key and of what it holds: whatever happened to it,
and whoever wrote it, it is either what was put or not there.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from contextlib import suppress
from pathlib import Path

_KEPT_SECONDS = 30 * 24 * 3600
_FRESH_SECONDS = 24 * 3600
_KEPT_BYTES = 256 * 2**20
# To look through a folder takes as long as to check a file.
_TIDY_SECONDS = 3600
_DIGEST_SIZE = 32  # in letters, 64: two name a folder, 62 the file
# What begins so was left behind by a process that ended while it wrote.
_UNFINISHED = "unfinished-"
_TIDIED = "tidied"
_OURS = re.compile(rf"[0-9a-f]{{62}}|{_UNFINISHED}.*")


def digest_of(*parts: bytes) -> str:
    """A name for bytes that no others have; where they are divided counts."""
    digest = hashlib.blake2b(digest_size=_DIGEST_SIZE)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


class Store:
    """Entries under keys, in a folder of their kind. Whatever goes wrong with a file of it is a miss."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, kind: str, key: str) -> bytes | None:
        """What was put under a key."""
        path = self._path(kind, key)
        try:
            with path.open("rb") as file:
                data = file.read()
                age = time.time() - os.fstat(file.fileno()).st_mtime
        except OSError:
            return None
        found = data[_DIGEST_SIZE:]
        if data[:_DIGEST_SIZE] != _seal(kind, key, found):
            return None
        # A clock that was set back must not make an entry young for ever.
        if not 0 <= age <= _FRESH_SECONDS:
            self._touch(path)
        return found

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Keep bytes under a key; a folder that cannot be written keeps nothing."""
        path = self._path(kind, key)
        from tempfile import NamedTemporaryFile

        name = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, prefix=_UNFINISHED, delete=False) as file:
                name = file.name
                file.write(_seal(kind, key, data) + data)
            os.replace(name, path)  # noqa: PTH105 - one object less on a path that is taken thousands of times
        except OSError:
            if name is not None:
                self._remove(Path(name))

    def prepare(self) -> None:
        """Make the folder invisible to git and backups."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_new(self.folder / ".gitignore", "*\n")
            _write_new(self.folder / "CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n")
        except OSError:
            return

    def tidy(self) -> None:
        """Drop what nobody used for a month, and the oldest where all is too large; once in an hour."""
        entries = []
        now = time.time()
        if not self._is_due(now):
            return
        for kind in _folders(self.folder):
            for folder in _folders(kind):
                for entry in _listed(folder):
                    # Nothing that is not ours is deleted, wherever links may lead.
                    if _OURS.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                        found = entry.stat(follow_symlinks=False)
                        limit = _FRESH_SECONDS if entry.name.startswith(_UNFINISHED) else _KEPT_SECONDS
                        if now - found.st_mtime > limit:
                            self._remove(Path(entry.path))
                        else:
                            entries.append((found.st_mtime, found.st_size, entry.path))
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= _KEPT_BYTES:
                return
            self._remove(Path(path))
            total -= size

    def _is_due(self, now: float) -> bool:
        """Whether nobody has tidied for long enough; who asks is taken to do it."""
        stamp = self.folder / _TIDIED
        with suppress(OSError):
            if 0 <= now - stamp.stat().st_mtime < _TIDY_SECONDS:
                return False
        # Through a link, it would be another's file.
        if not stamp.is_symlink():
            with suppress(OSError):
                stamp.touch()
        return True

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / kind / key[:2] / key[2:]

    @staticmethod
    def _touch(path: Path) -> None:
        try:
            os.utime(path)
        except OSError:
            return

    @staticmethod
    def _remove(path: Path) -> None:
        try:
            path.unlink()
        except OSError:
            return


def _seal(kind: str, key: str, data: bytes) -> bytes:
    return bytes.fromhex(digest_of(kind.encode(), key.encode(), data))


def _folders(folder: Path) -> list[Path]:
    return [Path(entry.path) for entry in _listed(folder) if entry.is_dir(follow_symlinks=False)]


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as scan:
            return list(scan)
    except OSError:
        return []


def _write_new(path: Path, text: str) -> None:
    """Write a file where there is none, not even a link to one."""
    if not os.path.lexists(path):
        path.write_text(text, encoding="utf-8")
