"""Where a finding stands in the files of a repository, as the services that show findings count it.

They know a notebook by its own text: rows are those of its JSON, and columns mean nothing there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from keraslint.diagnostic import Location
from keraslint.outcome import Outcome

# Where the hosts say that the repository lies; the working folder may be one inside it.
_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


class Region(NamedTuple):
    """A stretch of a file, rows and columns from 1, the end column after its last character."""

    row: int
    column: int | None
    end_row: int
    end_column: int | None


def region(outcome: Outcome, filename: str, start: Location, end: Location) -> Region:
    """The stretch of the file itself, for a notebook whole rows of it."""
    source = outcome.sources.get(filename)
    if source is None or source.notebook is None:
        return Region(start.row, start.column, end.row, end.column)
    rows = (source.notebook.document_row(row) for row in (start.row, end.row))
    return Region(next(rows), None, next(rows), None)


def path_in_repository(filename: str) -> str:
    """The path from the root of the repository, where the host names that, else from the working folder."""
    absolute = Path(os.path.abspath(filename))  # noqa: PTH100 - Path.resolve would follow links
    for root in filter(None, map(os.environ.get, _ROOTS)):
        if absolute.is_relative_to(root):
            return absolute.relative_to(root).as_posix()
    return filename


def uri(filename: str) -> str:
    """The same as a URI, relative where the path is."""
    path = path_in_repository(filename)
    if Path(path).is_absolute():
        return Path(path).as_uri()
    # A colon in the first part would make a scheme of what stands before it.
    return quote(os.fsencode(path), safe="/")
