"""What a fix does, said in terms of the program; the fixer turns it into text edits.

A rule names nodes by their :class:`~keraslint.semantics.lowering.ir.Site` and writes new
code as a :class:`Template`; it never handles text or syntax trees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Literal
from typing import TypeAlias

from keraslint.semantics.lowering.ir import Site


@dataclass(frozen=True, slots=True)
class Template:
    """New code with holes.

    ``{name}`` in ``code`` is filled from ``nodes`` (the present code at that
    site, with what else the fix changes in it) or from ``symbols`` (a canonical
    dotted name such as ``tensorflow.data.AUTOTUNE``, written as the file's own
    imports allow; an import is added where none does). Other braces are code.
    Parentheses come by themselves where a node or the whole needs them.
    """

    code: str
    nodes: Mapping[str, Site] = field(default_factory=dict)
    symbols: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReplaceExpression:
    """Put ``template`` where the expression ``at`` stands (of an argument: its value).

    A template that begins with ``at`` itself, as in ``{call}.prefetch(1)``, adds to
    a chain: the new call goes on a line of its own where the old one has one.
    """

    at: Site
    template: Template


@dataclass(frozen=True, slots=True)
class SetArgument:
    """Give ``call`` the keyword argument ``name``, replacing its value where it stands already.

    The name ``**`` hands a mapping on, as in ``**kwargs``. An argument given by
    position is not looked for.
    """

    call: Site
    name: str
    value: Template


@dataclass(frozen=True, slots=True)
class RemoveArgument:
    """Take the keyword argument ``name`` from ``call``."""

    call: Site
    name: str


@dataclass(frozen=True, slots=True)
class NameArgument:
    """Write an argument of ``call`` as the keyword argument ``name``; it is found by position or by its present name.

    What follows a positional argument must be named as well, from the last to the first.
    """

    call: Site
    argument: int | str
    name: str


@dataclass(frozen=True, slots=True)
class RenameImport:
    """Import ``new`` instead of ``name`` in the ``from`` statement ``at``; an alias stays.

    Where the statement imports ``new`` already, ``name`` is dropped.
    """

    at: Site
    name: str
    new: str


@dataclass(frozen=True, slots=True)
class SwapCalls:
    """Exchange method name and arguments of two method calls, receivers staying where they are.

    Several in one fix are made one after the other, and so move a call along its chain.
    """

    first: Site
    second: Site


@dataclass(frozen=True, slots=True)
class InsertStatement:
    """Insert statements: before or after the statement around ``at``, or as the first of a ``def`` or ``class``.

    The docstring stays first. What is inserted around a block that the same fix
    wraps in ``with`` stays outside.
    """

    at: Site
    position: Literal["before", "after", "body-start"]
    template: Template


@dataclass(frozen=True, slots=True)
class MoveStatement:
    """Move the statement around ``at``, which stands on a line of its own, before the statement around ``before``.

    The comments right above it and behind it go along; ``pass`` takes its place where a block needs one.
    """

    at: Site
    before: Site


@dataclass(frozen=True, slots=True)
class RemoveStatement:
    """Remove the statement ``at``, the one that the expression ``at`` is all of, or that assigns to it alone.

    The comments above it stay; ``pass`` takes its place where a block needs one.
    """

    at: Site


@dataclass(frozen=True, slots=True)
class AddParameter:
    """Give the function ``at`` the parameters ``code`` (``width=3, **kwargs``), but for those that it has."""

    at: Site
    code: str


@dataclass(frozen=True, slots=True)
class AddDecorator:
    """Put ``@template`` right above the ``def`` of the function ``at``, below the decorators that it has.

    One that stands there already stays alone.
    """

    at: Site
    template: Template


@dataclass(frozen=True, slots=True)
class UnwrapWith:
    """Drop the item ``item`` of a ``with`` statement; with no item left, dedent its body."""

    item: Site


@dataclass(frozen=True, slots=True)
class WrapInWith:
    """Indent the statements around ``first`` to ``last`` (of one block) under ``with template:``."""

    first: Site
    last: Site
    template: Template


Change: TypeAlias = (
    ReplaceExpression
    | SetArgument
    | RemoveArgument
    | NameArgument
    | RenameImport
    | SwapCalls
    | InsertStatement
    | MoveStatement
    | RemoveStatement
    | AddParameter
    | AddDecorator
    | UnwrapWith
    | WrapInWith
)


def pass_keywords(constructor: Site, base_call: Site | None) -> tuple[Change, ...]:
    """The changes that let an ``__init__`` take ``**kwargs`` and hand them to the constructor of its base.

    ``base_call`` is the call of that in it; where it is None, one comes first in the body.
    """
    if base_call is None:
        handing: Change = InsertStatement(constructor, "body-start", Template("super().__init__(**kwargs)"))
    else:
        handing = SetArgument(base_call, "**", Template("kwargs"))
    return AddParameter(constructor, "**kwargs"), handing
