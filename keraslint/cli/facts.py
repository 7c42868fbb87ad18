"""``keraslint facts``: what the analysis knows."""

from __future__ import annotations

from functools import lru_cache
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import click

from keraslint.cli.options import configurations
from keraslint.cli.options import jobs_option
from keraslint.cli.options import reading_options

if TYPE_CHECKING:
    from keraslint.config import Configurations
    from keraslint.described_facts import DescribedFacts


@click.command(short_help="Show what the analysis knows.")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--output-format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@jobs_option
@reading_options
def facts(paths: tuple[str, ...], form: str, jobs: int | None, **options: Any) -> None:
    """Show what the analysis knows of files, folders or globs.

    That is every call that trains, evaluates or predicts with the kind of its
    data, the dataset pipelines step by step, and the models with the sizes of
    their layers. A rule can find nothing that does not follow from these.
    """
    from keraslint.cli.console import fail
    from keraslint.cli.console import show
    from keraslint.cli.console import stdout
    from keraslint.cli.console import warn
    from keraslint.cli.console import width
    from keraslint.config import ConfigError
    from keraslint.report import facts as report
    from keraslint.selection import UnknownSelectorError

    try:
        found = _facts(
            paths or (".",), jobs, configurations(options, Path.cwd()), with_findings=form == "text"
        )
    except (ConfigError, UnknownSelectorError) as error:
        fail(str(error))
    for problem in found.errors:
        warn(f"{problem.filename}:{problem.location.row}:{problem.location.column}: {problem.message}")
    if form == "json":
        click.echo(report.as_json(found))
        return
    console = stdout()
    show(console, report.report(found, width(console)))


def _facts(
    paths: tuple[str, ...], jobs: int | None, configured: Configurations, *, with_findings: bool
) -> DescribedFacts:
    from keraslint.cli.console import stderr
    from keraslint.cli.console import warn
    from keraslint.cli.files import cache_folder
    from keraslint.cli.files import found_files
    from keraslint.cli.progress import ProgressBar
    from keraslint.inputs import Input
    from keraslint.inputs import with_surroundings
    from keraslint.plan import plan_for
    from keraslint.registry import load_rules
    from keraslint.runner import Options
    from keraslint.runner import facts as told
    from keraslint.source.text import display_name

    cwd = configured.cwd
    registry = load_rules()
    for problem in registry.problems:
        warn(str(problem))
    plan = lru_cache(partial(plan_for, registry=registry))
    found = found_files(paths, configured, quiet=False)
    asked = [
        Input(path, display_name(path, cwd), plan(configured.for_folder(path.parent))) for path in found.files
    ]
    inputs = with_surroundings(asked, configured, plan, found.folders)
    run = Options(cwd, jobs, cache_folder(configured.for_folder(cwd)))
    with ProgressBar(stderr, wanted=True) as bar:
        return told(inputs, run, bar.update, with_findings=with_findings)
