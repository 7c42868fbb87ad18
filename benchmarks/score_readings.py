"""Score keraslint against the readings in ``benchmarks/readings``.

The readings say what a person read in public repositories; this script runs
keraslint on checkouts of those repositories and prints how far the two agree::

    python benchmarks/score_readings.py CHECKOUTS [CHECKOUTS ...]

Each ``CHECKOUTS`` holds one folder a repository, named ``owner+name`` or ``owner/name``.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

READINGS = Path(__file__).resolve().parent / "readings"
KERASLINT = (sys.executable, "-m", "keraslint")
ALL = "all"
TABLES = {
    "training_calls": "Data arguments of training calls",
    "findings": "Findings on labelled lines",
    "scripts": "What should be said of whole scripts",
}
TOLD_BY_NOBODY = frozenset({"unknown", "not-keras"})


@dataclass(frozen=True)
class Label:
    """One row of a table: a place and what stands there (a method or a rule) with the reader's verdict.

    Where the catalogue leaves the line open, ``rows`` holds several that are equally right. ``options`` are
    those of the run that was read, where a table has them.
    """

    repository: str
    path: str
    cell: int | None
    rows: tuple[int, ...]
    subject: str
    verdict: str
    reason: str
    options: str = ""

    @property
    def places(self) -> Iterator[tuple[str, int | None, int, str]]:
        """The keys under which keraslint may have said the same."""
        return ((self.path, self.cell, row, self.subject) for row in self.rows)

    def __str__(self) -> str:
        place = f"{self.path}:" + (f"cell {self.cell}:" if self.cell else "") + str(self.rows[0])
        return f"{self.repository} {place} {self.subject} ({self.reason})"


def read_table(name: str, subject: str, verdict: str) -> dict[str, list[Label]]:
    """Return the labels of one table by repository."""
    labels: dict[str, list[Label]] = defaultdict(list)
    with (READINGS / name).open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            labels[row["repository"]].append(
                Label(
                    repository=row["repository"],
                    path=row["path"],
                    cell=int(row["cell"]) if row["cell"] else None,
                    rows=tuple(int(number) for number in row["line"].split("/")),
                    subject=row[subject],
                    # What was judged anew after a mend counts as it stands now.
                    verdict=row.get("again") or row[verdict],
                    reason=row["reason"],
                    options=row.get("options", ""),
                )
            )
    return labels


def checkout_of(repository: str, checkouts: Iterable[Path]) -> Path | None:
    """Return the folder of a repository, or None where it is not at hand."""
    names = (repository.replace("/", "+"), repository)
    candidates = (folder.resolve() / name for folder in checkouts for name in names)
    return next((folder for folder in candidates if folder.is_dir()), None)


def run_keraslint(arguments: Iterable[str], folder: Path) -> Any:
    """Return what keraslint prints as JSON, or None where it fails (an unknown command, say)."""
    command = [*KERASLINT, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode not in (0, 1):
        lines = done.stderr.strip().splitlines() or ["no message"]
        say(f"  {' '.join(command[1:5])} ... in {folder.name}: exit {done.returncode}, {lines[-1]}")
        return None
    return json.loads(done.stdout)


def paths_of(labels: Iterable[Label]) -> list[str]:
    """Return the labelled files, each once; the code around them is read by keraslint itself."""
    return sorted({label.path for label in labels})


def score_calls(checkouts: list[Path], show: bool) -> None:
    """Print how the data arguments of training calls are told."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    disagreements: list[str] = []
    for repository, labels in read_table("training_calls.csv", "method", "data").items():
        folder = checkout_of(repository, checkouts)
        if folder is None:
            kinds["(no checkout)"]["labels"] += len(labels)
            continue
        facts = run_keraslint(["facts", *paths_of(labels), "--output-format", "json"], folder)
        if facts is None:
            kinds["(keraslint failed)"]["labels"] += len(labels)
            continue
        told = {
            (call["filename"], call["cell"], call["location"]["row"], call["method"]): call["data"]
            for call in facts["training_calls"]
        }
        for label in labels:
            said = next((told[place] for place in label.places if place in told), None)
            outcome = outcome_of_call(label.verdict, said)
            kinds[label.verdict]["labels"] += 1
            kinds[label.verdict][outcome] += 1
            if outcome != "right":
                disagreements.append(f"{outcome}: {label.verdict} told as {said}: {label}")
    print_table("data", ("labels", "right", "silent", "wrong"), kinds)
    tellable = [counts for kind, counts in kinds.items() if kind not in TOLD_BY_NOBODY]
    total = sum(counts["right"] + counts["silent"] + counts["wrong"] for counts in tellable)
    for outcome in ("right", "wrong"):
        share = ratio(sum(counts[outcome] for counts in tellable), total)
        say(f"{outcome} of the {total} that a reader can tell: {share}")
    print_disagreements(disagreements, show)


