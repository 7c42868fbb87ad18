"""``keraslint check``: lint files, and mend them where asked to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keraslint.cli.options import configurations
from keraslint.cli.options import jobs_option
from keraslint.cli.options import settings_options


@click.command(short_help="Find what makes training slow.")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--fix", is_flag=True, help="Apply safe fixes.")
@click.option("--fix-only", is_flag=True, help="Apply safe fixes, and neither show nor count what is left.")
@click.option(
    "--unsafe-fixes", is_flag=True, help="With --fix, --fix-only or --diff, apply unsafe fixes too."
)
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--add-noqa", is_flag=True, help="Add a `# noqa` comment to every line with a finding.")
@click.option(
    "--statistics",
    is_flag=True,
    help="Count findings by rule, with what to change first, instead of showing them.",
)
@click.option(
    "-o",
    "--output-file",
    type=click.Path(path_type=Path),
    envvar="KERASLINT_OUTPUT_FILE",
    metavar="FILE",
    help="Write findings to this file instead of standard output.",
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@click.option("--show-settings", is_flag=True, help="Show the settings in force and stop.")
@click.option("--show-files", is_flag=True, help="List the files that would be checked and stop.")
@click.option("--stdin-filename", metavar="NAME", help="The name of the code given by `-`.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings and nothing else.")
@click.option("-v", "--verbose", is_flag=True, help="Show advice in full, and why a finding has no fix.")
@jobs_option
@settings_options
@click.pass_context
def check(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Find what makes training slow in files, folders, globs or standard input (`-`).

    Without paths, the working folder is checked. Exits with 0 where nothing of
    severity warning or error was found, with 1 where something was, with 2
    where the call or the configuration is wrong.
    """
    from keraslint.cli import checking

    watched: bool = options.pop("watch")
    settings = configurations(options, Path.cwd())
    call = checking.Call(paths or (".",), **options)
    if not watched:
        ctx.exit(checking.check(call, settings))

    from keraslint.cli.watching import watch

    # What is known of configuration files is known for one run.
    ctx.exit(watch(lambda: checking.check(call, settings.read_anew()), call.paths, settings.cwd))
