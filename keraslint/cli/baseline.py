"""``keraslint baseline``: begin with what is new, and leave the rest for later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from keraslint.cli.options import configurations
from keraslint.cli.options import jobs_option
from keraslint.cli.options import settings_options
from keraslint.cli.suggest import SuggestingGroup


@click.group(cls=SuggestingGroup, short_help="Keep a list of the findings that may stay for now.")
def baseline() -> None:
    """Keep a list of the findings that may stay for now.

    `check --baseline FILE` hides those that the list holds, wherever their code
    moves, however it is formatted and whatever its file is called. A finding
    speaks again once its statement changes.
    """


def _command(name: str, help_text: str) -> Callable[[Callable[..., None]], click.Command]:
    def decorated(function: Callable[..., None]) -> click.Command:
        with_options = settings_options(jobs_option(function))
        paths = click.argument("paths", nargs=-1, metavar="[PATHS]...")
        return baseline.command(name, help=help_text)(paths(with_options))

    return decorated


@_command(
    "create", "Write down the findings of today, in `keraslint-baseline.json` or the file of `--baseline`."
)
def create(paths: tuple[str, ...], jobs: int | None, **options: Any) -> None:
    """Write a new baseline."""
    from keraslint.cli import baselining

    baselining.create(paths or (".",), jobs, configurations(options, Path.cwd()))


@_command("update", "Take out what is gone, and take in what is there today.")
def update(paths: tuple[str, ...], jobs: int | None, **options: Any) -> None:
    """Bring a baseline up to date."""
    from keraslint.cli import baselining

    baselining.update(paths or (".",), jobs, configurations(options, Path.cwd()))
