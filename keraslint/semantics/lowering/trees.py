"""The tree of a program: Python's own, and LibCST's where this Python cannot read the program.

Python's parser takes a fifteenth of the time of LibCST's and knows where each
node stands. LibCST's tree keeps the layout, which fixes need, and reads newer
syntax than the running Python does. Its import takes as long as a hundred small files, so that nothing
imports it before it is needed.
"""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING
from typing import TypeAlias

if TYPE_CHECKING:
    import libcst as cst

Tree: TypeAlias = "ast.Module | cst.Module"


class UnreadableError(Exception):
    """A program that neither parser reads: what LibCST says of it, where it shows that, and where it met it."""

    def __init__(self, message: str, row: int, column: int, met_in_row: int) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.column = column
        self.met_in_row = met_in_row


def tree_of(text: str) -> Tree:
    """The tree of a program; raises :class:`UnreadableError` where neither parser reads it."""
    with warnings.catch_warnings():
        # What Python thinks of an escape in a string is not for us to say.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return _concrete(text)


def _concrete(text: str) -> cst.Module:
    import libcst as cst

    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise UnreadableError(error.message, error.editor_line, error.editor_column, error.raw_line) from None
