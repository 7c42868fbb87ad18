"""Whether anything in a folder changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

Snapshot = Mapping[Path, tuple[int, int]]


def snapshot(root: Path) -> Snapshot:
    """Size and time of the last change of every file, in nanoseconds."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            try:
                status = path.lstat()
            except OSError:
                continue
            found[path] = (status.st_size, status.st_mtime_ns)
    return found


def changed_files(before: Snapshot, after: Snapshot) -> list[Path]:
    """The files that came, went or changed between two snapshots."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
