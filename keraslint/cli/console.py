"""Where output goes and how it looks: colours and widths as the terminal has them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import IO
from typing import TYPE_CHECKING
from typing import NoReturn

import click

from keraslint.cli import FAILURE

if TYPE_CHECKING:
    # A run that has nothing to say, or no people to say it to, does without.
    from rich.console import Console
    from rich.text import Text


class Failure(click.ClickException):
    """A bad call, a bad configuration, a path that does not exist: one line, and exit code 2."""

    exit_code = FAILURE

    def show(self, file: object = None) -> None:
        """Print the line."""
        from rich.text import Text

        stderr().print(Text.assemble(("error", "bold red"), ": ", self.message))


def fail(message: str) -> NoReturn:
    """Stop with a line that says what was wrong with the call."""
    raise Failure(message)


def stdout() -> Console:
    """The console for results."""
    return _console(sys.stdout)


def stderr() -> Console:
    """The console for what is not a result."""
    return _console(sys.stderr)


@contextmanager
def to_file(path: Path) -> Iterator[Console]:
    """A console that writes a file, whole or not at all; its folder is made where there is none."""
    written = StringIO()
    yield _console(written, is_terminal=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written.getvalue(), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror or error}")


def warn(message: str) -> None:
    """A line about something that does not stop the run."""
    from rich.text import Text

    stderr().print(Text.assemble(("warning", "bold yellow"), f": {message}"))


def width(console: Console) -> int | None:
    """The width to keep to; none where no terminal is."""
    return console.width if console.is_terminal else None


def show(console: Console, lines: Iterable[Text]) -> None:
    """Print lines as they are: whoever made them saw to their width."""
    if console.color_system is None:
        console.file.writelines(f"{line.plain}\n" for line in lines)
    elif found := list(lines):
        console.print(*found, sep="\n")


def _console(file: IO[str], *, is_terminal: bool | None = None) -> Console:
    from rich.console import Console

    return Console(
        file=file,
        force_terminal=is_terminal,
        soft_wrap=True,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
