"""What went wrong, as findings: with the code, with the file, or with keraslint itself."""

from __future__ import annotations

from pathlib import Path

from keraslint.diagnostic import Confidence
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Location
from keraslint.reserved import INTERNAL_ERROR
from keraslint.reserved import INVALID_SYNTAX
from keraslint.reserved import IO_ERROR
from keraslint.reserved import ReservedCode
from keraslint.source.text import SourceError
from keraslint.version import VERSION

_START = Location(1, 1)


def source_error(filename: str, error: SourceError) -> Diagnostic:
    """What cannot be read or parsed, as a finding."""
    code = INVALID_SYNTAX if error.kind == "invalid-syntax" else IO_ERROR
    return reserved_finding(code, filename, error.message, Location(error.row, error.column))


def internal_error(filename: str, doing: str, reason: object, where: Location = _START) -> Diagnostic:
    """A mistake of our own, as a finding that says what to report."""
    if isinstance(reason, BaseException):
        import traceback

        frame = traceback.extract_tb(reason.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        reason = f"{type(reason).__name__}: {reason} ({place})".replace("\n", " ")
    message = f"keraslint {VERSION} failed at {doing}: {reason}; please report this line with the code"
    return reserved_finding(INTERNAL_ERROR, filename, message, where)


def reserved_finding(
    code: ReservedCode, filename: str, message: str, start: Location, end: Location | None = None
) -> Diagnostic:
    """A finding of the engine's own."""
    return Diagnostic(
        code.code, code.name, code.severity, Confidence.HIGH, message, filename, start, end or start
    )
