"""What a run is given: the files that it is about, and those around them that it learns from."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from keraslint.config import Configurations
from keraslint.config import Settings
from keraslint.plan import Plan
from keraslint.source.roots import ProjectRoots
from keraslint.source.surroundings import surroundings
from keraslint.source.text import display_name
from keraslint.source.text import read_bytes


@dataclass(frozen=True, slots=True)
class Input:
    """A file: ``given`` is what stands for its bytes, and whether it was ``asked`` for.

    Of a file that was not asked for nothing is reported: it is there for what
    it tells about the others.
    """

    path: Path
    name: str
    plan: Plan
    given: bytes | None = None
    asked: bool = True

    def read(self) -> bytes:
        """The bytes; raises :class:`~keraslint.source.text.SourceError`."""
        return read_bytes(self.path) if self.given is None else self.given


def with_surroundings(
    asked: Sequence[Input],
    configurations: Configurations,
    plan: Callable[[Settings], Plan],
    walked: Collection[Path] = (),
) -> list[Input]:
    """The files asked for and the others of their projects; ``walked`` as for ``surroundings``."""
    around = surroundings([item.path for item in asked], walked, configurations, ProjectRoots())
    cwd = configurations.cwd
    inputs = list(asked)
    folders: dict[Path, tuple[str, Plan]] = {}
    for path in around:
        folder = path.parent
        if folder not in folders:
            begin = display_name(path, cwd).removesuffix(path.name)
            folders[folder] = begin, plan(configurations.for_folder(folder))
        begin, shared = folders[folder]
        inputs.append(Input(path, begin + path.name, shared, asked=False))
    return inputs
