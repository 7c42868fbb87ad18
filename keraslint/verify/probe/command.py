"""The command line of the probe, from the start of the script to the results."""

from __future__ import annotations

import argparse
import atexit
import json
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .capture import Capture
from .imports import HookingFinder
from .keras_hooks import KerasHooks
from .machine import loaded_sources
from .machine import peak_memory
from .machine import software
from .memory import Memory
from .modules import hooks_by_module
from .protection import protect
from .script import Ending
from .script import run
from .seeding import seeding_hooks
from .session import Session
from .tensorflow_hooks import Calls
from .tensorflow_hooks import TensorFlowHooks
from .timeline import Timeline

# How long a script that was cut may take over what it registered for its end.
_PATIENCE = 10.0


def main(arguments: Sequence[str]) -> None:
    """Run the script that the arguments name, and write what was seen of it."""
    options = _parse(arguments)
    timeline = Timeline(options.steps, options.seconds, options.untrained, options.wall)
    memory = Memory(options.steps, options.seconds) if options.data == "in-memory" else None
    capture = Capture() if options.capture else None
    session = Session(timeline, memory, capture)
    calls = Calls(session)
    results = _Results(options, session)
    timeline.when_defied = lambda: results.end_now(Ending("cut"))
    hooks = hooks_by_module(KerasHooks(session, calls), TensorFlowHooks(session, calls))
    if capture is not None:
        capture.note_warnings()
        hooks.update(seeding_hooks())
    HookingFinder(hooks).install()
    for path in options.protected:
        protect(path)
    ending = run(options.script[0], options.script[1:])
    if timeline.is_cut:
        results.end_now(ending)
    results.write(ending)
    # Threads that the script did not wait for may still train.
    atexit.register(results.write, ending)
    sys.exit(ending.status)


def _parse(arguments: Sequence[str]) -> Any:
    parser = argparse.ArgumentParser(prog="probe")
    parser.add_argument("--out", required=True)
    parser.add_argument("--data", choices=["own", "in-memory"], default="own")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--wall", type=float)
    parser.add_argument("--untrained", action="store_true")
    parser.add_argument("--capture")
    parser.add_argument("--protected", action="append", default=[])
    parser.add_argument("script", nargs="+")
    return parser.parse_args(arguments)


class _Results:
    """The file that says what was seen."""

    def __init__(self, options: Any, session: Session) -> None:
        # The script may change its folder.
        self._out = Path(options.out).absolute()
        self._capture = Path(options.capture).absolute() if options.capture else None
        self._session = session
        self._process = os.getpid()

    def write(self, ending: Ending) -> None:
        """Write the file, whole or not at all, and never from a process that the script forked."""
        if os.getpid() != self._process:
            return
        timeline = self._session.timeline
        steps = timeline.steps
        record = {
            "ending": ending.as_json(),
            "cut": timeline.is_cut,
            "peak_memory": peak_memory(),
            "software": software(),
            "sources": loaded_sources(),
            "kept": self._session.memory.kept if self._session.memory is not None else 0,
        }
        if steps is not None:
            record["steps"] = {
                "kind": steps.kind,
                "began": steps.began,
                "first_ended": steps.first_ended,
                "ended": steps.ended,
                "cpu": steps.cpu - steps.first_cpu,
                "waited": steps.waited - steps.first_waited,
                "waited_before": steps.waited_before,
                "times": list(steps.times),
            }
            if self._session.capture is not None and self._capture is not None:
                self._session.capture.save(self._capture, steps.kind, timeline.is_cut)
        partial = self._out.with_suffix(".partial")
        partial.write_text(json.dumps(record), encoding="utf-8")
        partial.replace(self._out)

    def end_now(self, ending: Ending) -> None:
        """Write the results and end the process, whatever threads it has."""
        if os.getpid() == self._process:
            self.write(ending)
            threading.Timer(_PATIENCE, os._exit, [0]).start()
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(0)
