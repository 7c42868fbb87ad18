"""Kill `keraslint check --fix` at random moments, fill its disk and save files under its hands.

Three hundred files and notebooks, each with one finding, are fixed by a process that is killed again and again; a
file must be old or new, complete, of its mode, and a link where it was one. Then someone saves files while they
are fixed, and no save may be lost. Last, the disk has room for some of the new files alone::

    python benchmarks/interrupted.py [--kills 50] [--files 300] [--seed 0]
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from unittest import mock

from keraslint.cli import checking
from keraslint.cli.app import keraslint
from keraslint.outcome import Outcome

SCRIPT = """\
import keras

model = keras.Sequential([keras.layers.Dense({number})])
model.compile(loss="mse")
model.fit_generator(batches, epochs=2)  # {filler}
"""
COMMAND = ("check", "--isolated", "--fix", "--select", "KL501,KL502", "--jobs", "1", "--quiet")
DATA = """\
import keras


class Batches(keras.utils.PyDataset):
    def __init__(self, samples):
        super().__init__()
        self.samples = samples

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        return self.samples[index], self.samples[index]
"""
TRAINING = """\
import keras
from data_{number:03} import Batches

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(Batches(samples), epochs=2, workers=4)
"""
OLD, NEW = ".fit_generator(", ".fit("
ROOM = 4096
"""What is left on the disk that is too small: enough for some of the files."""
FILLER = "größer als ein Block " * 300


def main() -> int:
    """Do all three; return 1 where something was torn or lost."""
    parser = argparse.ArgumentParser(description="Kill fixing at random moments, and see what is left.")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    wrong: list[str] = []
    for trial in (lambda p: killed(p, given.kills, chance), lambda p: saved(p, chance), full):
        with tempfile.TemporaryDirectory() as top:
            project = Project(Path(top), given.files)
            wrong += trial(project)
    for line in wrong:
        say(f"! {line}")
    return int(bool(wrong))


class Project:
    """A folder of files to be fixed: scripts, notebooks, links, several modes."""

    def __init__(self, top: Path, number: int) -> None:
        self.folder = top / "project"
        self.folder.mkdir()
        (top / "elsewhere").mkdir()
        self.old: dict[Path, bytes] = {}
        self.modes: dict[Path, int] = {}
        self.links: set[Path] = set()
        for index in range(number):
            text = SCRIPT.format(number=index + 1, filler=FILLER[: index % 15 * 400])
            path = self.folder / f"train_{index:03}.{'ipynb' if index % 6 == 0 else 'py'}"
            self.old[path] = notebook(text) if index % 6 == 0 else text.encode()
            self.modes[path] = (0o644, 0o600, 0o755)[index % 3]
            if index % 10 == 1:
                path.symlink_to(top / "elsewhere" / path.name)
                self.links.add(path)
        self.new = {path: data.replace(OLD.encode(), NEW.encode()) for path, data in self.old.items()}
        self.pairs = [self._pair(index) for index in range(number // 10)]
        self.reset()

    def _pair(self, number: int) -> tuple[Path, Path]:
        """Two files of one fix: the class has to take what the training hands over."""
        data, training = (self.folder / f"{kind}_{number:03}.py" for kind in ("data", "fit"))
        self.old[data] = DATA.encode()
        self.new[data] = (
            DATA.replace("self, samples", "self, samples, **kwargs").replace("__()", "__(**kwargs)").encode()
        )
        old = TRAINING.format(number=number)
        self.old[training] = old.encode()
        self.new[training] = (
            old.replace(", workers=4", "").replace("Batches(samples)", "Batches(samples, workers=4)").encode()
        )
        self.modes |= {data: 0o644, training: 0o644}
        return data, training

    def reset(self) -> None:
        """Write every file as it was."""
        for path, data in self.old.items():
            path.write_bytes(data)
            path.chmod(self.modes[path])

    def fixed(self) -> int:
        """How many files are new."""
        return sum(path.read_bytes() == data for path, data in self.new.items())

    def wrong(self) -> Iterator[str]:
        """What is torn, lost or left behind under a name that anybody looks at."""
        for path, data in self.old.items():
            if not path.exists() or path.read_bytes() not in (data, self.new[path]):
                yield f"{path.name} is neither old nor new"
            elif stat.S_IMODE(path.stat().st_mode) != self.modes[path]:
                yield f"{path.name} has another mode"
            if path.is_symlink() != (path in self.links):
                yield f"{path.name} is no link any more"
        for data_file, training in self.pairs:
            is_new = [path.read_bytes() == self.new[path] for path in (data_file, training)]
            if is_new == [False, True]:
                yield f"{training.name} hands over what {data_file.name} does not take"

    def rest(self) -> list[Path]:
        """What a killed process leaves beside the files."""
        folders = (self.folder, self.folder.parent / "elsewhere")
        known = {Path(os.path.realpath(path)) for path in self.old} | set(self.old)
        found = [path for folder in folders for path in folder.iterdir() if path not in known]
        return [path for path in found if not path.name.startswith(".keraslint_cache")]

    def fix(self, *options: str, before: Callable[[], None] = lambda: None) -> int:
        """Start fixing in a process of its own, and return its number."""
        pid = os.fork()
        if pid:
            return pid
        os.chdir(self.folder)
        before()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        try:
            keraslint.main([*COMMAND, *options, "."], standalone_mode=False)
        finally:
            os._exit(0)


def notebook(text: str) -> bytes:
    """A notebook of one cell."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": text.splitlines(keepends=True)}
    return json.dumps(
        {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1
    ).encode()


def killed(project: Project, kills: int, chance: random.Random) -> Iterator[str]:
    """Kill a whole run at any moment, or one that knows what to write at some moment of its writing.

    Nearly all of a run is reading and thinking, where a death changes nothing: every tenth kill is for that.
    """
    known = outcome_of(project)
    start = time.monotonic()
    os.waitpid(project.fix(), 0)
    took = time.monotonic() - start
    if project.fixed() != len(project.old):
        yield f"{project.fixed()} of {len(project.old)} files are fixed by a run that nobody kills"
    found: Counter[str] = Counter()
    for number in range(kills):
        project.reset()
        if number % 10 == 0:
            pid = project.fix()
            time.sleep(chance.uniform(0, took))
        else:
            pid = project.fix(before=lambda: setattr(checking, "run", lambda *given: known))
            wait_for(project, chance.randint(0, len(project.old) - 1), pid)
            time.sleep(chance.uniform(0, 0.003))
        os.kill(pid, signal.SIGKILL)
        found["killed"] += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
        written = project.fixed()
        found["while it wrote"] += 0 < written < len(project.old)
        found["files written before the end"] += written
        yield from (f"kill {number}: {line}" for line in project.wrong())
        for path in project.rest():
            found["temporary files left behind"] += 1
            if not (path.name.startswith(".") and path.suffix == ".tmp"):
                yield f"kill {number}: {path.name} is left behind"
            path.unlink()
    os.waitpid(project.fix(), 0)
    if project.fixed() != len(project.old):
        yield "the last run does not end what the killed ones began"
    say(", ".join(f"{key} {number}" for key, number in found.items()))


def outcome_of(project: Project) -> Outcome:
    """What fixing comes to, before anything is written."""
    found: list[Outcome] = []
    made = checking.run

    def run(*given: Any) -> Outcome:
        found.append(made(*given))
        return found[0]

    nowhere = contextlib.redirect_stdout(io.StringIO())
    with mock.patch.object(checking, "run", run), contextlib.chdir(project.folder), nowhere:
        keraslint.main([*COMMAND, "--diff", "."], standalone_mode=False)
    return found[0]


def wait_for(project: Project, number: int, pid: int) -> None:
    """Wait until so many files are written, or the process is about to end."""
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if project.fixed() >= number:
            return


def saved(project: Project, chance: random.Random) -> Iterator[str]:
    """Save files while they are fixed; whatever was saved last has to be there, fixed or not."""
    last: dict[Path, bytes] = {}
    pid = project.fix()
    number = 0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        path = chance.choice(
            [each for each in project.old if each.suffix == ".py" and each not in chain(*project.pairs)]
        )
        number += 1
        last[path] = project.old[path] + f"# saved {number}\n".encode()
        if chance.random() < 0.5 or path.is_symlink():
            path.write_bytes(last[path])
        else:
            other = path.with_suffix(".saved")
            other.write_bytes(last[path])
            other.replace(path)
        time.sleep(chance.uniform(0, 0.1))
    os.waitpid(pid, 0)
    there = {path: path.read_bytes() for path in last}
    for path, data in last.items():
        if there[path] not in (data, data.replace(OLD.encode(), NEW.encode())):
            yield f"what was saved in {path.name} is lost"
    same = sum(there[path] == data for path, data in last.items())
    say(
        f"{number} saves of {len(last)} files: {same} as they were saved, {len(last) - same} fixed after that"
    )


def full(project: Project) -> Iterator[str]:
    """Fix with a limit on the size of files, and on a disk that is too small."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    os.waitpid(project.fix(before=limit), 0)
    yield from project.wrong()
    yield from (f"{path.name} is left behind" for path in project.rest())
    say(f"with files of 3000 bytes at most, {project.fixed()} of {len(project.old)} were written")
    with tempfile.TemporaryDirectory() as top, small_disk(Path(top)) as mounted:
        if not mounted:
            say("no small disk can be mounted here")
            return
        inside = Project(Path(top), 60)
        ballast = Path(top, "ballast")
        with contextlib.suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(bytes(1024))
                file.flush()
        os.truncate(ballast, ballast.stat().st_size - ROOM)
        os.waitpid(inside.fix("--no-cache"), 0)
        yield from inside.wrong()
        yield from (f"{path.name} is left behind" for path in inside.rest())
        say(f"on a full disk, {inside.fixed()} of {len(inside.old)} were written")


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of a megabyte at a folder, where one may be mounted."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield done
    finally:
        if done:
            subprocess.run(["umount", str(folder)], check=True)


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
