"""Measure keraslint beside the bare parse and its peers, and print a table of what is reached.

All measurements are processes of their own, in turns; of each the median of a run's rounds counts. One process is told by
its processor time, several by the time on the clock: for these, nothing else should run on the machine. The bare
parse is ``libcst.parse_module`` over the files that keraslint reads (``floors.py``). The peers are installed into
a folder of their own, and what takes a minute is measured in every second round::

    python benchmarks/speed.py [--runs N] [--rounds N] [--scripts FOLDER] [--peers FOLDER] [--write]

The table tells the middle one of all runs, and in how many of them a line holds. ``--scripts`` names a folder of
training scripts to measure as well; ``--write`` puts the table and its picture into ``docs/``, after every run. The
exit code is 1 where a line does not hold in every run.
"""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import venv
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from picture import bars

BENCHMARKS = Path(__file__).resolve().parent
DOCS = BENCHMARKS.parent / "docs"
PICTURE = "![Processor seconds on the files of Keras](performance.svg)\n"
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"
CHECK = (sys.executable, "-m", "keraslint", "check", "-q", "--exit-zero", "--output-format", "concise")
PEERS = ("ruff", "flake8", "flake8-bugbear", "flake8-comprehensions", "torchfix")
FILES = 5000
MOST_KEPT = 10_000
LONGEST = 300
TREE = "5,000 files, 1.7 % of them with Keras"
HALF = "2,500 files"
PEER_AIMS = {"TorchFix": 1 / 8, "flake8": 1 / 8, "ruff": None}
VERSIONS = (
    f"from importlib.metadata import version; print(*(f'{{n}} {{version(n)}}' for n in {PEERS}), sep=', ')"
)


class Usage(NamedTuple):
    """What a process and those that it started took."""

    clock: float
    processor: float
    megabytes: float
    output: str
    is_finished: bool


class Row(NamedTuple):
    """A line of the table: what one run reached, of what, and what is aimed at."""

    name: str
    reached: float
    unit: str
    aim: float | None

    @property
    def holds(self) -> bool:
        """Whether what is aimed at was reached."""
        return self.aim is None or self.reached <= self.aim


def told(rows: Sequence[Row]) -> str:
    """One line, as several runs have it, as Markdown."""
    middle = sorted(rows, key=lambda row: row.reached)[len(rows) // 2]
    aim = holds = ""
    if middle.aim is not None:
        aim, holds = f"at most {middle.aim:g}", f"{sum(row.holds for row in rows)} of {len(rows)}"
    return f"| {middle.name} | {middle.reached:.3g} {middle.unit} | {aim} | {holds} |"


def usage(command: Sequence[str], folder: Path) -> Usage:
    """Run a command in a folder, and stop it where it takes too long."""
    with tempfile.TemporaryFile() as out:
        begin = os.times()
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.DEVNULL)
        alarm = threading.Timer(LONGEST, process.kill)
        alarm.start()
        _, status, used = os.wait4(process.pid, 0)
        alarm.cancel()
        clock = os.times().elapsed - begin.elapsed
        process.returncode = 0
        # Of what a peer finds in 5,000 files, nothing is kept: a process begins with the memory of the one that starts it.
        out.seek(max(0, out.seek(0, os.SEEK_END) - MOST_KEPT))
        text = out.read().decode("utf-8", "replace")
    return Usage(
        clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text, not os.WIFSIGNALED(status)
    )


