"""The end of a process and of everything that it started."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress

import psutil

# A variable by which a process is known that left the group of the program that started it.
MARK = "KERASLINT_RUN"

_PATIENCE = 3.0


def kill_all(process: subprocess.Popen[bytes], mark: str) -> None:
    """End the process, if it still runs, its group, and whoever else inherited the mark."""
    if process.poll() is None:
        _signal_group(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
    _signal_group(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait()
    for other in psutil.process_iter():
        with suppress(psutil.Error):
            if other.environ().get(MARK) == mark:
                other.kill()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(OSError):
        if hasattr(os, "killpg"):
            # The group outlives its leader while any child is in it.
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
