"""Which files git ignores: the ``.gitignore`` files from the repository's root down.

Matching libraries let a pattern for a folder match everything below it, which
differs from git where a later pattern takes the folder back. Here, as in git,
a pattern speaks of one entry, and ignored folders are not entered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "lower": "a-z",
    "space": r"\s",
    "upper": "A-Z",
}
_MEMBERS = re.compile(r"\[([!^]?)(\]?(?:\\.|\[:\w+:\]|[^\]\\])*)\]")


class _Pattern(NamedTuple):
    """One line of a file: what it matches, and what that means."""

    expression: re.Pattern[str]
    negated: bool
    folders_only: bool


@dataclass(frozen=True)
class _Level:
    """The patterns of one folder."""

    folder: Path
    patterns: tuple[_Pattern, ...]

    def verdict(self, path: Path, is_folder: bool) -> bool | None:
        """True for ignored, False for taken back, None where no pattern says anything."""
        relative = path.relative_to(self.folder).as_posix()
        for pattern in reversed(self.patterns):
            if (is_folder or not pattern.folders_only) and pattern.expression.fullmatch(relative):
                return not pattern.negated
        return None


@dataclass(frozen=True)
class GitIgnore:
    """The patterns that hold in a folder, the nearest last."""

    levels: tuple[_Level, ...] = ()

    @classmethod
    def above(cls, folder: Path) -> GitIgnore:
        """What the repository says of a folder from outside.

        A folder that the repository itself ignores was asked for by name:
        nothing from outside counts inside it then.
        """
        root = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)
        if root is None:
            return cls()
        ignore = cls(_level(root, root / ".git" / "info" / "exclude"))
        between = [each for each in (folder, *folder.parents) if each == root or root in each.parents]
        for each in reversed(between):
            if each != root and ignore.ignores(each, is_folder=True):
                return cls()
            if each != folder:
                ignore = ignore.inside(each)
        return ignore

    def inside(self, folder: Path) -> GitIgnore:
        """With the patterns of one more folder."""
        return GitIgnore((*self.levels, *_level(folder, folder / ".gitignore")))

    def ignores(self, path: Path, is_folder: bool) -> bool:
        """Whether git ignores this entry; the nearest file that says anything decides."""
        verdicts = (level.verdict(path, is_folder) for level in reversed(self.levels))
        return next((verdict for verdict in verdicts if verdict is not None), False)


def _level(folder: Path, file: Path) -> tuple[_Level, ...]:
    try:
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ()
    patterns = (_pattern(line) for line in text.split("\n"))
    return (_Level(folder, tuple(pattern for pattern in patterns if pattern is not None)),)


def _pattern(line: str) -> _Pattern | None:
    line = re.sub(r"(?<!\\) +$", "", line.rstrip("\r"))
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    glob = line[negated:]
    folders_only = glob.endswith("/")
    glob = glob.removesuffix("/")
    if not glob:
        return None
    anywhere = "/" not in glob
    try:
        expression = re.compile(
            ("(?:.*/)?" if anywhere else "") + _expression(glob.removeprefix("/")), re.DOTALL
        )
    except re.error:
        return None  # git, too, lets a broken pattern match nothing
    return _Pattern(expression, negated, folders_only)


def _expression(glob: str) -> str:
    """A regular expression with the meaning of a pattern; ``*`` and ``?`` stop at slashes."""
    out = []
    at = 0
    while at < len(glob):
        rest = glob[at:]
        opens = at == 0 or glob[at - 1] == "/"
        if opens and rest.startswith("**/"):
            out.append("(?:.*/)?")
            at += 3
        elif opens and rest == "**":
            out.append(".+")
            at += 2
        elif rest[0] == "*":
            out.append("[^/]*")
            at += 1
        elif rest[0] == "?":
            out.append("[^/]")
            at += 1
        elif (members := _MEMBERS.match(rest)) is not None:
            out.append(f"(?!/)[{'^' if members[1] else ''}{_members(members[2])}]")
            at += members.end()
        elif rest[0] == "\\" and len(rest) > 1:
            out.append(re.escape(rest[1]))
            at += 2
        else:
            out.append("(?!)" if rest[0] in "[\\" else re.escape(rest[0]))
            at += 1
    return "".join(out)


def _members(text: str) -> str:
    """The inside of a bracket expression for Python: classes by name spelt out, the rest made plain."""
    named = re.compile(r"\[:(\w+):\]|\\(.)|([\[\]\\^&~|])")

    def plain(match: re.Match[str]) -> str:
        name, escaped, special = match.groups()
        return _CLASSES.get(name, "") if name else "\\" + (escaped or special)

    return named.sub(plain, text)
