"""The whitespace in a list with commas, and the comments in it: what stays when items come and go."""

from __future__ import annotations

from typing import TypeAlias

import libcst as cst

Whitespace: TypeAlias = cst.BaseParenthesizableWhitespace

NONE = cst.SimpleWhitespace("")
SPACE = cst.SimpleWhitespace(" ")


def is_broken(*spaces: Whitespace) -> bool:
    """Whether a line ends in the whitespace."""
    return any(
        isinstance(space, cst.ParenthesizedWhitespace)
        or (isinstance(space, cst.SimpleWhitespace) and "\n" in space.value)
        for space in spaces
    )


def has_comments(space: Whitespace) -> bool:
    """Whether a comment stands in the whitespace."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return False
    return space.first_line.comment is not None or any(line.comment for line in space.empty_lines)


def plain(space: Whitespace) -> Whitespace:
    """The same indentation with neither comments nor blank lines."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    return space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])


def next_line(closing: Whitespace, leading: Whitespace) -> Whitespace:
    """What leads from the old last item to a new one: the comments of the old, its indentation."""
    if isinstance(closing, cst.ParenthesizedWhitespace) and isinstance(leading, cst.ParenthesizedWhitespace):
        return closing.with_changes(indent=leading.indent, last_line=leading.last_line)
    return plain(leading)


def _joined(before: cst.ParenthesizedWhitespace, after: cst.ParenthesizedWhitespace) -> Whitespace:
    """What is left where the item between goes: all comments but the one behind it."""
    lines = [*before.empty_lines, *after.empty_lines]
    return before.with_changes(empty_lines=lines, indent=after.indent, last_line=after.last_line)


def between(before: Whitespace, after: Whitespace, first: bool) -> Whitespace:
    """What stands before the next item once the one before it is gone."""
    if isinstance(before, cst.ParenthesizedWhitespace):
        return _joined(before, after) if isinstance(after, cst.ParenthesizedWhitespace) else before
    if first and not has_comments(_without_first(after)):
        return before
    return after if is_broken(after) else before


def before_bracket(before: Whitespace, closing: Whitespace) -> Whitespace:
    """What stands before the bracket once the last item is gone."""
    if isinstance(before, cst.ParenthesizedWhitespace):
        if isinstance(closing, cst.ParenthesizedWhitespace):
            return _joined(before, closing)
        return before if has_comments(before) else closing
    return closing


def _without_first(space: Whitespace) -> Whitespace:
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    return space.with_changes(first_line=cst.TrailingWhitespace())
