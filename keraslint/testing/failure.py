"""What a rule pack does not keep, and on which line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from keraslint.source.text import display_name


@dataclass(frozen=True, slots=True)
class Failure:
    """A line of a pack that is not as it should be; ``cell`` is that of a notebook, from 1."""

    path: Path
    row: int
    message: str
    cell: int | None = None

    def __str__(self) -> str:
        place = str(self.row) if self.cell is None else f"cell {self.cell}:{self.row}"
        return f"{display_name(self.path)}:{place}: {self.message}"


def first_difference(text: str, other: str) -> int:
    """The first row of a text that another one has otherwise."""
    lines, others = text.splitlines(), other.splitlines()
    pairs = zip(lines, others, strict=False)
    same = next((row for row, pair in enumerate(pairs) if pair[0] != pair[1]), min(len(lines), len(others)))
    return max(min(same + 1, len(lines)), 1)
