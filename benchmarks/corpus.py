"""Check the checkouts in a folder with all rules, part by part, and tell what fails and what is slow.

Every checkout is a project of its own. One process works on its connected parts, one after the other,
without a cache; a part that takes longer than the limit is left out, and the process begun again. Printed
are a line for everything that went wrong, the slowest parts beside the bare parse of their files, and the
memory that the largest process took::

    python benchmarks/corpus.py FOLDER [--limit SECONDS] [--share N] [--of N]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator
from functools import lru_cache
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import libcst as cst

from keraslint.config import Configurations
from keraslint.inputs import Input
from keraslint.plan import plan_for
from keraslint.registry import load_rules
from keraslint.reserved import INTERNAL_ERROR
from keraslint.runner import Files
from keraslint.source.discovery import discover
from keraslint.source.parse import collector_paused
from keraslint.source.stack import run_with_deep_stack
from keraslint.source.text import display_name
from keraslint.stages import Stages
from keraslint.tasks import Conditions
from keraslint.tasks import PartTask


class Done(NamedTuple):
    """What became of a part: its files, seconds of the check and of the bare parse, findings, and what failed."""

    number: int
    files: tuple[str, ...]
    lines: int
    seconds: float
    parse: float
    findings: int
    failed: tuple[str, ...]


def files_of(folder: Path) -> Files:
    """Return the parts of a checkout."""
    configurations = Configurations(folder, {"select": ["ALL"]}, isolated=True)
    plan = plans()(configurations.for_folder(folder))
    found = discover((".",), configurations, folder)
    return Files([Input(path, display_name(path, folder), plan) for path in found.files])


@lru_cache(maxsize=1)
def plans() -> partial:
    """Return what makes plans of settings."""
    return partial(plan_for, registry=load_rules())


def work(folder: Path, skipped: frozenset[int], line: Connection) -> None:
    """Check the parts of a checkout, and tell of each."""
    files = files_of(folder)
    stages = Stages(Conditions(folder, files.plans))
    for number, task in enumerate(files.tasks):
        if number not in skipped:
            line.send((number, task.spokesman, None))
            line.send((number, task.spokesman, run_with_deep_stack(done, number, task, stages)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line.send((len(files.tasks), str(files.number), peak))


def done(number: int, task: PartTask, stages: Stages) -> Done:
    """Check a part, and parse its files for comparison."""
    texts = [text for file in task.everything if (text := readable(file.read())) is not None]
    begin = time.process_time()
    with collector_paused():
        for text in texts:
            try:
                cst.parse_module(text)
            except Exception:  # noqa: PERF203 - what cannot be parsed takes its time, too
                continue
    middle = time.process_time()
    diagnostics = stages.check(task).part.result.diagnostics
    seconds = time.process_time() - middle
    failed = tuple(
        f"{each.filename}: {each.message}" for each in diagnostics if each.code == INTERNAL_ERROR.code
    )
    lines = sum(text.count("\n") for text in texts)
    names = tuple(file.name for file in task.files)
    return Done(number, names, lines, seconds, middle - begin, len(diagnostics), failed)


def readable(data: bytes) -> str | None:
    """Return the text of a program; notebooks are not compared."""
    try:
        return None if data.lstrip().startswith(b"{") else data.decode()
    except UnicodeDecodeError:
        return None


def checked(folder: Path, limit: float) -> Iterator[Done | str]:
    """Yield what becomes of the parts of a checkout, and lines about what went wrong."""
    skipped: set[int] = set()
    seen: set[int] = set()
    while True:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.Process(target=work, args=(folder, frozenset(skipped | seen), theirs))
        process.start()
        theirs.close()
        number, name = -1, ""
        while ours.poll(limit):
            try:
                number, name, result = ours.recv()
            except EOFError:
                process.join()
                yield f"{folder.name}/{name}: the process died with {process.exitcode}"
                break
            if isinstance(result, Done):
                seen.add(number)
                yield result
            elif result is not None:
                process.join()
                yield f"{folder.name}: {number} parts of {name} files, {result:.0f} MB"
                return
        else:
            process.kill()
            process.join()
            yield f"{folder.name}/{name}: more than {limit:.0f} s"
        if number < 0:
            return
        skipped.add(number)


def main() -> None:
    """Check the checkouts, and tell."""
    parser = argparse.ArgumentParser(description="Check the checkouts in a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=float, default=120, help="seconds for a part")
    parser.add_argument("--share", type=int, default=0, help="the share of the checkouts to take, from 0")
    parser.add_argument("--of", type=int, default=1, help="how many shares there are")
    parser.add_argument("--json", type=Path, help="a file for what became of each part")
    options = parser.parse_args()
    folders = sorted(
        path for path in options.folder.resolve().iterdir() if path.is_dir() and not path.name.startswith(".")
    )
    everything: list[tuple[str, Done]] = []
    for folder in folders[options.share :: options.of]:
        for each in checked(folder, options.limit):
            if isinstance(each, str):
                say(each)
                continue
            everything.append((folder.name, each))
            for failure in each.failed:
                say(f"{folder.name}/{failure}")
        if options.json is not None:
            options.json.write_text(json.dumps(everything), encoding="utf-8")
    files = sum(len(each.files) for _, each in everything)
    failures = sum(len(each.failed) for _, each in everything)
    say(f"\n{files} files that count, {failures} failures; the slowest parts:")
    say(f"{'check':>9} {'parse':>9} {'ratio':>6} {'lines':>7} {'files':>5}  part")
    for name, each in sorted(everything, key=lambda item: -item[1].seconds)[:20]:
        ratio = each.seconds / max(each.parse, 1e-3)
        say(
            f"{each.seconds:>8.2f}s {each.parse:>8.2f}s {ratio:>6.1f} {each.lines:>7} {len(each.files):>5}  "
            f"{name}/{each.files[0]}"
        )


def say(line: str) -> None:
    """Write one line to standard output."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
