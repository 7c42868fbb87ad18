"""What is measured becomes a pair of programs, in folders that are cleared after every run."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from keraslint.evidence import concerns
from keraslint.verify.measuring import Executor
from keraslint.verify.measuring import Pair
from keraslint.verify.run import Program
from keraslint.verify.run import Request
from keraslint.verify.run import Run
from keraslint.verify.software import Software
from keraslint.verify.subjects import Subject
from keraslint.verify.sweep import Sweep
from keraslint.verify.sweep import SweepError
from keraslint.verify.sweep import read_sweep
from keraslint.verify.sweep import turned


@dataclass(frozen=True, slots=True)
class Sources:
    """The programs of a subject as text, and what its sweep turns in them."""

    subject: Subject
    bad: str
    good: str
    sweep: Sweep | None

    @property
    def hashes(self) -> tuple[str, str]:
        """SHA-256 of both programs."""
        bad, good = (hashlib.sha256(text.encode()).hexdigest() for text in (self.bad, self.good))
        return bad, good

    def turned(self, value: float) -> Sources:
        """The same with the knob of the sweep at another value."""
        assert self.sweep is not None
        bad, good = (turned(text, self.sweep.constant, value) for text in (self.bad, self.good))
        return Sources(self.subject, bad, good, None)


class UnmeasurableError(Exception):
    """Why there is no pair here, in one line."""


def sources_of(subject: Subject, software: Software, machine: str) -> Sources:
    """The programs of a subject; raises where it has none, or none for these versions and this machine."""
    bad, good = subject.programs
    if bad is None or good is None:
        raise UnmeasurableError("its fixtures, bad.py and good.py, are not installed")
    if subject.hardware == "accelerator" and not concerns(subject.hardware, machine):
        raise UnmeasurableError("it is about a GPU or another accelerator: to be measured on such a machine")
    if software.keras_generation not in subject.targets:
        wanted = " and ".join(map(str, subject.targets))
        raise UnmeasurableError(f"it is about Keras {wanted}: `--python` measures under another environment")
    if software.backend not in subject.backends:
        raise UnmeasurableError(f"it says nothing of the {software.backend} backend")
    try:
        sweep = None if subject.sweep is None else read_sweep(subject.sweep.decode())
        return Sources(subject, bad.decode(), good.decode(), sweep)
    except (SweepError, UnicodeError) as error:
        raise UnmeasurableError(f"its programs cannot be read: {error}") from None


@contextmanager
def pair_of(sources: Sources, software: Software, environment: Mapping[str, str]) -> Iterator[Pair]:
    """The pair of a subject, in a scratch folder that is gone afterwards."""
    subject = sources.subject
    with tempfile.TemporaryDirectory(prefix="keraslint-", ignore_cleanup_errors=True) as scratch:
        programs = {}
        for name, text in (("bad", sources.bad), ("good", sources.good)):
            folder = Path(scratch, name)
            folder.mkdir()
            script = folder / f"{name}.py"
            script.write_bytes(text.encode())
            programs[name] = Program(script, folder, software.python, (), environment)
        yield Pair(
            subject.code,
            subject.name,
            subject.claim,
            subject.measure,
            programs["bad"],
            programs["good"],
            subject.changes(programs["bad"].script),
        )


def clearing(execute: Executor) -> Executor:
    """The executor, leaving nothing of a run behind for the next one to find."""

    def run(request: Request) -> Run:
        try:
            return execute(request)
        finally:
            _clear(request.program)

    return run


def _clear(program: Program) -> None:
    for entry in program.folder.iterdir():
        if entry == program.script:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
