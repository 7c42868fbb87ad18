"""Score the sizes that keraslint tells of real models against ``benchmarks/readings/models.csv``.

The table says how many parameters models of public repositories have; this script
runs keraslint on checkouts of those repositories and prints how far it agrees::

    python benchmarks/score_models.py CHECKOUTS

``CHECKOUTS`` holds one folder a repository, named ``owner+name`` or ``owner/name``.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from score_readings import READINGS
from score_readings import checkout_of
from score_readings import print_disagreements
from score_readings import print_table
from score_readings import run_keraslint
from score_readings import say


@dataclass(frozen=True)
class Model:
    """One row of the table: where a model is made, and the parameters that it has."""

    repository: str
    path: str
    cell: int | None
    row: int
    name: str
    parameters: int

    def __str__(self) -> str:
        cell = f"cell {self.cell}:" if self.cell else ""
        return f"{self.repository} {self.path}:{cell}{self.row} {self.name}"


def read_models() -> dict[str, list[Model]]:
    """Return the models of the table by repository."""
    models: dict[str, list[Model]] = defaultdict(list)
    with (READINGS / "models.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            cell = int(row["cell"]) if row["cell"] else None
            model = Model(
                row["repository"], row["path"], cell, int(row["line"]), row["model"], int(row["parameters"])
            )
            models[model.repository].append(model)
    return models


def told_in(folder: Path, models: list[Model]) -> dict[tuple[str, int | None, int], set[int | None]]:
    """Return the sizes that keraslint tells of the models made at each place."""
    paths = sorted({model.path for model in models})
    facts = run_keraslint(["facts", *paths, "--output-format", "json"], folder)
    told: dict[tuple[str, int | None, int], set[int | None]] = defaultdict(set)
    for fact in facts["models"] if facts else ():
        told[fact["filename"], fact["cell"], fact["location"]["row"]].add(fact["parameters"])
    return told


def outcome_of(model: Model, told: set[int | None]) -> str:
    """Judge one model: several calls of one place may make models of several sizes."""
    if model.parameters in told:
        return "right"
    return "wrong" if told - {None} else "silent"


def main() -> None:
    """Score the table."""
    parser = argparse.ArgumentParser(description="Score keraslint against benchmarks/readings/models.csv.")
    parser.add_argument("checkouts", type=Path, help="folder with one checkout a repository")
    parser.add_argument("--list", action="store_true", help="list the disagreements")
    options = parser.parse_args()
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    disagreements = []
    for repository, models in sorted(read_models().items()):
        folder = checkout_of(repository, [options.checkouts])
        told = told_in(folder, models) if folder else {}
        for model in models:
            sizes = told.get((model.path, model.cell, model.row), set())
            outcome = outcome_of(model, sizes) if folder else "no checkout"
            outcomes[repository][outcome] += 1
            outcomes["all"][outcome] += 1
            if outcome in ("wrong", "silent"):
                disagreements.append(
                    f"{outcome}: {model} has {model.parameters:,}, told {sorted(sizes, key=str)}"
                )
    print_table("repository", ("right", "silent", "wrong", "no checkout"), outcomes)
    print_disagreements(disagreements, options.list)
    say(f"{sum(outcomes['all'].values())} models")


if __name__ == "__main__":
    main()
