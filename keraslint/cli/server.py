"""``keraslint server``: the language server."""

from __future__ import annotations

import click


@click.command(short_help="Serve editors, as a language server.")
# Clients that know several ways to talk to a server say which one they take.
@click.option("--stdio", is_flag=True, hidden=True)
@click.pass_context
def server(ctx: click.Context, /, stdio: bool) -> None:
    """Serve an editor over standard input and output, as the Language Server Protocol says.

    Exits with 0 where the editor took its leave, with 1 where it just went, with 2
    where something is not installed.
    """
    from importlib.util import find_spec

    from keraslint.cli.console import fail

    if find_spec("pygls") is None or find_spec("lsprotocol") is None:
        fail("the language server is not installed: `pip install 'keraslint[lsp]'`")
    from keraslint.server.app import serve

    ctx.exit(serve())
