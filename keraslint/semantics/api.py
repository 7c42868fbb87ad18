"""The public APIs of Keras and TensorFlow, read from the generated tables.

Names are canonical dotted names: Keras's begin with ``keras`` whatever package
they were imported from, TensorFlow's with ``tensorflow``. Tables are loaded
when they are first asked for; neither framework is ever imported.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from enum import Enum
from functools import cache
from functools import cached_property
from functools import lru_cache
from pathlib import Path
from typing import Any
from typing import Generic
from typing import NamedTuple
from typing import TypeVar

T = TypeVar("T")

KEYWORD_ONLY = "keyword-only"
POSITIONAL = "positional"
POSITIONAL_ONLY = "positional-only"
STAR = "*"
DOUBLE_STAR = "**"
CONSTRUCTOR = "__init__"

_TABLES = Path(__file__).with_name("tables")
_CACHE_SIZE = 1 << 14
_KERAS_PACKAGES = {2: "tf_keras", 3: "keras"}

# Where the packages themselves put their public names: the longest prefix counts. The generation is
# given where that package can be no other; keras.src was there before Keras 3 too.
_ROOTS: tuple[tuple[str, str, int | None], ...] = (
    ("tensorflow.python.keras.api._v1.keras", "keras", 2),
    ("tensorflow.python.keras.api._v2.keras", "keras", 2),
    ("tensorflow.python.keras", "keras", 2),
    ("tensorflow.compat.v1.keras", "keras", None),
    ("tensorflow.compat.v2.keras", "keras", None),
    ("tensorflow.keras", "keras", None),
    ("tensorflow.compat.v1", "tensorflow", None),
    ("tensorflow.compat.v2", "tensorflow", None),
    ("tensorflow._api.v2", "tensorflow", None),
    ("tensorflow", "tensorflow", None),
    ("tf_keras.api._v1.keras", "keras", 2),
    ("tf_keras.api._v2.keras", "keras", 2),
    ("tf_keras.src", "keras", 2),
    ("tf_keras", "keras", 2),
    ("keras._tf_keras.keras", "keras", 3),
    ("keras.api._v1.keras", "keras", 2),
    ("keras.api._v2.keras", "keras", 2),
    ("keras.api", "keras", 3),
    ("keras.src", "keras", None),
    ("keras", "keras", None),
)
_THROUGH_TENSORFLOW = ("tensorflow.", "keras._tf_keras.")
_FIRST_TENSORFLOW = "tensorflow.compat.v1"
_PRIVATE_TENSORFLOW = "tensorflow.python."
_PRIVATE_ROOTS = frozenset({"keras.src", "tf_keras.src", "tensorflow.python.keras"})


class Kind(Enum):
    """What a symbol is."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    CONSTANT = "constant"
    METHOD = "method"
    ATTRIBUTE = "attribute"
    UNKNOWN = "unknown"


class Resolved(NamedTuple):
    """A symbol: its canonical name, and the generation of Keras where the import says it."""

    name: str
    generation: int | None
    known: bool
    kind: Kind


class Default(NamedTuple):
    """A parameter's default; where it is no plain constant, ``is_constant`` is false."""

    value: object
    is_constant: bool = True


class Absent(Enum):
    """Why a bound call has no value for a parameter."""

    MISSING = "missing"
    UNKNOWN = "unknown"


MISSING = Absent.MISSING
UNKNOWN = Absent.UNKNOWN


class Parameter(NamedTuple):
    """A parameter; ``kind`` is one of this module's five constants."""

    name: str
    kind: str
    default: Default | None


@dataclass(frozen=True)
class Signature:
    """The parameters of a call, without the one that an instance or a class binds itself."""

    parameters: tuple[Parameter, ...]

    @cached_property
    def positional(self) -> tuple[str, ...]:
        """The names that positional arguments go to, in order."""
        return tuple(p.name for p in self.parameters if p.kind in (POSITIONAL, POSITIONAL_ONLY))

    @cached_property
    def by_keyword(self) -> frozenset[str]:
        """The names that can be given by keyword."""
        return frozenset(p.name for p in self.parameters if p.kind in (POSITIONAL, KEYWORD_ONLY))

    @cached_property
    def defaults(self) -> dict[str, Default | None]:
        """Every named parameter with its default, in order."""
        return {p.name: p.default for p in self.parameters if p.kind not in (STAR, DOUBLE_STAR)}

    @cached_property
    def takes_any_keyword(self) -> bool:
        """Whether there is a ``**kwargs``."""
        return any(p.kind == DOUBLE_STAR for p in self.parameters)


