"""The command line, one file a command. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import io
import sys

FAILURE = 2


def main() -> None:
    """Run the command line; whatever goes wrong in ourselves ends with 2, never with a finding's 1."""
    from keraslint.cli.app import keraslint

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character is no reason to stop.
            stream.reconfigure(errors="backslashreplace")
    try:
        keraslint(prog_name="keraslint")
    except Exception:
        import traceback

        traceback.print_exc()
        sys.stderr.write("This is a mistake of keraslint's own: please report the lines above.\n")
        sys.exit(FAILURE)
