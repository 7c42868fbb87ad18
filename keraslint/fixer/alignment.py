"""Lines that are aligned with the bracket of a call: they move with it when its name becomes longer or shorter."""

from __future__ import annotations

import libcst as cst


def moved_with_bracket(call: cst.Call, by: int, column: int, indent: int) -> cst.Call:
    """The call, whose bracket has moved ``by`` columns, with its lines moved likewise.

    They stay where the first argument stands on a line of its own, or any line stands left of ``column``, that
    of the first argument. ``indent`` is that of the statement.
    """
    if by == 0 or isinstance(call.whitespace_before_args, cst.ParenthesizedWhitespace):
        return call
    lines = _Lines(indent)
    for arg in call.args:
        arg.visit(lines)
    if not lines.columns or min(lines.columns) < column:
        return call
    move = _Move(by)
    return call.with_changes(args=[arg.visit(move) for arg in call.args])


class _Lines(cst.CSTVisitor):
    """The columns in which lines begin."""

    def __init__(self, indent: int) -> None:
        self.columns: list[int] = []
        self._indent = indent

    def visit_ParenthesizedWhitespace(self, node: cst.ParenthesizedWhitespace) -> bool:  # noqa: N802
        space = node.last_line.value
        # How wide a tab is, nobody knows.
        self.columns.append(self._indent * node.indent + len(space) if space.strip(" ") == "" else 0)
        return False


class _Move(cst.CSTTransformer):
    def __init__(self, by: int) -> None:
        super().__init__()
        self._by = by

    def leave_ParenthesizedWhitespace(  # noqa: N802
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        lines = [
            line.with_changes(whitespace=self._moved(line.whitespace)) if line.comment else line
            for line in updated_node.empty_lines
        ]
        return updated_node.with_changes(empty_lines=lines, last_line=self._moved(updated_node.last_line))

    def _moved(self, space: cst.SimpleWhitespace) -> cst.SimpleWhitespace:
        return space.with_changes(value=" " * max(len(space.value) + self._by, 0))
