"""How far two full runs of ``keraslint verify`` on one machine agree.

Each run keeps its evidence in a folder of its own::

    keraslint verify --evidence first && keraslint verify --evidence second
    python benchmarks/agreement.py first second
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from score_readings import ratio
from score_readings import say


def main() -> None:
    """Compare the verdicts, rule by rule."""
    parser = argparse.ArgumentParser(description="Compare the verdicts of two runs.")
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    options = parser.parse_args()
    first, second = records_of(options.first), records_of(options.second)
    both = sorted(first.keys() & second.keys())
    agreeing = [code for code in both if first[code]["verdict"] == second[code]["verdict"]]
    for code in both:
        mark = " " if code in agreeing else "!"
        say(f"{mark} {code} {told(first[code]):40} {told(second[code])}")
    say(f"the same verdict for {len(agreeing)} of {len(both)} rules: {ratio(len(agreeing), len(both))}")
    only = sorted(first.keys() ^ second.keys())
    if only:
        say(f"in one run alone: {', '.join(only)}")


def records_of(folder: Path) -> dict[str, dict[str, Any]]:
    """The records of all evidence files of a folder, by code."""
    files = sorted(folder.glob("*.json"))
    documents = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return {record["code"]: record for document in documents for record in document["records"]}


def told(record: dict[str, Any]) -> str:
    """Verdict, ratio and interval."""
    if record.get("ratio") is None:
        return str(record["verdict"])
    low, high = record["interval"]
    return f"{record['verdict']} {record['ratio']:.2f} [{low:.2f}, {high:.2f}]"


if __name__ == "__main__":
    main()
