"""How a run ended, read from what it left behind."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keraslint.verify.run import End

_LINES = 12
_COLUMNS = 300
# What the libraries below Python say when memory runs out.
_NO_MEMORY = ("std::bad_alloc", "RESOURCE_EXHAUSTED", "Cannot allocate memory", "CUDA_ERROR_OUT_OF_MEMORY")
_NO_MEMORY_TYPES = {"MemoryError", "ResourceExhaustedError", "OutOfMemoryError"}


@dataclass(frozen=True, slots=True)
class Remains:
    """What is left of a run: the probe's record if it came to write one, status and last output."""

    record: Mapping[str, Any] | None
    status: int
    timed_out: bool
    stdout: str
    stderr: str


def end_of(remains: Remains) -> tuple[End, str]:
    """How the run ended, and the last lines of its error where it did not end well."""
    if remains.record is None:
        return _end_without_record(remains)
    if remains.record["cut"]:
        return End.CUT, ""
    ending = remains.record["ending"]
    trained = "steps" in remains.record
    if ending["how"] == "raised":
        return _end_of_exception(ending)
    if ending["status"] != 0:
        return End.EXITED_EARLY, _said(remains, f"The script exits with status {ending['status']}.")
    if ending["how"] == "exited" and not trained:
        return End.EXITED_EARLY, _said(remains, "The script exits before it trains anything.")
    if not trained:
        return End.TRAINED_NOTHING, _said(remains, "The script ends without a step of training.")
    return End.FINISHED, ""


def _end_without_record(remains: Remains) -> tuple[End, str]:
    if remains.timed_out:
        return End.TIMED_OUT, _said(remains, "The script did not end within its time limit.")
    if remains.status < 0:
        if any(words in remains.stderr for words in _NO_MEMORY):
            return End.OUT_OF_MEMORY, _said(remains, "")
        name = signal.Signals(-remains.status).name
        cause = ": the system does that when memory runs out" if name == "SIGKILL" else ""
        return End.KILLED, _said(remains, f"The script was ended by {name}{cause}.")
    return End.EXITED_EARLY, _said(remains, f"The process ends at once with status {remains.status}.")


def _end_of_exception(ending: Mapping[str, Any]) -> tuple[End, str]:
    types = set(ending["types"])
    message = ending["message"]
    error = _last_lines(ending["traceback"])
    if "ModuleNotFoundError" in types or ("ImportError" in types and ending["package"] is None):
        return End.MISSING_PACKAGE, error
    if types & _NO_MEMORY_TYPES or "RESOURCE_EXHAUSTED" in message:
        return End.OUT_OF_MEMORY, error
    if ("EOFError" in types and message in ("EOF when reading a line", "")) or "BdbQuit" in types:
        return End.WANTED_INPUT, error
    return End.RAISED, error


def _said(remains: Remains, sentence: str) -> str:
    last = _last_lines(remains.stderr if remains.stderr.strip() else remains.stdout)
    return f"{sentence}\n{last}".strip()


def _last_lines(text: str) -> str:
    # A progress bar overwrites its line; the last state of it is what was to be seen.
    lines = [line.rsplit("\r", 1)[-1].rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    return "\n".join([line[:_COLUMNS] for line in lines if line.strip()][-_LINES:])
