"""One run of one program: what is asked for, and what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from enum import Enum
from pathlib import Path


class Data(Enum):
    """What a program trains on: its own data, or its first batches kept in memory."""

    OWN = "own"
    IN_MEMORY = "in-memory"


class End(Enum):
    """How a run ended."""

    FINISHED = "finished"
    CUT = "cut"
    RAISED = "raised"
    EXITED_EARLY = "exited-early"
    TRAINED_NOTHING = "trained-nothing"
    MISSING_PACKAGE = "missing-package"
    WANTED_INPUT = "wanted-input"
    OUT_OF_MEMORY = "out-of-memory"
    TIMED_OUT = "timed-out"
    KILLED = "killed"

    @property
    def is_measured(self) -> bool:
        """Whether the run's times can be compared."""
        return self in (End.FINISHED, End.CUT)


@dataclass(frozen=True, slots=True)
class Program:
    """What is run: a script as its user would start it.

    ``folder`` is the working directory; ``environment`` is set on top of the process's own.
    """

    script: Path
    folder: Path
    python: Path
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """How to run a program.

    ``steps`` and ``seconds`` (of training, both from the end of its first step) are where the
    runner cuts it, and ``wall`` seconds after the start of the process, once it has made a second step; a
    program that trains nothing is cut in its evaluation, prediction or iteration if ``untrained`` says so, for
    these may also come before training. ``timeout`` is in seconds for the whole process. ``capture`` is a
    folder that takes what the program trained on and what came of it, for the comparison of results: such a
    run is not timed, and what it leaves to chance is the same each time. ``protected`` are files and folders
    that the program may read and must not write to.
    """

    program: Program
    data: Data = Data.OWN
    steps: int | None = None
    seconds: float | None = None
    timeout: float = 600.0
    capture: Path | None = None
    untrained: bool = False
    protected: tuple[Path, ...] = ()
    wall: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What was seen of a run; times are in seconds, memory in bytes.

    ``startup`` lasts until the first step begins (imports, data, building); ``first_step`` is
    that step, tracing included, and what Python waited before it for elements of datasets, which are no part
    of ``startup``; ``steady`` is everything from its end to the end of the last
    step, what lies between steps and epochs included. ``step_times`` are the steady steps, each
    from the end of the one before; a program of a single step has no steady time. ``kind`` says
    what a step was: ``train`` (a step of the compiled training function), ``train_on_batch``,
    ``custom`` (an update by a loop of the program's own), ``predict``, ``evaluate``, ``call`` (of a
    compiled function or a model that updates nothing) or ``iterate`` (an element of a dataset in a
    Python loop). Training counts before evaluation, that before calls, those before iteration.
    ``cpu`` is the processor time of ``steady`` divided by its length, in cores. ``waited`` is the part of
    ``steady`` in which Python took elements from datasets; what a compiled function takes by itself is
    not seen. ``kept`` counts the datasets that ran from memory in place of the program's own: where there
    is none, a run on data in memory says nothing. ``sources`` are the files that were loaded as modules,
    by absolute path, those of the installation aside.
    """

    end: End
    wall: float
    startup: float = 0.0
    first_step: float = 0.0
    steady: float = 0.0
    kind: str = ""
    step_times: tuple[float, ...] = ()
    peak_memory: int = 0
    cpu: float = 0.0
    waited: float = 0.0
    software: Mapping[str, str] = field(default_factory=dict)
    kept: int = 0
    sources: tuple[str, ...] = ()
    error: str = ""
