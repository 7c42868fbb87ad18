"""``keraslint config``: the settings in force, and where each comes from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from keraslint.cli.options import configurations
from keraslint.cli.options import settings_options


@click.command(short_help="Show the settings in force and where they come from.")
@click.argument("path", default=".", metavar="[PATH]")
@settings_options
def config(path: str, **options: Any) -> None:
    """Show the settings that hold for a file or folder, and what was detected where."""
    from keraslint.cli.console import fail
    from keraslint.cli.console import show
    from keraslint.cli.console import stdout
    from keraslint.cli.described import describe
    from keraslint.config import ConfigError

    cwd = Path.cwd()
    target = Path(os.path.normpath(cwd / path))
    if not target.exists():
        fail(f"{path}: no such file or folder")
    try:
        show(stdout(), describe(configurations(options, cwd), target))
    except ConfigError as error:
        fail(str(error))
