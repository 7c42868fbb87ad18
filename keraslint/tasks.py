"""What is handed to whoever does the work: names and digests of files, and none of what is made from them."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from typing import NamedTuple

from keraslint.outcome import FixedPart
from keraslint.plan import Plan
from keraslint.source.text import read_bytes

if TYPE_CHECKING:
    from keraslint.source.project import Project


@dataclass(frozen=True, slots=True)
class FileTask:
    """A file to read: ``digest`` is that of the bytes that the run has seen, ``given`` what stands for them."""

    path: Path
    name: str
    plan: int
    digest: str
    size: int
    given: bytes | None = None

    def read(self) -> bytes:
        """The bytes; raises :class:`~keraslint.source.text.SourceError`."""
        return read_bytes(self.path) if self.given is None else self.given


class Listing(NamedTuple):
    """The files of a run that can be read, where the project of each folder begins, and which were asked for."""

    files: tuple[FileTask, ...]
    roots: Mapping[Path, Path]
    asked: frozenset[str]


@dataclass(frozen=True, slots=True)
class PartTask:
    """A connected part to work on, as :class:`~keraslint.linter.LoweredPart` has it."""

    files: tuple[FileTask, ...]
    context: tuple[FileTask, ...]
    project: Project
    asked: frozenset[str]

    @property
    def everything(self) -> tuple[FileTask, ...]:
        """The files and their context."""
        return (*self.files, *self.context)

    @property
    def spokesman(self) -> str:
        """The file under whose name mistakes that concern the whole part are reported."""
        return min(self.asked)

    def without(self, names: Collection[str]) -> PartTask:
        """The same without some of the files."""
        if not names:
            return self
        files, context = (
            tuple(file for file in group if file.name not in names) for group in (self.files, self.context)
        )
        return replace(self, files=files, context=context)

    @property
    def size(self) -> int:
        """How much there is to read."""
        return sum(file.size for file in self.everything)


@dataclass(frozen=True, eq=False)
class Conditions:
    """What is the same for all tasks of a run.

    Files that many processes work on are lowered in the folder ``lowered``. ``fix`` mends what may be
    mended, and if it is ``confined``, in no file that was not asked for.
    """

    cwd: Path
    plans: tuple[Plan, ...]
    lowered: Path | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    confined: bool = False


class Checked(NamedTuple):
    """What checking a part came to, and whether the same files would always come to that."""

    part: FixedPart
    is_lasting: bool
