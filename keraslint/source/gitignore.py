"""Which files git ignores: the ``.gitignore`` files from the repository's root down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec


@dataclass(frozen=True)
class _Level:
    """The patterns of one folder."""

    folder: Path
    spec: GitIgnoreSpec


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
        """Whether git ignores this file or folder; the nearest file that says anything decides."""
        for level in reversed(self.levels):
            relative = path.relative_to(level.folder).as_posix() + ("/" if is_folder else "")
            verdict = level.spec.check_file(relative).include
            if verdict is not None:
                return verdict
        return False


def _level(folder: Path, file: Path) -> tuple[_Level, ...]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ()
    return (_Level(folder, GitIgnoreSpec.from_lines(text.splitlines())),)