@dataclass(frozen=True)
class Bound(Generic[T]):
    """The arguments of a call at their parameters."""

    signature: Signature
    arguments: Mapping[str, T]
    extra_positional: tuple[T, ...] = ()
    extra_keywords: Mapping[str, T] = field(default_factory=dict)
    unexpected: tuple[str, ...] = ()
    open: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The named parameters, in order."""
        return tuple(self.signature.defaults)

    def get(self, name: str) -> T | Default | Absent:
        """Return the value given for a parameter, or its default, or why there is none."""
        if name in self.arguments:
            return self.arguments[name]
        if self.open:
            return UNKNOWN
        return self.signature.defaults.get(name) or MISSING

    def is_given(self, name: str) -> bool:
        """Whether the call itself gives a value for a parameter."""
        return name in self.arguments

    def is_unknown(self, name: str) -> bool:
        """Whether a parameter may have been given where nobody can see it."""
        return self.get(name) is UNKNOWN


class _Table:
    """One package's table."""

    def __init__(self, package: str) -> None:
        data: dict[str, Any] = json.loads((_TABLES / f"{package}.json").read_text(encoding="utf-8"))
        self.modules = frozenset(data["modules"])
        self.module_aliases: dict[str, str] = data.get("module_aliases", {})
        self.functions: dict[str, str] = data["functions"]
        self.classes: dict[str, dict[str, Any]] = data["classes"]
        self.constants: dict[str, str] = data.get("constants", {})
        self.aliases: dict[str, str] = data["aliases"]
        self.borrowed = frozenset(data.get("borrowed", ()))
        self.through_tensorflow = frozenset(data.get("through_tensorflow", ()))
        self.differs_in_v1 = frozenset(data.get("differs_in_v1", ()))
        self.private: dict[str, str] = data["private"]

    def find(self, name: str) -> tuple[str, Kind] | None:
        """Return a public name's canonical name and kind."""
        name = self.aliases.get(name, name)
        if name in self.classes:
            return name, Kind.CLASS
        if name in self.functions:
            return name, Kind.FUNCTION
        if name in self.modules:
            return name, Kind.MODULE
        return (name, Kind.CONSTANT) if name in self.constants else None

    def exposes(self, name: str, *, through_tensorflow: bool) -> bool:
        """Tell whether the package has a public name as it is written."""
        if name in self.borrowed or (name in self.through_tensorflow and not through_tensorflow):
            return False
        return self.find(name) is not None

    @cached_property
    def by_last_part(self) -> dict[str, set[str]]:
        """The canonical names of classes and functions by the last part of any of their names."""
        index: dict[str, set[str]] = {}
        for name in (*self.classes, *self.functions):
            index.setdefault(name.rpartition(".")[2], set()).add(name)
        for alias, name in self.aliases.items():
            if name not in self.constants:
                index.setdefault(alias.rpartition(".")[2], set()).add(name)
        return index


@cache
def _table(package: str) -> _Table:
    return _Table(package)


class _Path(NamedTuple):
    """A dotted path as written, and the public name that it would be."""

    written: str
    root: str
    name: str
    generation: int | None

    @property
    def tables(self) -> tuple[_Table, ...]:
        """The tables to look in, the newest first."""
        return _tables(self.name, self.generation)


def _tables(name: str, generation: int | None) -> tuple[_Table, ...]:
    if name.partition(".")[0] == "tensorflow":
        return (_table("tensorflow"),)
    return tuple(
        _table(package)
        for number, package in sorted(_KERAS_PACKAGES.items(), reverse=True)
        if generation in (None, number)
    )


def _parse(dotted: str) -> _Path | None:
    for root, package, generation in _ROOTS:
        if dotted == root or dotted.startswith(f"{root}."):
            name = package + dotted[len(root) :]
            return _Path(dotted, root, _lent_by_keras(name), generation)
    return None


def _lent_by_keras(name: str) -> str:
    """Spell ``tf.losses.…`` and its kind as Keras's, whose modules they are."""
    module = ".".join(name.split(".", 2)[:2])
    if not module.startswith("tensorflow."):
        return name
    return _table("tensorflow").module_aliases.get(module, module) + name[len(module) :]


@lru_cache(_CACHE_SIZE)
def resolve(dotted: str) -> Resolved | None:
    """Return the symbol that an absolute dotted path means; None outside Keras and TensorFlow.

    A name that the packages do not have keeps its path, with ``known`` false.
    """
    path = _parse(dotted)
    if path is None:
        return None
    if path.root == _FIRST_TENSORFLOW and not _is_same_in_first(path.name):
        return Resolved(path.written, None, known=False, kind=Kind.UNKNOWN)
    found = _find_public(path.name, path.tables) or _find_private(path)
    if found is not None:
        return Resolved(found[0], path.generation, known=True, kind=found[1])
    return Resolved(_canonical_unknown(path), path.generation, known=False, kind=Kind.UNKNOWN)


