"""Check programs that nobody wrote, and print the seeds of those that keraslint fails at or takes too long over.

There are two kinds: real files with something deleted, doubled, swapped or made noise of, and small random
programs from a grammar of Keras code. A seed makes the same input again. Fixes take longer than all the rest:
they are made for one input in eight::

    python benchmarks/fuzz.py files FOLDER [--number N] [--seed N]
    python benchmarks/fuzz.py programs [--number N] [--seed N]
    python benchmarks/fuzz.py programs --show SEED
"""

from __future__ import annotations

import argparse
import ast
import multiprocessing
import random
import re
import signal
import sys
import time
import warnings
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from functools import lru_cache
from functools import partial
from heapq import nlargest
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple
from typing import TypeAlias

from grammar import program

from keraslint.config import Settings
from keraslint.linter import lint
from keraslint.plan import Plan
from keraslint.plan import plan_for
from keraslint.registry import load_rules
from keraslint.reserved import INTERNAL_ERROR
from keraslint.semantics.target import Target
from keraslint.source.prefilter import mentions_framework
from keraslint.source.reading import interpret
from keraslint.source.stack import run_with_deep_stack
from keraslint.source.text import SourceError

Inputs: TypeAlias = Callable[[int], bytes]

TARGETS = (
    Target(),
    Target(keras=2, tensorflow=(2, 15)),
    Target(keras=2, tensorflow=(1, 15)),
    Target(backend="torch"),
)
FIXED_OF = 8
TOKEN = re.compile(rb"\w+|[^\w\s]|\s+")
# A file's share of time: seconds for each kilobyte, and what any file may take.
SECONDS_A_KILOBYTE = 0.25
SECONDS = 5.0
SHOWN = 20


def files(folder: Path, seed: int) -> bytes:
    """Return a real file with something wrong in it."""
    chance = random.Random(seed)
    paths = corpus(folder)
    data = paths[chance.randrange(len(paths))].read_bytes()[:60_000]
    for _ in range(chance.choice((1, 1, 2, 5))):
        data = chance.choice((statements, tokens, tokens, noise))(data, chance)
    return data


@lru_cache(maxsize=1)
def corpus(folder: Path) -> Sequence[Path]:
    """Return the files of a folder that have to do with Keras, in one order."""
    return [
        path
        for path in sorted(folder.rglob("*.py"))
        if path.is_file() and mentions_framework(path.read_bytes())
    ]


def statements(data: bytes, chance: random.Random) -> bytes:
    """Delete, double or swap statements."""
    lines = data.splitlines(keepends=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError):
        return tokens(data, chance)
    spans = [(node.lineno - 1, node.end_lineno or 0) for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    if not spans:
        return data
    first, second = chance.choice(spans), chance.choice(spans)
    match chance.randrange(3):
        case 0:
            del lines[slice(*first)]
        case 1:
            lines[second[0] : second[0]] = lines[slice(*first)]
        case _:
            (a, b), (c, d) = sorted((first, second))
            if b <= c:
                lines[a:d] = [*lines[c:d], *lines[b:c], *lines[a:b]]
    return b"".join(lines)


def tokens(data: bytes, chance: random.Random) -> bytes:
    """Delete, double or swap tokens."""
    found = TOKEN.findall(data)
    if not found:
        return data
    first, second = chance.randrange(len(found)), chance.randrange(len(found))
    match chance.randrange(3):
        case 0:
            del found[first]
        case 1:
            found.insert(second, found[first])
        case _:
            found[first], found[second] = found[second], found[first]
    return b"".join(found)


def noise(data: bytes, chance: random.Random) -> bytes:
    """Write over a few bytes."""
    changed = bytearray(data or b" ")
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def programs(seed: int) -> bytes:
    """Return a program from the grammar."""
    return program(random.Random(seed)).encode()


class Done(NamedTuple):
    """What keraslint failed at in an input, the processor time, and the size of the input."""

    seed: int
    failed: list[str]
    seconds: float
    size: int


@lru_cache(maxsize=1)
def plan() -> Plan:
    """Return a plan of all rules."""
    return plan_for(Settings(Path("/project"), select=("ALL",)), load_rules())


def failures(data: bytes, seed: int, *, fixes: bool = True) -> list[str]:
    """Return what keraslint fails at in an input."""
    try:
        source = interpret(Path("/project/train.py"), "train.py", data)
    except SourceError:
        return []
    try:
        target = TARGETS[seed % len(TARGETS)]
        found = run_with_deep_stack(lint, [source], plan(), target, fixes=fixes).diagnostics
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]
    return [each.message for each in found if each.code == INTERNAL_ERROR.code]


