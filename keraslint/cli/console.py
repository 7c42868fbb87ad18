"""Where output goes and how it looks: colours and widths as the terminal has them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import NoReturn

import click
from rich.console import Console
from rich.text import Text

from keraslint.cli import FAILURE


class Failure(click.ClickException):
    """A bad call, a bad configuration, a path that does not exist: one line, and exit code 2."""

    exit_code = FAILURE

    def show(self, file: object = None) -> None:
        """Print the line."""
        stderr().print(Text.assemble(("error", "bold red"), ": ", self.message))


def fail(message: str) -> NoReturn:
    """Stop with a line that says what was wrong with the call."""
    raise Failure(message)


def stdout() -> Console:
    """The console for results."""
    return _console(stderr=False)


def stderr() -> Console:
    """The console for what is not a result."""
    return _console(stderr=True)


def warn(message: str) -> None:
    """A line about something that does not stop the run."""
    stderr().print(Text.assemble(("warning", "bold yellow"), f": {message}"))


def width(console: Console) -> int | None:
    """The width to keep to; none where no terminal is."""
    return console.width if console.is_terminal else None


def show(console: Console, lines: Iterable[Text]) -> None:
    """Print lines as they are: whoever made them saw to their width."""
    for line in lines:
        console.print(line)


def _console(*, stderr: bool) -> Console:
    return Console(
        file=sys.stderr if stderr else sys.stdout,
        soft_wrap=True,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