def _is_same_in_first(name: str) -> bool:
    """Tell whether ``tf.compat.v1`` means by a name what TensorFlow 2 means."""
    tables = _tables(name, None)
    first = _table("tensorflow").differs_in_v1
    if name in first or name.rpartition(".")[0] in first:
        return False
    return _find_public(name, tables) is not None


def _find_public(name: str, tables: Iterable[_Table]) -> tuple[str, Kind] | None:
    """Find a public name, or a public class's method or attribute."""
    tables = tuple(tables)
    found = next(filter(None, (table.find(name) for table in tables)), None)
    if found is not None:
        return found
    owner, _, member = name.rpartition(".")
    for table in tables:
        cls = table.find(owner)
        if cls is not None and cls[1] is Kind.CLASS:
            kind = _member_kind(cls[0], member, table)
            if kind is not None:
                return f"{cls[0]}.{member}", kind
    return None


def _member_kind(name: str, member: str, table: _Table) -> Kind | None:
    if member == CONSTRUCTOR:
        return Kind.METHOD
    for description in _lineage(name, table):
        if member in description.get("methods", ()):
            return Kind.METHOD
        if member in description.get("attributes", ()):
            return Kind.ATTRIBUTE
    return None


def _lineage(name: str, table: _Table) -> Iterable[dict[str, Any]]:
    """Yield the descriptions of a class and of its public bases, nearest first."""
    own = table.classes.get(name)
    if own is None:
        return
    yield own
    for base in own.get("bases", ()):
        # A Keras class may derive from one of TensorFlow's.
        owner = table if base in table.classes else _table(base.partition(".")[0])
        if base in owner.classes:
            yield owner.classes[base]


def _find_private(path: _Path) -> tuple[str, Kind] | None:
    """Find what a module that is not public lends, by the name under which it is public."""
    owner, _, last = path.name.rpartition(".")
    tables = path.tables
    for table in tables:
        if path.name in table.private:
            return table.find(table.private[path.name])
    is_public = path.root not in _PRIVATE_ROOTS and any(table.find(owner) for table in tables)
    # A public module that lacks a name lacks it, and so does a class.
    if is_public or not owner or owner.rpartition(".")[2][:1].isupper():
        return None
    if path.name.startswith("tensorflow.") and not path.written.startswith(_PRIVATE_TENSORFLOW):
        return None
    candidates = {name for table in tables for name in table.by_last_part.get(last, ())}
    name = _nearest(owner, candidates)
    return _find_public(name, tables) if name is not None else None


def _nearest(owner: str, candidates: set[str]) -> str | None:
    """Choose the name whose path shares most with a private one's, then the shortest; None on a tie."""
    parts = owner.split(".")

    def distance(name: str) -> tuple[int, int]:
        shared = 0
        for ours, theirs in zip(parts, name.split("."), strict=False):
            if ours != theirs:
                break
            shared += 1
        return -shared, name.count(".")

    ranked = sorted(candidates, key=distance)
    if not ranked or (len(ranked) > 1 and distance(ranked[0]) == distance(ranked[1])):
        return None
    return ranked[0]


def _canonical_unknown(path: _Path) -> str:
    """Name what no table has: below its class's canonical name where there is one."""
    owner, _, last = path.name.rpartition(".")
    found = next(filter(None, (table.find(owner) for table in path.tables)), None)
    return f"{found[0]}.{last}" if found else path.name


@lru_cache(_CACHE_SIZE)
def signature(name: str, generation: int | None = None) -> Signature | None:
    """Return the signature of a function, a class's constructor, or a method named with its class."""
    symbol = resolve(name)
    if symbol is None or not symbol.known:
        return None
    generation = generation or symbol.generation
    if symbol.kind is Kind.METHOD:
        owner, _, method = symbol.name.rpartition(".")
        return method_signature(owner, method, generation)
    for table in _tables(symbol.name, generation):
        if symbol.name in table.functions:
            return _parse_signature(table.functions[symbol.name])
        if symbol.name in table.classes:
            return _parse_signature(table.classes[symbol.name].get("init", ""))
    return None


@lru_cache(_CACHE_SIZE)
def method_signature(class_name: str, method: str, generation: int | None = None) -> Signature | None:
    """Return the signature with which an instance's method is called."""
    symbol = resolve(class_name)
    if symbol is None or symbol.kind is not Kind.CLASS:
        return None
    if method == CONSTRUCTOR:
        return signature(class_name, generation)
    for table in _tables(symbol.name, generation or symbol.generation):
        for description in _lineage(symbol.name, table):
            methods: dict[str, str] = description.get("methods", {})
            if method in methods:
                return _parse_signature(methods[method])
    return None