class Bench:
    """Measurements in turns: each has a name, a command, its folder, and what is to be done before it.

    Each is taken in the first round, and then in ``every`` so many.
    """

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        self._measures: dict[str, tuple[Sequence[str], Path, Callable[[], None], int]] = {}
        self._taken: dict[str, list[Usage]] = defaultdict(list)

    def add(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        before: Callable[[], None] = lambda: None,
        every: int = 1,
    ) -> None:
        """Take a measurement into the turns."""
        self._measures[name] = (command, folder, before, every)

    def run(self) -> None:
        """Measure, and forget what was measured before."""
        self._taken.clear()
        for number in range(self._rounds):
            for name, (command, folder, before, every) in self._measures.items():
                if number % every == 0:
                    before()
                    self._taken[name].append(usage(command, folder))
                    say(f"round {number + 1}: {name} {self._taken[name][-1][:3]}")

    def __contains__(self, name: str) -> bool:
        return name in self._taken

    def is_finished(self, name: str) -> bool:
        """Whether nobody had to stop it."""
        return all(each.is_finished for each in self._taken[name])

    def processor(self, name: str) -> float:
        """The median of the processor seconds."""
        return statistics.median(each.processor for each in self._taken[name])

    def clock(self, name: str) -> float:
        """The median of the seconds."""
        return statistics.median(each.clock for each in self._taken[name])

    def memory(self, name: str) -> float:
        """The peak of the largest process."""
        return max(each.megabytes for each in self._taken[name])

    def printed(self, name: str, pattern: str = r"([\d.]+) seconds") -> float:
        """The median of what the program says that it measured; the largest number where it measured several."""
        return statistics.median(
            max(map(float, re.findall(pattern, each.output))) for each in self._taken[name]
        )


def compile_own() -> None:
    """Compile keraslint, as its installation does: a checkout may have nowhere to keep what Python compiles."""
    for name in ("keraslint", "keraslint.rules"):
        spec = find_spec(name)
        assert spec is not None
        for folder in spec.submodule_search_locations or ():
            compileall.compile_dir(folder, quiet=1)


def keras_files(folder: Path) -> None:
    """Copy those parts of the installed Keras of which every file uses Keras."""
    spec = find_spec("keras")
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).parent / "src"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("applications", "layers", "trainers"):
        shutil.copytree(source / name, folder / name, ignore=ignored)
    (folder / "pyproject.toml").touch()


