"""``keraslint verify``: measure what the rules claim."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

_SCRIPTS = (".py", ".ipynb")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


class Duration(click.ParamType):  # type: ignore[type-arg]
    """Seconds, minutes or hours, as in ``90s``, ``10m``, ``1.5h``."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds."""
        found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([smh]?)", str(value).strip())
        if found is None or float(found[1]) == 0:
            self.fail(f"`{value}` is no duration such as `90s`, `10m` or `1h`.", param, ctx)
        return float(found[1]) * _UNITS[found[2]]


@click.command(short_help="Measure what the rules claim.")
@click.argument("rules", nargs=-1, metavar="[RULE]... | SCRIPT [-- ARGS]...")
@click.option("--article", is_flag=True, help="Measure the claims of an article, not those of rules.")
@click.option("--quick", is_flag=True, help="An indication in about 45 seconds a rule; writes no evidence.")
@click.option(
    "--budget",
    type=Duration(),
    default="10m",
    show_default=True,
    metavar="TIME",
    help="The most a rule, or a script, may take.",
)
@click.option(
    "--max-runs", type=click.IntRange(min=1), metavar="N", help="The most runs a rule may take, all included."
)
@click.option("--sweep", is_flag=True, help="Measure also how the effect depends on what it depends on.")
@click.option("--profile", is_flag=True, help="Of a script: how long it waits for its data, no fixes.")
@click.option(
    "--steps", type=click.IntRange(min=2), metavar="N", help="Of a script: cut its runs after N steps."
)
@click.option(
    "--time",
    "seconds",
    type=Duration(),
    default="15s",
    show_default=True,
    metavar="TIME",
    help="Of a script: cut its runs after so much training, or sooner to fit the budget.",
)
@click.option(
    "--backend",
    type=click.Choice(["tensorflow", "jax", "torch"]),
    default="tensorflow",
    show_default=True,
    help="The backend of Keras.",
)
@click.option("--device", type=click.Choice(["cpu", "gpu"]), help="By default a GPU if there is one.")
@click.option(
    "--python",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The Python to measure under; by default this one.",
)
@click.option(
    "--output-format", "form", type=click.Choice(["full", "json"]), default="full", show_default=True
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a page of HTML with all figures.",
)
@click.option(
    "--evidence",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the evidence here, not to your own.",
)
@click.pass_context
def verify(ctx: click.Context, /, rules: tuple[str, ...], **options: Any) -> None:
    """Run the slow and the better code of rules on this machine, and compare.

    Rules are named by code, prefix, name or group; without any, all of them
    are measured. Each pair runs in processes of its own, in random order,
    until the interval of its ratio is narrow or the budget is spent; a run
    that was stopped is taken up again by the next one. What was measured is
    kept as evidence and shown beside findings from then on.

    With a SCRIPT of yours, the script is measured as it is, with all fixes
    and with each fix alone, in copies of its project: yours is not written
    to. What follows `--` is given to the script.

    Exits with 0, with 1 where a program failed, with 2 where the call is
    wrong or something is not installed.
    """
    from importlib.util import find_spec

    from keraslint.cli.console import fail

    missing = [name for name in ("numpy", "psutil") if find_spec(name) is None]
    if missing:
        verb = "are" if len(missing) > 1 else "is"
        fail(f"{' and '.join(missing)} {verb} not installed: `pip install 'keraslint[verify]'`")
    if rules and rules[0].endswith(_SCRIPTS):
        from keraslint.cli import own_script

        ctx.exit(own_script.verify(own_script.call_of(rules, options)))
    from keraslint.cli import verifying

    for name in ("profile", "steps", "seconds"):
        given = ctx.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
        if options.pop(name) and given:
            raise click.UsageError(
                f"`--{'time' if name == 'seconds' else name}` is for a script of your own."
            )
    ctx.exit(verifying.verify(verifying.Call(rules, **options)))