@cache
def _parse_signature(text: str) -> Signature:
    """Read parameters as the tables spell them."""
    definition = ast.parse(f"def f({text}): ...").body[0]
    assert isinstance(definition, ast.FunctionDef)
    arguments = definition.args
    first = len(arguments.posonlyargs)
    places = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(places) - len(arguments.defaults)) + [*arguments.defaults]
    parameters = [
        Parameter(place.arg, POSITIONAL_ONLY if index < first else POSITIONAL, _default(default))
        for index, (place, default) in enumerate(zip(places, defaults, strict=True))
    ]
    if arguments.vararg is not None:
        parameters.append(Parameter(arguments.vararg.arg, STAR, None))
    for place, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        parameters.append(Parameter(place.arg, KEYWORD_ONLY, _default(default)))
    if arguments.kwarg is not None:
        parameters.append(Parameter(arguments.kwarg.arg, DOUBLE_STAR, None))
    return Signature(tuple(parameters))


def _default(node: ast.expr | None) -> Default | None:
    if node is None:
        return None
    value = ast.literal_eval(node)
    return Default(None, is_constant=False) if value is ... else Default(value)


def bind(
    signature: Signature,
    positional: Sequence[T],
    keywords: Mapping[str, T],
    *,
    open: bool = False,  # noqa: A002 - the callers' word for a call with a star of unknown content
) -> Bound[T]:
    """Bind arguments as Python does; ``open`` says that the call passes others that nobody can see.

    ``unexpected`` names the keywords for which Python would raise a TypeError.
    """
    names = signature.positional
    arguments = dict(zip(names, positional, strict=False))
    extra: dict[str, T] = {}
    unexpected = []
    for name, value in keywords.items():
        if name in signature.by_keyword and name not in arguments:
            arguments[name] = value
        elif name not in signature.by_keyword and signature.takes_any_keyword:
            extra[name] = value
        else:
            unexpected.append(name)
    return Bound(signature, arguments, tuple(positional[len(names) :]), extra, tuple(unexpected), open)


@lru_cache(_CACHE_SIZE)
def bases(name: str) -> tuple[str, ...]:
    """Return the public classes that a class derives from, in either generation, nearest first."""
    symbol = resolve(name)
    if symbol is None or symbol.kind is not Kind.CLASS:
        return ()
    found: dict[str, None] = {}
    for table in _tables(symbol.name, symbol.generation):
        found.update(dict.fromkeys(table.classes.get(symbol.name, {}).get("bases", ())))
    return tuple(found)


@lru_cache(_CACHE_SIZE)
def is_a(name: str, base: str) -> bool:
    """Tell whether a class is another or derives from it; both under any of their names."""
    cls, ancestor = resolve(name), resolve(base)
    if cls is None or ancestor is None or cls.kind is not Kind.CLASS:
        return False
    return cls.name == ancestor.name or ancestor.name in bases(name)


@lru_cache(_CACHE_SIZE)
def exists_in(dotted: str) -> frozenset[int]:
    """Return the generations of Keras whose public API has a path as it is written.

    The spelling counts: ``keras.utils.PyDataset`` is Keras 3's alone, though
    Keras 2 has the same class as ``keras.utils.Sequence``. A private module of
    the old layout (``keras.layers.convolutional``) is Keras 2's. TensorFlow's
    own names exist with either.
    """
    path, resolved = _parse(dotted), resolve(dotted)
    if path is None or resolved is None or not resolved.known:
        return frozenset()
    if path.name.partition(".")[0] == "tensorflow":
        return frozenset(_KERAS_PACKAGES)
    through_tensorflow = dotted.startswith(_THROUGH_TENSORFLOW)
    asked = [number for number in _KERAS_PACKAGES if path.generation in (None, number)]
    owner = path.name.rpartition(".")[0]
    found = {
        number
        for number in asked
        for table in _tables(path.name, number)
        if table.exposes(path.name, through_tensorflow=through_tensorflow)
        or (
            resolved.kind in (Kind.METHOD, Kind.ATTRIBUTE)
            and table.exposes(owner, through_tensorflow=through_tensorflow)
            and _find_public(path.name, (table,)) is not None
        )
    }
    if found:
        return frozenset(found)
    if path.root == "keras.src":
        return frozenset(
            number for number in asked if _find_public(resolved.name, _tables(path.name, number))
        )
    return frozenset({2}.intersection(asked))


@lru_cache(_CACHE_SIZE)
def constant(name: str) -> Default | None:
    """Return the value of a public constant, such as ``tensorflow.data.AUTOTUNE``."""
    symbol = resolve(name)
    if symbol is None or symbol.kind is not Kind.CONSTANT:
        return None
    spelled = next(table.constants[symbol.name] for table in _tables(symbol.name, None))
    return _default(ast.parse(spelled, mode="eval").body)
