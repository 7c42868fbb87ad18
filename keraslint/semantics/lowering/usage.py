"""The names that a module imports and uses, followed through imports and plain aliases.

The order of statements does not matter; a name that is bound in any other way
as well means nothing. Code that asks for a version first, or tries an import
and has another way, is guarded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import NamedTuple
from typing import TypeAlias

from keraslint.semantics.lowering import ir
from keraslint.semantics.names import FRAMEWORKS
from keraslint.semantics.releases import existing

_LONGEST_ALIAS = 20
_FALLBACKS = frozenset({"AttributeError", "ImportError", "ModuleNotFoundError", "NameError", "TypeError"})

Chain: TypeAlias = tuple[str, ...]


class Bound(NamedTuple):
    """An absolute path that a name means; ``guarded`` where there is another way."""

    path: str
    guarded: bool


class Imported(NamedTuple):
    """A path that an import statement names, and the name that it binds."""

    place: int
    path: str
    name: str
    guarded: bool


class Use(NamedTuple):
    """A chain of attributes, or a call of one; ``guarded`` where there is another way."""

    node: ir.Expression
    chain: Chain
    call: ir.Call | None = None
    guarded: bool = False

    @property
    def place(self) -> int:
        """Where it stands."""
        return self.node.place


@dataclass(slots=True)
class Names:
    """What one walk over a module collects."""

    imports: dict[str, list[Bound]] = field(default_factory=lambda: defaultdict(list))
    imported: list[Imported] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    aliases: dict[str, list[Chain]] = field(default_factory=lambda: defaultdict(list))
    others: set[str] = field(default_factory=set)
    parameters: set[tuple[str, str]] = field(default_factory=set)
    made: list[tuple[Chain, Chain]] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    methods: list[ir.Call] = field(default_factory=list)
    guarded_calls: set[int] = field(default_factory=set)
    _paths: dict[str, tuple[Bound, ...]] = field(default_factory=dict, repr=False)

    def bound(self, name: str, depth: int = 0) -> tuple[Bound, ...]:
        """The absolute paths that a name means; none where it may mean something else."""
        if name not in self._paths:
            self._paths[name] = ()  # an alias of itself means nothing
            self._paths[name] = tuple(self._lookup(name, depth)) if depth < _LONGEST_ALIAS else ()
        return self._paths[name]

    def _lookup(self, name: str, depth: int) -> list[Bound]:
        if name in self.others:
            return []
        found = list(self.imports.get(name, ()))
        for first, *rest in self.aliases.get(name, ()):
            aliased = self.bound(first, depth + 1)
            if not aliased:
                return []
            found += [Bound(".".join((each.path, *rest)), each.guarded) for each in aliased]
        if not found and all(map(is_framework, self.stars)):
            found = [
                Bound(path, guarded=False)
                for star in reversed(self.stars)
                if existing(path := f"{star}.{name}")
            ][:1]
        return found if all(is_framework(each.path) for each in found) else []


def is_framework(path: str) -> bool:
    """Whether a path begins at a framework."""
    return path.partition(".")[0] in FRAMEWORKS


def collect(module: ir.Module) -> Names:
    """Walk over a module once."""
    names = Names()
    _walk(names, module.body, guarded=False)
    return names


def _walk(names: Names, start: tuple[Any, ...], *, guarded: bool) -> None:
    """Collect from everything below; what is guarded says so."""
    pending: list[Any] = [start]
    while pending:
        node = pending.pop()
        kind = node.__class__
        if kind is ir.Constant:
            continue
        if kind is ir.Name:
            names.uses.append(Use(node, (node.id,), guarded=guarded))
            continue
        if kind is ir.Attribute:
            chain = _chain(node)
            if chain is None:
                pending.append(node.value)
            else:
                names.uses.append(Use(node, chain, guarded=guarded))
            continue
        if kind is ir.Call:
            _collect_call(names, node, guarded)
            if guarded:
                names.guarded_calls.add(node.place)
        elif kind in _SPECIAL:
            if kind is ir.Import or kind is ir.ImportFrom:
                _collect_import(names, node, guarded)
                continue
            if kind is not ir.If and kind is not ir.Try:
                _collect_binding(names, node)
            elif not guarded and (_has_another_way(node) if kind is ir.Try else _asks_for_version(node)):
                _walk(names, node[1:], guarded=True)
                continue
        pending += [item for item in node if isinstance(item, tuple)]


def _chain(node: ir.Expression) -> Chain | None:
    parts = []
    while isinstance(node, ir.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ir.Name) else None


def _collect_call(names: Names, node: ir.Call, guarded: bool) -> None:
    chain = _chain(node.func)
    if chain is not None:
        names.uses.append(Use(node, chain, node, guarded))
    elif isinstance(node.func, ir.Attribute) and not guarded:
        names.methods.append(node)


def _collect_import(names: Names, node: ir.Import | ir.ImportFrom, guarded: bool) -> None:
    if isinstance(node, ir.Import):
        bound = node.module if node.alias else node.module.partition(".")[0]
        names.imports[node.alias or bound].append(Bound(bound, guarded))
        names.imported.append(Imported(node.place, node.module, node.alias or bound, guarded))
        return
    for name, alias in node.names:
        path = "." * node.level + (node.module if name == "*" else f"{node.module}.{name}")
        if name == "*":
            names.stars.append(path)
        else:
            names.imports[alias or name].append(Bound(path, guarded))
        names.imported.append(Imported(node.place, path, alias or name, guarded))


def _collect_binding(names: Names, node: Any) -> None:
    if isinstance(node, ir.Assign):
        value = _chain(node.value)
        for target in node.targets:
            if value is not None and isinstance(target, ir.Name):
                names.aliases[target.id].append(value)
            else:
                names.others.update(_names_in(target))
            if isinstance(node.value, ir.Call):
                made, maker = _chain(target), _chain(node.value.func)
                if made is not None and maker is not None:
                    names.made.append((made, maker))
    elif isinstance(node, ir.FunctionDef | ir.Lambda):
        names.others.update(parameter.name for parameter in node.parameters)
        if isinstance(node, ir.FunctionDef):
            names.others.add(node.name)
            names.parameters.update((node.name, parameter.name) for parameter in node.parameters)
    elif isinstance(node, ir.Handler | ir.ClassDef):
        names.others.add(node.name or "")
    elif isinstance(node, ir.Case):
        names.others.update(node.names)
    elif node.target is not None:
        names.others.update(_names_in(node.target))


def _names_in(target: ir.Expression) -> Iterator[str]:
    if isinstance(target, ir.Name):
        yield target.id
    elif isinstance(target, ir.Starred):
        yield from _names_in(target.value)
    elif isinstance(target, ir.Display):
        for item in target.items:
            yield from _names_in(item)


_SPECIAL = frozenset(
    {
        ir.Assign,
        ir.AugmentedAssign,
        ir.Case,
        ir.ClassDef,
        ir.For,
        ir.FunctionDef,
        ir.Generator,
        ir.Handler,
        ir.If,
        ir.Import,
        ir.ImportFrom,
        ir.Lambda,
        ir.Try,
        ir.Walrus,
        ir.WithItem,
    }
)


def _has_another_way(node: ir.Try) -> bool:
    """Whether a ``try`` says what happens where a name does not exist."""
    imports = any(isinstance(statement, ir.Import | ir.ImportFrom) for statement in node.body)
    for handler in node.handlers:
        caught = handler.exception
        items = caught.items if isinstance(caught, ir.Display) else (caught,)
        for item in items:
            name = item.id if isinstance(item, ir.Name) else None
            if name in _FALLBACKS or (imports and (item is None or name == "Exception")):
                return True
    return False


def _asks_for_version(node: ir.If) -> bool:
    """Whether a condition looks at a version, or at what an object has."""
    pending: list[Any] = [branch.test for branch in node.branches]
    while pending:
        part = pending.pop()
        word = part.attr if isinstance(part, ir.Attribute) else part.id if isinstance(part, ir.Name) else ""
        if "version" in word.lower() or word == "hasattr":
            return True
        pending += [item for item in part if isinstance(item, tuple)]
    return False
