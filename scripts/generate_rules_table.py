"""Write the README's table of rules. With ``--check`` nothing is written; the exit status is 1 if it differs."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from keraslint.registry import load_packs

README = Path(__file__).resolve().parents[1] / "README.md"
_TABLE = re.compile(r"^\| code \| name \| what it finds \|\n(?:\|.*\n)+", re.MULTILINE)


def main() -> int:
    """Write the table, or compare it with the one on disk."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    there = README.read_text(encoding="utf-8")
    text, tables = _TABLE.subn(lambda found: table(), there)
    if tables != 1:
        sys.exit(f"{README.name} has {tables} tables of rules")
    if not check:
        README.write_text(text, encoding="utf-8")
    elif text != there:
        sys.stderr.write(f"{README.name}: the table lists other rules than there are: run {sys.argv[0]}\n")
        return 1
    return 0


def table() -> str:
    """The table of the rules that come with keraslint."""
    rules = load_packs([("keraslint", "keraslint.rules")]).rules
    rows = [f"| {rule.code} | {rule.name} | {rule.summary} |\n" for rule in rules]
    return "".join(["| code | name | what it finds |\n", "|---|---|---|\n", *rows])


if __name__ == "__main__":
    sys.exit(main())
