"""The forms of a script that are run, and how one of them is run."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Protocol

from keraslint.verify.own.trees import Trees
from keraslint.verify.run import Data
from keraslint.verify.run import Program
from keraslint.verify.run import Request
from keraslint.verify.run import Run


@dataclass(frozen=True, eq=False, slots=True)
class Arm:
    """A form of the script: ``files`` are those that differ from the user's, by their place in the project.

    ``changes`` says what the form changes in the results on purpose.
    """

    code: str
    name: str
    files: Mapping[Path, bytes] = field(default_factory=dict)
    changes: str | None = None


class Runner(Protocol):
    """Runs an arm once."""

    def __call__(self, arm: Arm, *, data: Data = Data.OWN, capture: Path | None = None) -> Run:
        """What was seen of the run."""


@dataclass(frozen=True, slots=True)
class Script:
    """The user's script: its place and its working directory in the project, and how it is called."""

    root: Path
    script: Path
    folder: Path
    python: Path
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScriptRunner:
    """Runs forms of a script, each run in a fresh copy of its project; ``steps`` or ``seconds`` cut them."""

    script: Script
    trees: Trees
    execute: Callable[[Request], Run]
    timeout: float
    steps: int | None = None
    seconds: float | None = None

    def __call__(self, arm: Arm, *, data: Data = Data.OWN, capture: Path | None = None) -> Run:
        """What was seen of a run."""
        own = self.script
        with self.trees.fresh(arm.files) as tree:
            program = Program(
                tree / own.script, tree / own.folder, own.python, own.arguments, own.environment
            )
            return self.execute(
                Request(
                    program,
                    data,
                    self.steps,
                    self.seconds,
                    self.timeout,
                    capture,
                    untrained=True,
                    protected=self.trees.originals,
                )
            )
