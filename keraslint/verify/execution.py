"""A program run once, in a process group of its own, and what became of it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from keraslint.verify.ends import Remains
from keraslint.verify.ends import end_of
from keraslint.verify.offspring import MARK
from keraslint.verify.offspring import kill_all
from keraslint.verify.run import Data
from keraslint.verify.run import End
from keraslint.verify.run import Request
from keraslint.verify.run import Run

_PROBE = Path(__file__).parent / "probe"
_TAIL = 16_384


def execute(request: Request) -> Run:
    """Run the program under the probe; whatever the program does, this returns what was seen.

    No process that the program started is left, nor a file in its temporary folder; Ctrl-C ends
    them too.
    """
    with tempfile.TemporaryDirectory(prefix="keraslint-", ignore_cleanup_errors=True) as folder:
        return _execute(request, Path(folder))


def _execute(request: Request, folder: Path) -> Run:
    results = folder / "results.json"
    temporary = folder / "tmp"
    temporary.mkdir()
    mark = folder.name
    started = time.perf_counter()
    with (folder / "stdout").open("wb") as stdout, (folder / "stderr").open("wb") as stderr:
        try:
            process = subprocess.Popen(
                _command(request, results),
                cwd=request.program.folder,
                env=_environment(request, mark, temporary),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        except OSError as error:
            return Run(end=End.RAISED, wall=0.0, error=f"{request.program.python} cannot be started: {error}")
        try:
            timed_out = _wait(process, request.timeout)
            wall = time.perf_counter() - started
        finally:
            kill_all(process, mark)
    record = json.loads(results.read_text(encoding="utf-8")) if results.exists() else None
    remains = Remains(
        record=record,
        status=process.returncode,
        timed_out=timed_out,
        stdout=_tail(folder / "stdout"),
        stderr=_tail(folder / "stderr"),
    )
    end, reason = end_of(remains)
    return _run(end, reason, record or {}, started, wall)


def _command(request: Request, results: Path) -> list[str]:
    program = request.program
    command = [str(program.python), str(_PROBE), "--out", str(results)]
    if request.data is Data.IN_MEMORY:
        command += ["--data", "in-memory"]
    if request.steps is not None:
        command += ["--steps", str(request.steps)]
    if request.seconds is not None:
        command += ["--seconds", str(request.seconds)]
    if request.wall is not None:
        command += ["--wall", str(request.wall)]
    if request.untrained:
        command.append("--untrained")
    if request.capture is not None:
        command += ["--capture", str(request.capture.absolute())]
    for path in request.protected:
        command += ["--protected", str(path.absolute())]
    return [*command, "--", str(program.script), *program.arguments]


def _environment(request: Request, mark: str, temporary: Path) -> dict[str, str]:
    # The order of a set of words changes with the seed of their hashes.
    seeded = {} if request.capture is None else {"PYTHONHASHSEED": "0"}
    return {
        "TF_CPP_MIN_LOG_LEVEL": "2",
        **seeded,
        **os.environ,
        "TMPDIR": str(temporary),
        **request.program.environment,
        MARK: mark,
    }


def _wait(process: subprocess.Popen[bytes], timeout: float) -> bool:
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        return True
    return False


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return file.read().decode("utf-8", "replace")


def _run(end: End, error: str, record: dict[str, Any], started: float, wall: float) -> Run:
    steps = record.get("steps")
    seen: dict[str, Any] = {}
    if steps is not None:
        steady = steps["ended"] - steps["first_ended"]
        seen = {
            # The clock is the system's: both processes read the same.
            "startup": steps["began"] - started - steps["waited_before"],
            "first_step": steps["first_ended"] - steps["began"] + steps["waited_before"],
            "steady": steady,
            "kind": steps["kind"],
            "step_times": tuple(steps["times"]),
            "cpu": steps["cpu"] / steady if steady else 0.0,
            "waited": steps["waited"],
        }
    return Run(
        end=end,
        wall=wall,
        peak_memory=record.get("peak_memory", 0),
        software=record.get("software", {}),
        kept=record.get("kept", 0),
        sources=tuple(record.get("sources", ())),
        error=error,
        **seen,
    )
