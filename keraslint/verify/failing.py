"""A run that cannot be measured, in words."""

from __future__ import annotations

from keraslint.verify.run import End
from keraslint.verify.run import Program
from keraslint.verify.run import Run

_ERROR_LINES = 8
_WORDS = {
    End.RAISED: "raises an error",
    End.EXITED_EARLY: "ends before it has trained",
    End.TRAINED_NOTHING: "trains nothing",
    End.MISSING_PACKAGE: "needs a package that is missing",
    End.WANTED_INPUT: "asks for input",
    End.OUT_OF_MEMORY: "runs out of memory",
    End.TIMED_OUT: "takes longer than it may",
    End.KILLED: "was killed",
}


class FailedRunError(Exception):
    """Why there is no figure, in one line; ``error`` holds the last lines that the program wrote."""

    def __init__(self, program: Program, run: Run) -> None:
        lines = [line.rstrip() for line in run.error.splitlines() if line.strip()][-_ERROR_LINES:]
        last = f": {lines[-1].strip()}" if lines else ""
        super().__init__(f"`{program.script.name}` {_WORDS[run.end]}{last}")
        self.error = "\n".join(lines)


def measured(program: Program, run: Run) -> Run:
    """The run, if it can be measured; else this raises."""
    if not run.end.is_measured:
        raise FailedRunError(program, run)
    return run