def too_slow(data: bytes, taken: float) -> list[str]:
    """Return what is to be said of the seconds that an input took."""
    is_slow = taken > SECONDS + SECONDS_A_KILOBYTE * len(data) / 1000
    return [f"took {taken:.1f} s for {len(data)} bytes"] if is_slow else []


def work(inputs: Inputs, seeds: range, limit: float, line: Connection) -> None:
    """Check inputs, and tell of each; a signal ends what goes beyond the limit."""
    for seed in seeds:
        line.send((seed, None))
        signal.setitimer(signal.ITIMER_PROF, limit)
        data = inputs(seed)
        begin = time.process_time()
        failed = failures(data, seed, fixes=not seed // len(TARGETS) % FIXED_OF)
        taken = time.process_time() - begin
        line.send((seed, Done(seed, failed + too_slow(data, taken), taken, len(data))))


def checked(inputs: Inputs, seeds: range, limit: float) -> Iterator[Done]:
    """Yield what becomes of each input; one over which a process dies ends that alone."""
    while seeds:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.Process(target=work, args=(inputs, seeds, limit, theirs))
        process.start()
        theirs.close()
        seed = seeds[0]
        while seeds:
            try:
                seed, done = ours.recv()
            except EOFError:
                break
            if done is not None:
                seeds = range(seed + 1, seeds.stop)
                yield done
        process.join()
        if seeds:
            seeds = range(seed + 1, seeds.stop)
            is_late = process.exitcode == -signal.SIGPROF
            ended = f"more than {limit:.0f} s" if is_late else f"the process died with {process.exitcode}"
            yield Done(seed, [ended], limit, 0)


def main() -> int:
    """Check the inputs; return 1 where keraslint failed."""
    parser = argparse.ArgumentParser(description="Check programs that nobody wrote.")
    parser.add_argument("kind", choices=("files", "programs"))
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="that of the first input")
    parser.add_argument("--limit", type=float, default=120, help="processor seconds for an input")
    parser.add_argument("--show", type=int, metavar="SEED", help="print an input and stop")
    options = parser.parse_args()
    if options.kind == "files" and options.folder is None:
        parser.error("name the folder of the files")
    # Found once: the processes that begin later have it from this one.
    if options.kind == "files" and not corpus(options.folder):
        parser.error("no file in that folder has to do with Keras")
    inputs = programs if options.kind == "programs" else partial(files, options.folder)
    if options.show is not None:
        sys.stdout.buffer.write(inputs(options.show))
        return 0
    seeds = range(options.seed, options.seed + options.number)
    failed = 0
    slowest: list[Done] = []
    for done in checked(inputs, seeds, options.limit):
        failed += bool(done.failed)
        slowest = nlargest(SHOWN, (*slowest, done), key=lambda done: done.seconds)
        for line in done.failed:
            sys.stdout.write(f"{options.kind} {done.seed}: {line}\n")
        if done.failed or not (done.seed + 1) % 1000:
            sys.stdout.write(f"seeds {seeds.start} to {done.seed}: {failed} failed\n")
            sys.stdout.flush()
    sys.stdout.write(
        f"{options.number} {options.kind} from seed {options.seed}, {failed} failed; the slowest:\n"
    )
    sys.stdout.writelines(f"{done.seconds:>7.2f}s {done.size:>7} bytes  {done.seed}\n" for done in slowest)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
