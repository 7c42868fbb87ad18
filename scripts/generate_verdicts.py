"""Write the verdict pages: what became of the article's claims when they were measured.

A claim lies in a folder of ``experiments/``: two programs, ``before.py`` and ``after.py``, and
``experiment.toml``. What ``keraslint verify`` measured of them lies in ``experiments/evidence/``,
under the folder's name as code. With ``--check`` nothing is written; the exit status is 1 if a
page on disk differs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli

from keraslint import figures
from keraslint.evidence import Record
from keraslint.evidence import Sweep
from keraslint.evidence import documents_in
from keraslint.evidence import records_in
from keraslint.measured import sentences

ROOT = Path(__file__).parents[1]
EXPERIMENTS = ROOT / "experiments"
PAGES = ROOT / "docs" / "article"
INTRODUCTION = """\
# What became of the article's claims

An article on slow training makes claims that are often repeated. Each of them is a pair of programs here, \
which `keraslint verify` ran in turns, in random order, on the hardware that is named. The ratio is the time \
of the first program over that of the second: above 1 the advice helps.

| claim | verdict | ratio | on |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True, slots=True)
class Experiment:
    """A claim, the programs that put it to the test, and what was measured."""

    name: str
    about: Mapping[str, Any]
    before: bytes
    after: bytes
    records: tuple[Record, ...]


def main() -> int:
    """Write the pages, or compare them with those on disk."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    pages = pages_of(list(experiments_in(EXPERIMENTS)))
    there = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    if check:
        differing = sorted(name for name in {*pages, *there} if pages.get(name) != there.get(name))
        if differing:
            sys.stderr.write(f"{', '.join(differing)}: not what was measured: run {sys.argv[0]}\n")
        return 1 if differing else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in there.keys() - pages.keys():
        (PAGES / name).unlink()
    for name, text in pages.items():
        (PAGES / name).write_text(text, encoding="utf-8")
    return 0


def experiments_in(folder: Path) -> Iterator[Experiment]:
    """The experiments of a folder, by name."""
    documents = documents_in(folder / "evidence")
    for path in sorted(folder.glob("*/experiment.toml")):
        before, after = ((path.parent / name).read_bytes() for name in ("before.py", "after.py"))
        about = tomli.loads(path.read_text(encoding="utf-8"))
        found = records_in(documents, path.parent.name, (before, after))
        yield Experiment(path.parent.name, about, before, after, tuple(found))


def pages_of(experiments: Sequence[Experiment]) -> dict[str, str]:
    """Every page by its file name."""
    rows = "".join(f"{row}\n" for experiment in experiments for row in _rows(experiment))
    pages = {f"{experiment.name}.md": page(experiment) for experiment in experiments}
    return {"README.md": INTRODUCTION + rows, **pages}


def page(experiment: Experiment) -> str:
    """The verdict page of a claim."""
    about = experiment.about
    blocks = [f"# {about['title']}", f"> {about['claim']}"]
    if "note" in about:
        blocks.append(about["note"])
    blocks += ["## Measured", *_measured(experiment)]
    if "changes" in about:
        blocks += [f"The second program changes results on purpose: {about['changes']}."]
    if "rules" in about:
        blocks += [
            f"The same is looked for in your code by {' and '.join(about['rules'])}: see `keraslint rule`."
        ]
    for title, program in (("Before", experiment.before), ("After", experiment.after)):
        blocks += [f"## {title}", f"```python\n{program.decode('utf-8').strip()}\n```"]
    return "\n\n".join(blocks) + "\n"


def _measured(experiment: Experiment) -> Iterator[str]:
    if experiment.records:
        yield "\n".join(f"- {sentences(record)}" for record in experiment.records)
    elif "hardware" in experiment.about:
        yield f"Not measured yet: it takes a machine with an {experiment.about['hardware']}."
    else:
        yield "Not measured yet."
    for record in experiment.records:
        if record.sweep is not None:
            yield from _swept(record, record.sweep, experiment.about.get("claimed"))


def _swept(record: Record, sweep: Sweep, claimed: float | None) -> Iterator[str]:
    lines = [f"| {sweep.unit} | ratio | interval | time saved |", "| --- | --- | --- | --- |"]
    for point in sweep.points:
        saved = f"{100 * (1 - 1 / point.ratio):.0f} %"
        cost, ratio = figures.number(point.cost), figures.ratio(point.ratio)
        lines.append(f"| {cost} | {ratio}x | {figures.interval(point.interval)} | {saved} |")
    yield f"On {figures.machine(record.hardware)}, by cost:"
    yield "\n".join(lines)
    if claimed is not None:
        yield _reached(sweep, claimed)


def _reached(sweep: Sweep, claimed: float) -> str:
    """Where the curve meets the ratio that the claim speaks of."""
    said = f"The claim speaks of {figures.ratio(claimed)}x, or {100 * (1 - 1 / claimed):.0f} % of the time."
    costs = [figures.number(cost) for cost, _ in figures.crossings(sweep.curve, claimed)]
    if costs:
        return f"{said} That is reached at {' and at '.join(costs)} {sweep.unit}."
    every = all(point.ratio >= claimed for point in sweep.points)
    return f"{said} That is {'exceeded at every' if every else 'reached at no'} cost tried."


def _rows(experiment: Experiment) -> Iterator[str]:
    link = f"[{experiment.about['title']}]({experiment.name}.md)"
    current = [record for record in experiment.records if not record.is_stale]
    for record in current:
        ratio = "" if record.ratio is None else f"{figures.ratio(record.ratio)}x"
        where = ", ".join(
            filter(None, (figures.machine(record.hardware), figures.framework(dict(record.software))))
        )
        yield f"| {link} | {record.verdict} | {ratio} | {where} |"
    if not current:
        yield f"| {link} | not measured yet | | |"


if __name__ == "__main__":
    sys.exit(main())
