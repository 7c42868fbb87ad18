"""``keraslint rule``: the page of a rule, or of all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from typing import Any

import click

if TYPE_CHECKING:
    from keraslint.registry import RegisteredRule
    from keraslint.registry import Registry
    from keraslint.reserved import ReservedCode


@click.command(short_help="Explain a rule.")
@click.argument("code_or_name", required=False, metavar="[CODE|NAME]")
@click.option("--all", "every", is_flag=True, help="Every rule.")
@click.option(
    "--output-format", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True
)
def rule(code_or_name: str | None, every: bool, output_format: str) -> None:
    """Explain a rule: what it finds, why that is slow, what to write instead."""
    from keraslint.cli.console import warn
    from keraslint.registry import load_rules

    if every == (code_or_name is not None):
        raise click.UsageError("Give the code or the name of a rule, or `--all`.")
    registry = load_rules()
    for problem in registry.problems:
        warn(str(problem))
    found = list(registry.rules) if code_or_name is None else [_find(registry, code_or_name)]
    entries = [_entry(each) for each in found]
    if output_format == "json":
        click.echo(json.dumps(entries, indent=2))
    elif output_format == "markdown":
        click.echo("\n".join(map(_markdown, entries)), nl=False)
    else:
        _print_pages(entries)


def _find(registry: Registry, code_or_name: str) -> RegisteredRule | ReservedCode:
    from keraslint.cli.console import fail
    from keraslint.reserved import RESERVED
    from keraslint.selection import UnknownSelectorError

    found = registry.find(code_or_name)
    reserved = (item for item in RESERVED if code_or_name in (item.code, item.name))
    result = found or next(reserved, None)
    if result is None:
        fail(str(UnknownSelectorError(code_or_name, registry.nearest(code_or_name))))
    return result


def _entry(found: RegisteredRule | ReservedCode) -> dict[str, Any]:
    from keraslint.pages import described_code
    from keraslint.pages import described_rule
    from keraslint.reserved import ReservedCode

    return described_code(found) if isinstance(found, ReservedCode) else described_rule(found)


def _markdown(entry: dict[str, Any]) -> str:
    from keraslint.pages import title_of

    return f"{title_of(entry)}\n\n{entry['page']}"


def _print_pages(entries: list[dict[str, Any]]) -> None:
    from rich.markdown import Markdown

    from keraslint.cli.console import stdout

    console = stdout()
    for entry in entries:
        text = _markdown(entry)
        if console.is_terminal:
            console.print(Markdown(text), soft_wrap=False)
        else:
            click.echo(text, nl=False)
        if entry is not entries[-1]:
            click.echo()
