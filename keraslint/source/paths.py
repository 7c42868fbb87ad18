"""Where scripts add folders to ``sys.path``, as far as that can be read from their text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

_ADDITION = re.compile(rb"sys\.path\.(?:insert\([ \t]*-?\w+[ \t]*,|append\(|extend\()([^\n#]*)")
_AUGMENTED = re.compile(rb"sys\.path[ \t]*\+?=([^\n#]*)")
_LITERAL = re.compile(rb"[\"']([^\"'\n]*)[\"']")
_PARENTS = re.compile(rb"\.parents\[(\d+)\]")
_UP = re.compile(rb"dirname\(|\.parent\b(?!s)")


def path_additions(file: Path, data: bytes, root: Path) -> tuple[Path, ...]:
    """The folders that a file adds to the search path: literals, and what is told from ``__file__``.

    A relative literal starts at the working folder, which nobody knows: the
    file's own folder and the project's are both taken for it.
    """
    if b"sys.path" not in data:
        return ()
    folders = [
        folder
        for pattern in (_ADDITION, _AUGMENTED)
        for match in pattern.finditer(data)
        for folder in _folders(file, match[1], root)
    ]
    return tuple(dict.fromkeys(folders))


def _folders(file: Path, expression: bytes, root: Path) -> Iterator[Path]:
    literals = [os.fsdecode(each) for each in _LITERAL.findall(expression)]
    if b"__file__" in expression:
        base = file
        counted = [int(each) + 1 for each in _PARENTS.findall(expression)]
        for _ in range(len(_UP.findall(expression)) + sum(counted)):
            base = base.parent
        yield _normal(base.joinpath(*literals))
        return
    for literal in literals:
        yield _normal(file.parent / literal)
        yield _normal(root / literal)


def _normal(path: Path) -> Path:
    return Path(os.path.normpath(path))
