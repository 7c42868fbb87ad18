"""Patterns of settings, as ruff reads them."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from pathlib import Path


def matches(pattern: str, path: Path, root: Path) -> bool:
    """Whether a pattern means this file or folder.

    A pattern without a slash is compared with the name alone, any other with
    the whole path, relative patterns below ``root``. ``*`` crosses slashes.
    """
    if "/" not in pattern:
        return _compiled(pattern).fullmatch(path.name) is not None
    anchored = pattern if pattern.startswith("/") or ":" in pattern[:3] else f"{_escaped(root)}/{pattern}"
    return _compiled(posixpath.normpath(anchored)).fullmatch(path.as_posix()) is not None


def _escaped(root: Path) -> str:
    return re.sub(r"([*?\[\]{}])", r"[\1]", root.as_posix().rstrip("/"))


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_expression(pattern), re.DOTALL)


def _expression(pattern: str) -> str:
    """A regular expression with the meaning of a glob."""
    out = []
    at = 0
    depth = 0
    while at < len(pattern):
        rest = pattern[at:]
        if rest.startswith("**/"):
            out.append("(?:.*/)?")
            at += 3
        elif rest.startswith("*"):
            out.append(".*")
            at += 1
        elif rest.startswith("?"):
            out.append(".")
            at += 1
        elif (characters := re.match(r"\[([!^]?)(\]?[^\]]*)\]", rest)) is not None:
            negated, members = characters.groups()
            safe = members.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace("^", "\\^")
            out.append(f"[{'^' if negated else ''}{safe}]")
            at += characters.end()
        elif rest.startswith("{") and "}" in rest:
            out.append("(?:")
            depth += 1
            at += 1
        elif depth and rest[0] in ",}":
            out.append("|" if rest[0] == "," else ")")
            depth -= rest[0] == "}"
            at += 1
        else:
            out.append(re.escape(rest[0]))
            at += 1
    return "".join(out) + ")" * depth
