"""The lowered form of a module: what a program means, without its layout.

A node is a plain tuple with named fields, so that a module pickles small and
fast. Every node begins with ``place``, the ordinal of its LibCST node in the
lowering walk; :mod:`keraslint.semantics.lowering.positions` turns places back into rows
and columns for the few files that have findings.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from typing import TypeAlias

_MANGLED = re.compile(r"_[A-Z]\w*?(?=__\w)")


def plain(name: str) -> str:
    """A private name of a class as the program writes it: ``__load`` for ``_Loader__load``."""
    return _MANGLED.sub("", name, count=1) if name[:1] == "_" and _MANGLED.match(name) else name


class Site(NamedTuple):
    """A place in the project: a file (as the run names it) and a node's ordinal."""

    file: str
    place: int


# Expressions


class Constant(NamedTuple):
    """A literal: None, a bool, a number, a string, bytes or ``...``."""

    place: int
    value: object


class Name(NamedTuple):
    """A name that is read."""

    place: int
    id: str


class Attribute(NamedTuple):
    """``value.attr``; its place is that of the whole, ``attr_place`` of the name alone."""

    place: int
    value: Expression
    attr: str
    attr_place: int


class Slice(NamedTuple):
    """``lower:upper:step`` inside a subscript."""

    place: int
    lower: Expression | None
    upper: Expression | None
    step: Expression | None


class Subscript(NamedTuple):
    """``value[key]``; several indices make a :class:`Display` of kind ``tuple``."""

    place: int
    value: Expression
    key: Expression


class Argument(NamedTuple):
    """One argument of a call; ``star`` is ``""``, ``"*"`` or ``"**"``."""

    place: int
    keyword: str | None
    star: str
    value: Expression


class Call(NamedTuple):
    """``func(arguments)``."""

    place: int
    func: Expression
    arguments: tuple[Argument, ...]


class Starred(NamedTuple):
    """``*value`` in a display or an assignment target."""

    place: int
    value: Expression


class Display(NamedTuple):
    """A tuple, list or set display; ``kind`` is the type's name."""

    place: int
    kind: str
    items: tuple[Expression, ...]


class DictDisplay(NamedTuple):
    """A dict display; a key of None marks ``**value``."""

    place: int
    items: tuple[tuple[Expression | None, Expression], ...]


class Operation(NamedTuple):
    """A unary, binary or boolean operation or one comparison; ``operator`` as Python spells it."""

    place: int
    operator: str
    operands: tuple[Expression, ...]


class Conditional(NamedTuple):
    """``body if test else orelse``."""

    place: int
    test: Expression
    body: Expression
    orelse: Expression


class Generator(NamedTuple):
    """One ``for target in iterable if ...`` of a comprehension."""

    place: int
    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]


class Comprehension(NamedTuple):
    """A comprehension; ``kind`` is list, set, dict or generator, ``key`` is for dicts."""

    place: int
    kind: str
    key: Expression | None
    element: Expression
    generators: tuple[Generator, ...]


class Lambda(NamedTuple):
    """``lambda parameters: body``."""

    place: int
    parameters: tuple[Parameter, ...]
    body: Expression


class Yield(NamedTuple):
    """``yield value`` or ``yield from value``."""

    place: int
    value: Expression | None
    delegates: bool


class Await(NamedTuple):
    """``await value``."""

    place: int
    value: Expression


class Walrus(NamedTuple):
    """``name := value``."""

    place: int
    target: Name
    value: Expression


class FormattedString(NamedTuple):
    """An f-string: the expressions in it, and the texts before, between and after them.

    There are no texts where an expression is formatted in a way of its own.
    """

    place: int
    texts: tuple[str, ...] | None
    values: tuple[Expression, ...]


# Statements


class Parameter(NamedTuple):
    """A parameter; ``kind`` is positional-only, positional, keyword-only, ``*`` or ``**``."""

    place: int
    name: str
    kind: str
    default: Expression | None


class ExpressionStatement(NamedTuple):
    """An expression evaluated for its effect."""

    place: int
    value: Expression


