"""Options that stand for settings, shared by the commands that read them."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeVar

import click

if TYPE_CHECKING:
    from keraslint.config import Configurations

F = TypeVar("F", bound=Callable[..., Any])

SEVERITIES = ("error", "warning", "info")
FORMATS = ("full", "concise", "json", "json-lines", "github", "gitlab", "sarif", "junit", "markdown")


def listed(ctx: click.Context, parameter: click.Parameter, values: Sequence[str]) -> list[str] | None:
    """Join the values of an option that may be given more than once, with commas or without."""
    if not values:
        return None
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _list_option(name: str, help_text: str, metavar: str) -> Callable[[F], F]:
    return click.option(name, multiple=True, callback=listed, metavar=metavar, help=help_text)


_NO_CACHE: Callable[[Any], Any] = click.option(
    "--no-cache", is_flag=True, default=None, help="Neither read nor write the cache."
)
_RULES = "RULES"
_PATTERNS = "PATTERNS"

_RULE_SETTINGS: tuple[Callable[[Any], Any], ...] = (
    _list_option("--select", "Run these rules alone: codes, prefixes, names, groups or ALL.", _RULES),
    _list_option("--ignore", "Do not run these rules.", _RULES),
    _list_option("--extend-select", "Run these rules as well.", _RULES),
    _list_option("--fixable", "Fix findings of these rules alone.", _RULES),
    _list_option("--unfixable", "Do not fix findings of these rules.", _RULES),
)
_READING_SETTINGS: tuple[Callable[[Any], Any], ...] = (
    _list_option(
        "--exclude", "Leave out these files and folders, and not those left out by default.", _PATTERNS
    ),
    _list_option("--extend-exclude", "Leave out these files and folders as well.", _PATTERNS),
    click.option(
        "--target-keras", type=click.Choice(["2", "3"]), help="The generation of Keras; detected by default."
    ),
    click.option(
        "--target-tensorflow",
        metavar="VERSION",
        help="The version of TensorFlow, as in 2.15; detected by default.",
    ),
    click.option(
        "--backend",
        type=click.Choice(["tensorflow", "jax", "torch"]),
        help="The backend of Keras; detected by default.",
    ),
)
_REPORT_SETTINGS: tuple[Callable[[Any], Any], ...] = (
    click.option("--min-severity", type=click.Choice(SEVERITIES), help="Hide findings of less weight."),
    click.option(
        "--min-confidence", type=click.Choice(["high", "medium"]), help="Hide findings of less certainty."
    ),
    click.option(
        "--output-format", type=click.Choice(FORMATS), help="How findings are printed; `full` by default."
    ),
    click.option("--baseline", metavar="FILE", help="Hide the findings that this file knows."),
    _NO_CACHE,
)
SETTINGS = (*_RULE_SETTINGS, *_READING_SETTINGS, *_REPORT_SETTINGS)


jobs_option: Callable[[Any], Any] = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    envvar="KERASLINT_JOBS",
    metavar="N",
    help="Processes to use; by default one a processor.",
)


def settings_options(command: F) -> F:
    """Give a command every option that stands for a setting, and those that say where settings come from."""
    return _with_options(command, SETTINGS)


def reading_options(command: F) -> F:
    """The same without the options that are about rules and findings."""
    return _with_options(command, (*_READING_SETTINGS, _NO_CACHE))


def _with_options(command: F, settings: tuple[Callable[[Any], Any], ...]) -> F:
    sources = (
        click.option(
            "--config",
            "config_file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Read this configuration file and no other.",
        ),
        click.option("--isolated", is_flag=True, help="Read no configuration file."),
    )
    for option in reversed((*settings, *sources)):
        command = option(command)
    return command


def configurations(options: dict[str, Any], cwd: Path) -> Configurations:
    """Take the settings out of a command's options."""
    from keraslint.config import KEYS
    from keraslint.config import Configurations

    explicit: Path | None = options.pop("config_file")
    isolated: bool = options.pop("isolated")
    overrides = {key: options.pop(key.replace("-", "_")) for key in KEYS if key.replace("-", "_") in options}
    if explicit is not None:
        if isolated:
            raise click.UsageError("`--config` and `--isolated` exclude each other.")
        explicit = cwd / explicit
    return Configurations(cwd, overrides, explicit, isolated)
