"""The command ``keraslint`` and its subcommands."""

from __future__ import annotations

import click

from keraslint.cli.baseline import baseline
from keraslint.cli.check import check
from keraslint.cli.completion import completion
from keraslint.cli.config import config
from keraslint.cli.facts import facts
from keraslint.cli.rule import rule
from keraslint.cli.server import server
from keraslint.cli.suggest import SuggestingGroup
from keraslint.cli.test import test
from keraslint.cli.verify import verify
from keraslint.version import VERSION


@click.group(
    cls=SuggestingGroup,
    commands=(check, baseline, server, verify, facts, rule, test, config, completion),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, "-V", "--version", prog_name="keraslint", message="%(prog)s %(version)s")
def keraslint() -> None:
    """Find what makes Keras training slow, without running it."""