class Assign(NamedTuple):
    """``targets[0] = targets[1] = value``; an annotation without a value is no assignment."""

    place: int
    targets: tuple[Expression, ...]
    value: Expression


class AugmentedAssign(NamedTuple):
    """``target operator= value``, with ``operator`` as in :class:`Operation`."""

    place: int
    target: Expression
    operator: str
    value: Expression


class AnnotatedName(NamedTuple):
    """``target: annotation`` without a value, as dataclass fields are written."""

    place: int
    target: Expression
    annotation: Expression


class Return(NamedTuple):
    """``return value``."""

    place: int
    value: Expression | None


class Raise(NamedTuple):
    """``raise exception``."""

    place: int
    exception: Expression | None


class Assert(NamedTuple):
    """``assert test``."""

    place: int
    test: Expression


class Delete(NamedTuple):
    """``del targets``."""

    place: int
    targets: tuple[Expression, ...]


class Jump(NamedTuple):
    """``break`` or ``continue``."""

    place: int
    kind: str


class Scope(NamedTuple):
    """``global names`` or ``nonlocal names``."""

    place: int
    kind: str
    names: tuple[str, ...]


class Import(NamedTuple):
    """``import module`` or ``import module as alias``, one name each."""

    place: int
    module: str
    alias: str | None


class ImportFrom(NamedTuple):
    """``from module import name as alias``; ``level`` counts leading dots, ``*`` is a name."""

    place: int
    module: str
    level: int
    names: tuple[tuple[str, str | None], ...]


class Branch(NamedTuple):
    """One ``if`` or ``elif`` of an :class:`If`."""

    place: int
    test: Expression
    body: Block


class If(NamedTuple):
    """``if``/``elif``/``else``; the branches are flat so that long chains stay shallow."""

    place: int
    branches: tuple[Branch, ...]
    orelse: Block


class For(NamedTuple):
    """``for target in iterable``."""

    place: int
    target: Expression
    iterable: Expression
    body: Block
    orelse: Block


class While(NamedTuple):
    """``while test``."""

    place: int
    test: Expression
    body: Block
    orelse: Block


class WithItem(NamedTuple):
    """``context as target``."""

    place: int
    context: Expression
    target: Expression | None


class With(NamedTuple):
    """``with items``."""

    place: int
    items: tuple[WithItem, ...]
    body: Block


class Handler(NamedTuple):
    """``except exception as name``."""

    place: int
    exception: Expression | None
    name: str | None
    body: Block


class Try(NamedTuple):
    """``try``."""

    place: int
    body: Block
    handlers: tuple[Handler, ...]
    orelse: Block
    final: Block


class Case(NamedTuple):
    """One ``case`` of a ``match``: the names that its pattern binds, and its body."""

    place: int
    names: tuple[str, ...]
    body: Block


class Match(NamedTuple):
    """``match subject``."""

    place: int
    subject: Expression
    cases: tuple[Case, ...]


class FunctionDef(NamedTuple):
    """``def``; ``name_place`` is the place of the name alone."""

    place: int
    name: str
    name_place: int
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expression, ...]
    body: Block
    is_async: bool
    is_generator: bool


class ClassDef(NamedTuple):
    """``class``; ``name_place`` is the place of the name alone."""

    place: int
    name: str
    name_place: int
    arguments: tuple[Argument, ...]
    decorators: tuple[Expression, ...]
    body: Block


class Module(NamedTuple):
    """A lowered file; ``size`` is the number of its nodes."""

    body: Block
    size: int


Expression: TypeAlias = (
    Constant
    | Name
    | Attribute
    | Slice
    | Subscript
    | Call
    | Starred
    | Display
    | DictDisplay
    | Operation
    | Conditional
    | Comprehension
    | Lambda
    | Yield
    | Await
    | Walrus
    | FormattedString
)
Statement: TypeAlias = (
    ExpressionStatement
    | Assign
    | AugmentedAssign
    | AnnotatedName
    | Return
    | Raise
    | Assert
    | Delete
    | Jump
    | Scope
    | Import
    | ImportFrom
    | If
    | For
    | While
    | With
    | Try
    | Match
    | FunctionDef
    | ClassDef
)
Block: TypeAlias = tuple[Statement, ...]
