"""Check the checkouts in a folder with all rules, part by part, and tell what fails and what is slow.

Every checkout is a project of its own. One process works on its connected parts, one after the other,
without a cache; a part that takes longer than the limit is left out, and the process begun again. Printed
are a line for every checkout and for everything that went wrong, and the slowest parts beside the bare
parse of their files::

    python benchmarks/corpus.py FOLDER [--limit SECONDS] [--share N] [--of N]
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import signal
import sys
import time
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from functools import partial
from heapq import nlargest
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

SHOWN = 20


class Done(NamedTuple):
    """What became of a part: its files, the seconds that it took, findings, and what failed."""

    number: int
    files: tuple[str, ...]
    seconds: float
    findings: int
    failed: tuple[str, ...]


class Project(NamedTuple):
    """What was looked at in a checkout, and the seconds and the memory that it took."""

    parts: int
    files: int
    seconds: float
    megabytes: float


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


def work(folder: Path, skipped: frozenset[int], limit: float, line: Connection) -> None:
    """Check the parts of a checkout, and tell of each; a signal ends what goes beyond the limit."""
    signal.setitimer(signal.ITIMER_PROF, limit)
    files = files_of(folder)
    stages = Stages(Conditions(folder, files.plans))
    for number, task in enumerate(files.tasks):
        if number not in skipped:
            line.send((number, task.spokesman, None))
            signal.setitimer(signal.ITIMER_PROF, limit)
            line.send((number, task.spokesman, run_with_deep_stack(done, number, task, stages)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    project = Project(
        len(files.tasks), len(files.listing().files), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    )
    line.send((len(files.tasks), "", project))


def done(number: int, task: PartTask, stages: Stages) -> Done:
    """Check a part."""
    begin = time.process_time()
    diagnostics = stages.check(task).part.result.diagnostics
    seconds = time.process_time() - begin
    failed = tuple(
        f"{each.filename}: {each.message}" for each in diagnostics if each.code == INTERNAL_ERROR.code
    )
    return Done(number, tuple(file.name for file in task.files), seconds, len(diagnostics), failed)


def parsed(folder: Path, files: Iterable[str]) -> tuple[int, float]:
    """Return the lines of files and the seconds of their bare parse; notebooks are not compared."""
    texts = [text for file in files if (text := readable(folder / file)) is not None]
    begin = time.process_time()
    with collector_paused():
        for text in texts:
            # What cannot be parsed takes its time, too.
            with suppress(Exception):
                run_with_deep_stack(cst.parse_module, text)
    return sum(text.count("\n") for text in texts), time.process_time() - begin


def readable(path: Path) -> str | None:
    """Return the text of a program."""
    try:
        return None if path.suffix == ".ipynb" else path.read_bytes().decode()
    except UnicodeDecodeError:
        return None


def checked(folder: Path, limit: float) -> Iterator[Done | Project | str]:
    """Yield what becomes of the parts of a checkout and of the whole, and lines about what went wrong."""
    skipped: set[int] = set()
    seen: set[int] = set()
    while True:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        given = (folder, frozenset(skipped | seen), limit, theirs)
        process = multiprocessing.Process(target=work, args=given)
        process.start()
        theirs.close()
        number, name = -1, ""
        while True:
            try:
                number, name, result = ours.recv()
            except EOFError:
                break
            if isinstance(result, Done):
                seen.add(number)
                yield result
            elif result is not None:
                process.join()
                yield result
                return
        process.join()
        is_late = process.exitcode == -signal.SIGPROF
        ended = f"more than {limit:.0f} s" if is_late else f"the process died with {process.exitcode}"
        yield f"{folder.name}/{name}: {ended}"
        if number < 0:
            return
        skipped.add(number)


def main() -> int:
    """Check the checkouts, and tell; return 1 where something went wrong."""
    parser = argparse.ArgumentParser(description="Check the checkouts in a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=float, default=120, help="processor seconds for a part")
    parser.add_argument("--share", type=int, default=0, help="the share of the checkouts to take, from 0")
    parser.add_argument("--of", type=int, default=1, help="how many shares there are")
    options = parser.parse_args()
    folders = sorted(
        path for path in options.folder.resolve().iterdir() if path.is_dir() and not path.name.startswith(".")
    )
    everything: list[tuple[Path, Done]] = []
    projects: list[Project] = []
    wrong = 0
    for folder in folders[options.share :: options.of]:
        for each in checked(folder, options.limit):
            match each:
                case Project(parts, files, seconds, megabytes):
                    projects.append(each)
                    say(f"{folder.name}: {parts} parts of {files} files, {seconds:.1f} s, {megabytes:.0f} MB")
                case Done():
                    everything.append((folder, each))
                    wrong += len(each.failed)
                    for failure in each.failed:
                        say(f"{folder.name}/{failure}")
                case _:
                    wrong += 1
                    say(each)
    read = sum(each.files for each in projects)
    matter = sum(len(each.files) for _, each in everything)
    most = max((each.megabytes for each in projects), default=0)
    say(
        f"\n{read} files in {len(projects)} projects, of which {matter} matter; {wrong} went wrong, "
        f"and no process took more than {most:.0f} MB. The slowest parts:"
    )
    say(f"{'check':>9} {'parse':>9} {'ratio':>6} {'lines':>7} {'files':>5}  part")
    for folder, each in nlargest(SHOWN, everything, key=lambda item: item[1].seconds):
        lines, parse = parsed(folder, each.files)
        say(
            f"{each.seconds:>8.2f}s {parse:>8.2f}s {each.seconds / max(parse, 1e-3):>6.1f} {lines:>7} "
            f"{len(each.files):>5}  {folder.name}/{each.files[0]}"
        )
    return int(wrong > 0)


def say(line: str) -> None:
    """Write one line to standard output."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
