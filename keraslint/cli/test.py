"""``keraslint test``: whether the rules of a pack do what their fixtures, pages and evidence say."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Test the rules of a rule pack.")
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".", metavar="[PATH]")
@click.pass_context
def test(ctx: click.Context, /, path: Path) -> None:
    """Test the rules of the pack at PATH, by default the working folder.

    PATH is the folder of a project that names a rule pack in its
    pyproject.toml, installed or not, or something in it: a rule, or the
    fixtures of one. Of each rule, bad.py has its finding and no other of
    severity warning or error, good.py and traps.py have none, variants have
    those of their `# expect: CODE` comments, the fix makes good.py of bad.py
    to the byte, the page has all its sections, and the evidence is of these
    programs.

    Exits with 0 where all of that holds, with 1 where something does not,
    with 2 where there is no rule pack. Code of the pack is imported; its
    fixtures are not run.
    """
    from rich.text import Text

    from keraslint.cli.console import fail
    from keraslint.cli.console import stderr
    from keraslint.cli.console import stdout
    from keraslint.cli.console import warn
    from keraslint.cli.progress import ProgressBar
    from keraslint.report.words import count
    from keraslint.testing.packs import NoPackError
    from keraslint.testing.packs import rules_at
    from keraslint.testing.testing import failures

    if not path.exists():
        fail(f"{path}: no such file or folder")
    try:
        tested = rules_at(path)
    except NoPackError as error:
        fail(str(error))
    for problem in tested.registry.problems:
        if problem not in tested.problems:
            warn(str(problem))
    with ProgressBar(stderr, wanted=True) as bar:
        found = [*map(str, tested.problems), *map(str, failures(tested, bar.update))]
    for line in found:
        stdout().print(Text(line))
    rules = count(len(tested.rules), "rule")
    stdout().print(f"{count(len(found), 'failure')} in {rules}." if found else f"All is well in {rules}.")
    ctx.exit(1 if found else 0)
