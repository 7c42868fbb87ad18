"""Measure what the stages of a check cost, relative to the bare parse of the same files.

The floor is ``libcst.parse_module`` over the files that keraslint itself reads.
Every path is checked in this process alone, without a cache, all stages in
turns, with the garbage collector off; of each stage, the median processor time counts.
``positions and fixes`` is what the check takes beyond its other stages.

    python benchmarks/cost.py [--rounds N] PATH...
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from functools import lru_cache
from functools import partial
from pathlib import Path
from typing import TypeVar

import libcst as cst

from keraslint.config import Configurations
from keraslint.detection import Targets
from keraslint.inputs import Input
from keraslint.inputs import with_surroundings
from keraslint.linter import LoweredFile
from keraslint.linter import LoweredPart
from keraslint.linter import applying
from keraslint.linter import lower_file
from keraslint.parts import ProjectPart
from keraslint.parts import find_parts
from keraslint.parts import scan
from keraslint.plan import plan_for
from keraslint.registry import load_rules
from keraslint.runner import Options
from keraslint.runner import run
from keraslint.semantics.facts import Facts
from keraslint.semantics.facts import analyse
from keraslint.semantics.lowering.generations import find_traces
from keraslint.semantics.lowering.lower import lower
from keraslint.semantics.lowering.usage import collect
from keraslint.source.discovery import discover
from keraslint.source.parse import parse
from keraslint.source.reading import interpret
from keraslint.source.roots import ProjectRoots
from keraslint.source.stack import run_with_deep_stack
from keraslint.source.text import SourceError
from keraslint.source.text import SourceFile
from keraslint.source.text import display_name
from keraslint.source.text import read_bytes

STAGES = ("parse", "lower", "evaluate", "rules", "positions and fixes", "check")
FLOOR = "bare parse"

T = TypeVar("T")


class Corpus:
    """The files of a folder that a check reads, and the seconds that each stage took each time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        configurations = Configurations(folder, {"select": ["ALL"]})
        plan = lru_cache(partial(plan_for, registry=load_rules()))
        found = discover((".",), configurations, folder)
        asked = [
            Input(path, display_name(path, folder), plan(configurations.for_folder(folder)))
            for path in found.files
        ]
        self.inputs = with_surroundings(asked, configurations, plan, found.folders)
        self.found = list(self._parts())
        self.sources = dict(self._sources())
        self.plans = {item.name: item.plan for item in self.inputs}
        self.seconds: dict[str, list[float]] = {}

    def _parts(self) -> Iterator[ProjectPart]:
        roots = ProjectRoots()
        scanned = {
            item.name: scan(item.path, read_bytes(item.path), item.plan.settings, roots)
            for item in self.inputs
        }
        yield from find_parts(scanned, [item.name for item in self.inputs if item.asked])

    def _sources(self) -> Iterator[tuple[str, SourceFile]]:
        """The programs of the files that matter, but for those that nobody can parse."""
        wanted = {name for each in self.found for name in each.names}
        for item in self.inputs:
            if item.name in wanted:
                try:
                    source = interpret(item.path, item.name, read_bytes(item.path))
                    cst.parse_module(source.text)
                except (SourceError, cst.ParserSyntaxError):
                    continue
                yield item.name, source

    def measure(self) -> None:
        """Run every stage once."""
        sources = self.sources.values()
        self._timed(FLOOR, lambda: [cst.parse_module(source.text) for source in sources])
        parsed = self._timed("parse", lambda: [parse(source) for source in sources])
        self._timed("lower", lambda: [find_traces(collect(lower(each.tree))) for each in parsed])
        files = [lower_file(source, self.plans[name]).file for name, source in self.sources.items()]
        parts = list(self.lowered({file.source.name: file for file in files if file is not None}))
        facts = self._timed("evaluate", lambda: [evaluated(part) for part in parts])
        self._timed("rules", lambda: [_asked(*each) for each in zip(parts, facts, strict=True)])
        self._timed("check", lambda: run(self.inputs, Options(self.folder, jobs=1), lambda *_: None))
        rest = self.seconds["check"][-1] - sum(self.seconds[stage][-1] for stage in STAGES[:4])
        self.seconds.setdefault("positions and fixes", []).append(rest)

    def lowered(self, files: dict[str, LoweredFile]) -> Iterator[LoweredPart]:
        """The connected parts of these files, ready for analysis."""
        targets = Targets(self.folder)
        for each in self.found:
            own, context = (
                tuple(files[name] for name in names if name in files)
                for names in (each.part.files, each.part.context)
            )
            if own:
                yield LoweredPart(own, targets.of(own), context, each.project)

    def _timed(self, stage: str, work: Callable[[], T]) -> T:
        gc.collect()
        begin = time.process_time()
        result = work()
        self.seconds.setdefault(stage, []).append(time.process_time() - begin)
        return result


def evaluated(part: LoweredPart) -> Facts:
    """Evaluate a part."""
    modules = {file.source.name: file.module for file in part.everything}
    names = {file.source.name: file.names for file in part.everything}
    return analyse(modules, part.resolver, part.target, names)


def _asked(part: LoweredPart, facts: Facts) -> None:
    """Ask the rules whose tokens a part holds."""
    texts = [file.source.text for file in part.everything]
    for registered in applying(part.files[0].plan.selection.rules, part.target, texts):
        list(registered.rule().check(facts))


def row(name: str, corpora: Sequence[Corpus]) -> str:
    """A row of the table: the stages of all these folders over their bare parse, the median of the rounds."""

    def rounds(stage: str) -> list[float]:
        return [sum(each) for each in zip(*(corpus.seconds[stage] for corpus in corpora), strict=True)]

    floors = rounds(FLOOR)
    ratios = {
        stage: statistics.median(
            seconds / floor for seconds, floor in zip(rounds(stage), floors, strict=True)
        )
        for stage in STAGES
    }
    files = sum(len(corpus.sources) for corpus in corpora)
    cells = " ".join(f"{ratio:>{max(9, len(stage))}.3f}" for stage, ratio in ratios.items())
    return f"{name[-30:]:>30} {files:>6} {statistics.median(floors):>10.2f}s {cells}"


def say(line: str) -> None:
    """Write one line to standard output."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measure(folders: Sequence[Path], rounds: int) -> None:
    """Measure folders and print a table of ratios."""
    say(f"{'':>30} {'files':>6} {FLOOR:>11} " + " ".join(f"{stage:>9}" for stage in STAGES))
    corpora = [Corpus(folder.resolve()) for folder in folders]
    for corpus in corpora:
        for _ in range(rounds + 1):
            corpus.measure()
        for times in corpus.seconds.values():
            del times[0]
        say(row(corpus.folder.name, [corpus]))
    if len(corpora) > 1:
        say(row("together", corpora))


def main() -> None:
    """Measure the folders of the command line."""
    parser = argparse.ArgumentParser(description="Measure what the stages of a check cost.")
    parser.add_argument("paths", nargs="+", type=Path, help="folders to check")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each, after one that warms up")
    options = parser.parse_args()
    gc.disable()
    run_with_deep_stack(measure, options.paths, options.rounds)


if __name__ == "__main__":
    main()
