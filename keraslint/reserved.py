"""The codes that the engine reports itself; no rule may take them."""

from __future__ import annotations

from dataclasses import dataclass

from keraslint.diagnostic import Severity


@dataclass(frozen=True, slots=True)
class ReservedCode:
    """A finding of the engine's own, with the page that explains it."""

    code: str
    name: str
    severity: Severity
    page: str
    can_be_ignored: bool = False


INVALID_SYNTAX = ReservedCode(
    "KL000",
    "invalid-syntax",
    Severity.ERROR,
    """\
## What it does
Reports a file that mentions Keras or TensorFlow and that Python 3 cannot parse.

## What to do
Mend the syntax, or leave the file out with `exclude`. Sources written for
Python 2 are named as such. The other files are checked all the same.
""",
)
UNUSED_SUPPRESSION = ReservedCode(
    "KL001",
    "unused-suppression",
    Severity.WARNING,
    """\
## What it does
Reports a suppression comment that hides nothing: its rule ran and found
nothing there, or there is no such rule. Off unless selected by code or name.

## What to do
Remove the comment, or the code in it that is not needed any more.
""",
    can_be_ignored=True,
)
IO_ERROR = ReservedCode(
    "KL002",
    "io-error",
    Severity.ERROR,
    """\
## What it does
Reports a file that could not be read: permissions, a broken link, a file that
vanished during the run, bytes that are no text in the encoding the file declares.

## What to do
What the message says, or leave the file out with `exclude`. The other files
are checked all the same.
""",
)
INTERNAL_ERROR = ReservedCode(
    "KL003",
    "internal-error",
    Severity.ERROR,
    """\
## What it does
Reports a mistake of keraslint's own: a rule, the evaluator or a fix failed on
a file. Every other finding is reported as usual.

## What to do
Please report the message together with the code that led to it.
""",
)

RESERVED = (INVALID_SYNTAX, UNUSED_SUPPRESSION, IO_ERROR, INTERNAL_ERROR)
