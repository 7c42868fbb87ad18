"""Whether anything in some folders changed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path

Snapshot = Mapping[Path, tuple[int, int]]


def snapshot(originals: Iterable[Path]) -> Snapshot:
    """Size and time of the last change, in nanoseconds, of every file in the folders, or that stands there."""
    found = {}
    for path in (path for original in originals for path in _walked(original)):
        try:
            status = path.lstat()
        except OSError:
            continue
        found[path] = (status.st_size, status.st_mtime_ns)
    return found


def _walked(original: Path) -> Iterator[Path]:
    if not original.is_dir():
        yield original
    for folder, _, names in os.walk(original):
        yield from (Path(folder, name) for name in names)


def changed_files(before: Snapshot, after: Snapshot) -> list[Path]:
    """The files that came, went or changed between two snapshots."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
