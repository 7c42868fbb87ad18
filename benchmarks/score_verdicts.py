"""Score keraslint against ``benchmarks/readings/verdicts.csv``: what became of the findings that were judged.

The table says which findings of severity warning or error a person called right, wrong or
disputable; this script runs keraslint on checkouts of their repositories and prints what is
reported still, and what is not any more::

    python benchmarks/score_verdicts.py CHECKOUTS [CHECKOUTS ...]

Each ``CHECKOUTS`` holds one folder a repository, named ``owner+name`` or ``owner/name``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections import defaultdict
from pathlib import Path

from score_readings import ALL
from score_readings import Label
from score_readings import checkout_of
from score_readings import paths_of
from score_readings import print_table
from score_readings import ratio
from score_readings import read_table
from score_readings import run_keraslint
from score_readings import say

COLUMNS = ("right", "wrong", "disputable", "right gone", "wrong gone", "disp. gone", "not judged", "not run")


def main() -> None:
    """Score all verdicts."""
    parser = argparse.ArgumentParser(description="Score keraslint against the verdicts on its findings.")
    parser.add_argument("checkouts", type=Path, nargs="+", help="folders with one checkout a repository")
    parser.add_argument("--list", action="store_true", help="list every finding that is no right one")
    options = parser.parse_args()
    rules: dict[str, Counter[str]] = defaultdict(Counter)
    places: dict[str, list[str]] = defaultdict(list)
    for repository, labels in read_table("verdicts.csv", "code", "verdict").items():
        folder = checkout_of(repository, options.checkouts)
        for given in sorted({label.options for label in labels}):
            score(repository, folder, given, labels, rules, places)
    print_scores(rules)
    for outcome in COLUMNS if options.list else ("right gone",):
        for line in sorted(places[outcome]) if outcome != "right" else ():
            say(f"{outcome}: {line}")


def score(
    repository: str,
    folder: Path | None,
    options: str,
    labels: list[Label],
    rules: dict[str, Counter[str]],
    places: dict[str, list[str]],
) -> None:
    """Add what one run of keraslint on a whole checkout says of the labels that are meant for it."""

    def count(code: str, outcome: str, line: str) -> None:
        for name in (code, ALL):
            rules[name][outcome] += 1
        places[outcome].append(line)

    asked = [label for label in labels if label.options == options]
    # Files that the repository has git ignore are read where they are named.
    command = ["check", ".", *paths_of(asked), *options.split(), "--no-cache", "--exit-zero"]
    findings = run_keraslint([*command, "--output-format", "json"], folder) if folder else None
    found = {
        (finding["filename"], finding["cell"], finding["location"]["row"], finding["code"])
        for finding in findings or ()
        # A file that cannot be read is no rule's finding.
        if finding["severity"] != "info" and not finding["code"].startswith("KL0")
    }
    for label in asked:
        if findings is None:
            outcome = "not run"
        elif any(place in found for place in label.places):
            outcome = label.verdict
        else:
            outcome = {"disputable": "disp. gone"}.get(label.verdict, f"{label.verdict} gone")
        count(label.subject, outcome, str(label))
    # With options the same findings come again, most of them under a target that nobody has read.
    judged = {place for label in labels for place in label.places}
    for path, cell, row, code in found - judged if not options else ():
        place = f"{path}:cell {cell}:{row}" if cell else f"{path}:{row}"
        count(code, "not judged", f"{repository} {place} {code}")


def print_scores(rules: dict[str, Counter[str]]) -> None:
    """Print the table, and the precision of each rule among what was judged and is reported."""
    print_table("rule", COLUMNS, rules)
    for code in sorted(rules):
        counts = rules[code]
        reported = counts["right"] + counts["wrong"] + counts["disputable"]
        say(f"{code}: precision {ratio(counts['right'], reported)} of {reported}")


if __name__ == "__main__":
    main()
