"""What a fix does, said in terms of the program; the fixer turns it into text edits.

A rule names nodes by their :class:`~keraslint.semantics.ir.Site` and writes new
code as a :class:`Template`; it never handles text or syntax trees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Literal
from typing import TypeAlias

from keraslint.semantics.ir import Site


@dataclass(frozen=True, slots=True)
class Template:
    """New code with holes.

    ``{name}`` in ``code`` is filled from ``nodes`` (the present code at that
    site) or from ``symbols`` (a canonical dotted name such as
    ``tensorflow.data.AUTOTUNE``, written as the file's own imports allow; an
    import is added where none does).
    """

    code: str
    nodes: Mapping[str, Site] = field(default_factory=dict)
    symbols: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReplaceExpression:
    """Put ``template`` where the expression ``at`` stands."""

    at: Site
    template: Template


@dataclass(frozen=True, slots=True)
class SetArgument:
    """Give ``call`` the keyword argument ``name``, replacing its value where it stands already."""

    call: Site
    name: str
    value: Template


@dataclass(frozen=True, slots=True)
class RemoveArgument:
    """Take the keyword argument ``name`` from ``call``."""

    call: Site
    name: str


@dataclass(frozen=True, slots=True)
class SwapCalls:
    """Exchange method name and arguments of two method calls, receivers staying where they are."""

    first: Site
    second: Site


@dataclass(frozen=True, slots=True)
class InsertStatement:
    """Insert a statement; ``position`` is before or after ``at``, or body-start of a ``def`` (after its docstring)."""

    at: Site
    position: Literal["before", "after", "body-start"]
    template: Template


@dataclass(frozen=True, slots=True)
class RemoveStatement:
    """Remove the statement ``at``."""

    at: Site


@dataclass(frozen=True, slots=True)
class AddParameter:
    """Give the function ``at`` the parameter ``code`` (``**kwargs``, ``width=3``) where Python allows it."""

    at: Site
    code: str


@dataclass(frozen=True, slots=True)
class UnwrapWith:
    """Drop the item ``item`` of a ``with`` statement; with no item left, dedent its body."""

    item: Site


@dataclass(frozen=True, slots=True)
class WrapInWith:
    """Indent the statements from ``first`` to ``last`` (of one block) under ``with template:``."""

    first: Site
    last: Site
    template: Template


Change: TypeAlias = (
    ReplaceExpression
    | SetArgument
    | RemoveArgument
    | SwapCalls
    | InsertStatement
    | RemoveStatement
    | AddParameter
    | UnwrapWith
    | WrapInWith
)