def large_tree(folder: Path, files: int) -> None:
    """Copy installed packages that know nothing of Keras, and a few scripts that do."""
    spec = find_spec("keras")
    assert spec is not None
    assert spec.origin is not None
    site = Path(spec.origin).parents[1]
    # The largest first: half of the tree has the one that takes most memory, too.
    layers = sorted((Path(spec.origin).parent / "src" / "layers").rglob("*.py"), key=_by_size)[: files // 60]
    chosen: list[Path] = []
    for path in sorted(site.rglob("*.py")):
        if len(chosen) == files - len(layers):
            break
        data = path.read_bytes()
        if data and b"keras" not in data and b"tensorflow" not in data:
            chosen.append(path)
    for number, path in enumerate(layers):
        (folder / "training").mkdir(exist_ok=True)
        shutil.copyfile(path, folder / "training" / f"script_{number}.py")
    for path in chosen:
        target = folder / "packages" / path.relative_to(site)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    (folder / "pyproject.toml").touch()


def _by_size(path: Path) -> tuple[int, Path]:
    return -path.stat().st_size, path


def peers_in(folder: Path) -> Path:
    """Install the peers; return where their programs are."""
    programs = folder / "bin"
    if not (programs / "torchfix").exists():
        venv.create(folder, with_pip=True)
        subprocess.run((programs / "python", "-m", "pip", "install", "--quiet", *PEERS), check=True)
    return programs


def measures(bench: Bench, name: str, folder: Path, programs: Path) -> None:
    """What is measured on a folder of files that all use Keras."""
    changed = changing(folder)
    bench.add(f"{name}: bare parse", script("floors.py", "."), folder)
    bench.add(f"{name}: of the changed file", script("floors.py", ".", "--changed", str(changed)), folder)
    bench.add(f"{name}: cold", (*CHECK, "--no-cache", "-j", "1"), folder)
    bench.add(f"{name}: two processes", (*CHECK, "--no-cache", "-j", "2"), folder)
    bench.add(f"{name}: first", (*CHECK, "-j", "1"), folder)
    bench.add(f"{name}: warm", (*CHECK, "-j", "1"), folder)
    bench.add(f"{name}: one changed", (*CHECK, "-j", "1"), folder, lambda: touch(changed))
    bench.add(
        f"{name}: ruff", (str(programs / "ruff"), "check", "-q", "--select", "ALL", "--no-cache", "."), folder
    )
    bench.add(f"{name}: flake8", (str(programs / "flake8"), "-j", "1", "--isolated", "."), folder, every=2)


def script(name: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs another benchmark."""
    return (sys.executable, str(BENCHMARKS / name), *arguments)


def changing(folder: Path) -> Path:
    """The file that changes: the one of middle size among those that use Keras."""
    texts = {path: path.read_bytes() for path in sorted(folder.rglob("*.py"))}
    with_keras = sorted(
        (path for path in texts if b"keras" in texts[path]), key=lambda path: len(texts[path])
    )
    return with_keras[len(with_keras) // 2]


def touch(path: Path) -> None:
    """Change a file."""
    with path.open("a", encoding="utf-8") as file:
        file.write("# changed\n")


def rows(bench: Bench, name: str) -> Iterator[Row]:
    """What is reached on a folder of files that all use Keras."""
    parse = bench.printed(f"{name}: bare parse")
    cold = bench.processor(f"{name}: cold")
    yield Row(f"{name}: bare parse", parse, "s", None)
    yield Row(f"{name}: cold, one process", cold / parse, "x the bare parse", 1.3)
    yield Row(f"{name}: cold, two processes", bench.clock(f"{name}: two processes") / parse, "x", 0.75)
    yield Row(f"{name}: warm, nothing changed", bench.processor(f"{name}: warm") / parse, "x", 0.03)
    changed = bench.processor(f"{name}: one changed")
    may_take = bench.printed(f"{name}: of the changed file") + 0.03 * parse
    yield Row(f"{name}: warm, one file changed", changed / may_take, f"x the {may_take:.2f} s that it may", 1)
    for peer, aim in PEER_AIMS.items():
        if f"{name}: {peer}" in bench:
            yield against(bench, name, peer, aim)
    yield Row(f"{name}: memory, one process", bench.memory(f"{name}: cold"), "MB", None)


def against(bench: Bench, name: str, peer: str, aim: float | None) -> Row:
    """How much of the time of a peer a cold check takes: at most that, where the peer was stopped."""
    there = bench.processor(f"{name}: {peer}")
    stopped = "" if bench.is_finished(f"{name}: {peer}") else f" (not finished after {LONGEST} s)"
    reached = bench.processor(f"{name}: cold") / there
    return Row(f"{name}: cold, against {peer}", reached, f"x its {there:.2f} s{stopped}", aim)


def everything(bench: Bench, names: Sequence[str]) -> list[Row]:
    """All that was reached."""
    found = [row for name in names for row in rows(bench, name)]
    nothing = bench.processor("python -c pass")
    found += [
        Row(f"start: {flag}", bench.processor(flag) / nothing, "x `python -c pass`", 4)
        for flag in ("--version", "--help")
    ]
    theirs = bench.clock(f"{TREE}: ruff")
    whole, half = bench.memory(f"{TREE}: one process"), bench.memory(f"{HALF}: one process")
    return [
        *found,
        Row(f"{TREE}: cold", bench.clock(f"{TREE}: keraslint") / theirs, f"x ruff's {theirs:.1f} s", 2),
        Row(f"{TREE}: memory, largest of several processes", bench.memory(f"{TREE}: keraslint"), "MB", None),
        Row(f"{TREE}: memory, one process", whole / half, f"x the {half:.0f} MB of {HALF}", 1.1),
        Row(
            "a keystroke in 500 lines, to the diagnostics",
            bench.printed("a keystroke", r"ratio ([\d.]+)"),
            "x the bare parse",
            2,
        ),
        Row("growth, the largest exponent", bench.printed("growth", r"exponent +([\d.]+)"), "", 1.1),
    ]


def machine(programs: Path) -> str:
    """What all of it was measured on."""
    peers = usage((str(programs / "python"), "-c", VERSIONS), programs).output.strip()
    software = (
        f"Python {platform.python_version()}, libcst {version('libcst')}, keras {version('keras')}, {peers}"
    )
    return f"{os.cpu_count()} processors, {platform.system()}, {software}"


def write(figures: str, seconds: Mapping[str, float]) -> None:
    """Put the table into the page, and its picture beside it."""
    page = DOCS / "performance.md"
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{figures}\n{PICTURE}\n{END}{after}", encoding="utf-8")
    (DOCS / "performance.svg").write_text(bars(seconds), encoding="utf-8")


def main() -> int:
    """Measure, and print the table; return 1 where something is not reached."""
    parser = argparse.ArgumentParser(description="Measure keraslint beside its peers.")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scripts", type=Path, help="a folder of training scripts")
    parser.add_argument("--peers", type=Path, default=Path(tempfile.gettempdir()) / "keraslint-peers")
    parser.add_argument("--write", action="store_true", help="put the table and its picture into docs/")
    options = parser.parse_args()
    programs = peers_in(options.peers)
    compile_own()
    bench = Bench(options.rounds)
    with tempfile.TemporaryDirectory() as top:
        keras, tree, half, scripts = (
            Path(top).resolve() / name for name in ("keras", "tree", "half", "scripts")
        )
        for folder in (keras, tree, half):
            folder.mkdir()
        keras_files(keras)
        large_tree(tree, FILES)
        large_tree(half, FILES // 2)
        names = ["Keras"]
        measures(bench, "Keras", keras, programs)
        # It reads those files alone that name torch: of training scripts with Keras, next to none.
        torchfix = (str(programs / "torchfix"), "--select", "ALL", ".")
        bench.add("Keras: TorchFix", torchfix, keras, every=2)
        if options.scripts is not None:
            shutil.copytree(options.scripts, scripts, symlinks=True, ignore=shutil.ignore_patterns(".git"))
            names.append("scripts")
            measures(bench, "scripts", scripts, programs)
        bench.add(f"{TREE}: keraslint", (*CHECK, "--no-cache"), tree)
        bench.add(f"{TREE}: one process", (*CHECK, "--no-cache", "-j", "1"), tree)
        bench.add(f"{HALF}: one process", (*CHECK, "--no-cache", "-j", "1"), half)
        bench.add(
            f"{TREE}: ruff",
            (str(programs / "ruff"), "check", "-q", "--select", "ALL", "--no-cache", "."),
            tree,
        )
        bench.add("python -c pass", (sys.executable, "-c", "pass"), keras)
        for flag in ("--version", "--help"):
            bench.add(flag, (sys.executable, "-m", "keraslint", flag), keras)
        bench.add("a keystroke", script("keystroke.py"), keras)
        bench.add("growth", script("growth.py", "--rounds", "1"), keras, every=options.rounds)
        runs: list[list[Row]] = []
        for _ in range(options.runs):
            bench.run()
            runs.append(everything(bench, names))
            figures = table(runs, options.rounds, machine(programs))
            say(f"\n{figures}")
            if options.write:
                write(figures, pictured(bench))
    return int(not all(row.holds for run in runs for row in run))


def table(runs: Sequence[Sequence[Row]], rounds: int, where: str) -> str:
    """What all runs reached, as Markdown."""
    lines = "\n".join(told(rows) for rows in zip(*runs, strict=True))
    number = "one run" if len(runs) == 1 else f"{len(runs)} runs"
    medians = f"the middle one of {number}, each the median of {rounds} rounds"
    return (
        f"Measured on {where}: {medians}.\n\n| what | reached | aim | holds |\n|---|---|---|---|\n{lines}\n"
    )


def pictured(bench: Bench) -> dict[str, float]:
    """The seconds of the picture."""
    return {
        "keraslint, warm": bench.processor("Keras: warm"),
        "keraslint, cold": bench.processor("Keras: cold"),
        "bare parse by LibCST": bench.printed("Keras: bare parse"),
        **{peer: bench.processor(f"Keras: {peer}") for peer in PEER_AIMS},
    }


def say(line: str) -> None:
    """Write one line to standard output."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
