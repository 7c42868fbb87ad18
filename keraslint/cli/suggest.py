"""Commands that offer the nearest name when one is mistyped."""

from __future__ import annotations

import click


class SuggestingGroup(click.Group):
    """A group whose subcommands need not be remembered letter by letter."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand, or fail with the nearest one."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            from difflib import get_close_matches

            nearest = get_close_matches(name, self.list_commands(ctx), n=1)
            hint = f" Did you mean `{nearest[0]}`?" if nearest else ""
            ctx.fail(f"No such command `{name}`.{hint}")
        return super().resolve_command(ctx, args)
