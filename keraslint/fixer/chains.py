"""Calls chained with dots: where a template's calls go when a chain is written over several lines."""

from __future__ import annotations

import libcst as cst


def in_line_with(
    node: cst.BaseExpression, link: cst.BaseExpression, replaced: cst.BaseExpression
) -> cst.BaseExpression:
    """Give the calls that ``node`` adds to ``link`` lines of their own where ``link`` has one.

    A comment behind the chain, kept by the parentheses of ``replaced``, stays behind ``link``.
    """
    style = _line_of(link)
    if node is link or style is None or not _is_chained(node, link):
        return node
    first, rpar = style, replaced.rpar
    if rpar and isinstance(style, cst.ParenthesizedWhitespace):
        end = rpar[0].whitespace_before
        if isinstance(end, cst.ParenthesizedWhitespace) and end.first_line.comment is not None:
            first = style.with_changes(first_line=end.first_line)
            end = end.with_changes(first_line=cst.TrailingWhitespace())
            rpar = [rpar[0].with_changes(whitespace_before=end), *rpar[1:]]
    return _restyled(node, link, first, style).with_changes(lpar=replaced.lpar, rpar=rpar)


def in_line_of(
    node: cst.BaseExpression, link: cst.BaseExpression, replaced: cst.BaseExpression
) -> cst.BaseExpression:
    """Give the calls that ``node`` puts behind ``link`` lines of their own where ``replaced``, a call of it, has one."""
    style = _line_of(replaced)
    if node is link or style is None or not _is_chained(node, link):
        return node
    assert isinstance(replaced, cst.Call)
    assert isinstance(replaced.func, cst.Attribute)
    return _restyled(node, link, replaced.func.dot.whitespace_before, style)


def _line_of(link: cst.BaseExpression) -> cst.BaseParenthesizableWhitespace | None:
    """What leads to the last method of a chain, if it stands on a line of its own."""
    if not isinstance(link, cst.Call) or not isinstance(link.func, cst.Attribute):
        return None
    space = link.func.dot.whitespace_before
    if isinstance(space, cst.ParenthesizedWhitespace):
        return space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    return space if isinstance(space, cst.SimpleWhitespace) and "\n" in space.value else None


def _is_chained(node: cst.BaseExpression, link: cst.BaseExpression) -> bool:
    while node is not link:
        if isinstance(node, cst.Call):
            node = node.func
        elif isinstance(node, cst.Attribute):
            node = node.value
        else:
            return False
    return True


def _restyled(
    node: cst.BaseExpression,
    link: cst.BaseExpression,
    first: cst.BaseParenthesizableWhitespace,
    style: cst.BaseParenthesizableWhitespace,
) -> cst.BaseExpression:
    if isinstance(node, cst.Call):
        return node.with_changes(func=_restyled(node.func, link, first, style))
    assert isinstance(node, cst.Attribute)
    if node.value is link:
        return node.with_changes(dot=cst.Dot(whitespace_before=first))
    value = _restyled(node.value, link, first, style)
    return node.with_changes(value=value, dot=cst.Dot(whitespace_before=style))