def outcome_of_call(label: str, said: str | None) -> str:
    """Judge one answer; ``None`` means that the call is not listed at all."""
    if label == "not-keras":
        return "right" if said is None else "wrong"
    if said == label:
        return "right"
    return "silent" if said in (None, "unknown") else "wrong"


def score_findings(table: str, checkouts: list[Path], show: bool) -> None:
    """Print recall and precision of each rule on the places that a table labels."""
    rules: dict[str, Counter[str]] = defaultdict(Counter)
    disagreements: list[str] = []
    command = ["--select", "ALL", "--no-cache", "--exit-zero", "--output-format", "json"]
    for repository, labels in read_table(table, "code", "verdict").items():
        folder = checkout_of(repository, checkouts)
        findings = run_keraslint(["check", *paths_of(labels), *command], folder) if folder else None
        if findings is None:
            rules["(not run)"]["expected"] += len(labels)
            continue
        found = {
            (finding["filename"], finding["cell"], finding["location"]["row"], finding["code"])
            for finding in findings
        }
        for label in labels:
            hit = any(place in found for place in label.places)
            rules[label.subject][label.verdict] += 1
            if label.verdict == "expected":
                rules[label.subject]["found" if hit else "missed"] += 1
            elif label.verdict == "innocent" and hit:
                rules[label.subject]["false"] += 1
            if (hit and label.verdict == "innocent") or (not hit and label.verdict == "expected"):
                disagreements.append(f"{'false' if hit else 'missed'}: {label}")
        for path, cell, row, code in sorted(
            found - {place for label in labels for place in label.places}, key=str
        ):
            rules[code]["unlabelled"] += 1
            place = f"{path}:cell {cell}:{row}" if cell else f"{path}:{row}"
            disagreements.append(f"unlabelled: {repository} {place} {code}")
    print_table("rule", ("expected", "found", "missed", "innocent", "false", "open", "unlabelled"), rules)
    for code in (*sorted(rules), ALL):
        counts = rules[code] if code != ALL else sum(rules.values(), Counter())
        recall = ratio(counts["found"], counts["expected"])
        precision = ratio(counts["found"], counts["found"] + counts["false"])
        say(f"{code}: recall {recall}, precision {precision}")
    print_disagreements(disagreements, show)


def ratio(part: int, whole: int) -> str:
    """Return a share in per cent, or a dash where there is nothing to share."""
    return f"{part / whole:.1%}" if whole else "-"


def print_table(title: str, columns: tuple[str, ...], rows: dict[str, Counter[str]]) -> None:
    """Print one line a row, columns aligned."""
    say(f"{title:20}" + "".join(f"{column:>12}" for column in columns))
    for name in sorted(rows):
        say(f"{name:20}" + "".join(f"{rows[name][column]:>12}" for column in columns))


def print_disagreements(disagreements: list[str], show: bool) -> None:
    """Print where the two differ, or how often."""
    say(f"{len(disagreements)} disagreements" + ("" if show else " (--list shows them)"))
    for line in sorted(disagreements) if show else ():
        say(f"  {line}")


def say(line: str) -> None:
    """Write one line to standard output."""
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Score the tables."""
    parser = argparse.ArgumentParser(description="Score keraslint against benchmarks/readings.")
    parser.add_argument("checkouts", type=Path, nargs="+", help="folders with one checkout a repository")
    parser.add_argument("--list", action="store_true", help="list the disagreements")
    parser.add_argument("--table", choices=TABLES, action="append", help="score this table (default: all)")
    options = parser.parse_args()
    for table in options.table or TABLES:
        say(TABLES[table])
        if table == "training_calls":
            score_calls(options.checkouts, options.list)
        else:
            score_findings(f"{table}.csv", options.checkouts, options.list)


if __name__ == "__main__":
    main()
