"""What a script reads beside its project: the relative paths that lead out of it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path

# `"../data/train.csv"`, and what `os.path.join("..", "data")` says in pieces.
_WRITTEN = re.compile(r"(?:\.\./|\.\.\\)+[^\s\"'`*?{}%<>|:;,()\[\]]+")
_JOINED = re.compile(r"((?:[\"']\.\.[/\\]?[\"']\s*,\s*)+)[\"']([^\"'*?{}%]+)[\"']")


def named_beside(root: Path, folders: Collection[Path], texts: Iterable[str]) -> tuple[Path, ...]:
    """The files and folders outside of a project that its texts name, as seen from any of the folders.

    Of a path that is finished elsewhere, as ``"../data/" + name``, it is what exists. What holds the
    project itself is none of them.
    """
    named = {path for text in texts for path in _relative_paths(text)}
    found = {_existing(folder / path, root) for path in named for folder in folders}
    outside = {path for path in found if path is not None}
    return tuple(sorted(path for path in outside if not any(each in outside for each in path.parents)))


def _relative_paths(text: str) -> Iterator[str]:
    for found in _WRITTEN.finditer(text):
        yield found[0].replace("\\", "/")
    for found in _JOINED.finditer(text):
        yield "../" * found[1].count("..") + found[2]


def _existing(path: Path, root: Path) -> Path | None:
    path = Path(os.path.normpath(path))
    # Some names that a text only looks to hold are none that a system takes.
    while not os.path.exists(path):  # noqa: PTH110
        path = path.parent
    return None if path.is_relative_to(root) or root.is_relative_to(path) else path
