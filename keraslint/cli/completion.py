"""``keraslint completion``: a script that teaches a shell our commands and options."""

from __future__ import annotations

import click


@click.command(short_help="Print a completion script for a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a completion script for a shell.

    For bash, add `eval "$(keraslint completion bash)"` to ~/.bashrc; for zsh the
    same with zsh to ~/.zshrc; for fish, save the output as
    ~/.config/fish/completions/keraslint.fish.
    """
    from click.shell_completion import get_completion_class

    completer = get_completion_class(shell)
    if completer is None:
        raise click.UsageError(f"click knows no completion for {shell}")
    click.echo(completer(ctx.find_root().command, {}, "keraslint", "_KERASLINT_COMPLETE").source())
