"""What a module uses that one generation of Keras alone has, or TensorFlow 1 alone.

Names are followed through imports and plain aliases, whatever the order of
statements; a name that is bound in any other way as well tells nothing. Code
that asks for a version first, or tries an import and has another way, was
written for both generations: what stands there is no evidence.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from functools import lru_cache
from pathlib import Path
from typing import Any
from typing import NamedTuple
from typing import TypeAlias

from keraslint.semantics import api
from keraslint.semantics import ir
from keraslint.semantics.names import FRAMEWORKS

_TABLE = Path(__file__).with_name("tables") / "generations.json"
_CACHE_SIZE = 1 << 12
_LONGEST_ALIAS = 20
_BOTH = frozenset({2, 3})

# What only TensorFlow 1 has, outside tf.compat.v1; of tf.contrib.data a rule speaks to those who have TensorFlow 2.
_FIRST_TENSORFLOW = frozenset({"InteractiveSession", "Session", "contrib", "placeholder"})
_FLAGGED = "tensorflow.contrib.data"
_UNDECIDED = ("keras.src", "tensorflow.compat.")
# Keras 1 took a kernel's height and width apart: the third positional argument was no stride.
_KERAS_1_KERNELS = frozenset({"Convolution2D", "Convolution3D"})

_FALLBACKS = frozenset({"AttributeError", "ImportError", "ModuleNotFoundError", "NameError", "TypeError"})
_MODEL_FACTORIES = ("keras.applications.", "keras.models.", "keras.saving.")
_COMPILE_KEYWORDS = frozenset({"loss", "metrics", "optimizer"})

_Chain: TypeAlias = tuple[str, ...]


class Trace(NamedTuple):
    """A place and what stands there, such as ``keras.ops`` or ``nb_epoch``."""

    place: int
    shown: str


@dataclass(frozen=True, slots=True)
class Traces:
    """The traces of each generation, in the order of the code."""

    keras_2: tuple[Trace, ...] = ()
    keras_3: tuple[Trace, ...] = ()
    tensorflow_1: tuple[Trace, ...] = ()


class _Bound(NamedTuple):
    """An absolute path that a name means; ``guarded`` where there is another way."""

    path: str
    guarded: bool


class _Use(NamedTuple):
    """A chain of attributes, or a call of one."""

    place: int
    chain: _Chain
    call: ir.Call | None = None


@dataclass(slots=True)
class _Names:
    """What one walk over a module collects."""

    imports: dict[str, list[_Bound]] = field(default_factory=lambda: defaultdict(list))
    imported: list[tuple[int, str]] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    aliases: dict[str, list[_Chain]] = field(default_factory=lambda: defaultdict(list))
    others: set[str] = field(default_factory=set)
    parameters: set[tuple[str, str]] = field(default_factory=set)
    made: list[tuple[_Chain, _Chain]] = field(default_factory=list)
    uses: list[_Use] = field(default_factory=list)
    methods: list[ir.Call] = field(default_factory=list)


def find_traces(module: ir.Module) -> Traces:
    """The traces in a module."""
    names = _collect(module)
    if not any(_is_framework(bound.path) for found in names.imports.values() for bound in found):
        if not any(map(_is_framework, names.stars)):
            return Traces()
    return _Search(names).traces()


def _is_framework(path: str) -> bool:
    return path.partition(".")[0] in FRAMEWORKS


# Walking


def _collect(module: ir.Module) -> _Names:
    names = _Names()
    _walk(names, module.body, guarded=False)
    return names


def _walk(names: _Names, start: tuple[Any, ...], *, guarded: bool) -> None:
    """Collect from everything below; of what is guarded, bindings alone."""
    pending: list[Any] = [start]
    while pending:
        node = pending.pop()
        kind = node.__class__
        if kind is ir.Constant:
            continue
        if kind is ir.Name:
            if not guarded:
                names.uses.append(_Use(node.place, (node.id,)))
            continue
        if kind is ir.Attribute:
            chain = _chain(node)
            if chain is None:
                pending.append(node.value)
            elif not guarded:
                names.uses.append(_Use(node.place, chain))
            continue
        if kind is ir.Call:
            if not guarded:
                _collect_call(names, node)
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


def _chain(node: ir.Expression) -> _Chain | None:
    parts = []
    while isinstance(node, ir.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ir.Name) else None


def _collect_call(names: _Names, node: ir.Call) -> None:
    chain = _chain(node.func)
    if chain is not None:
        names.uses.append(_Use(node.place, chain, node))
    elif isinstance(node.func, ir.Attribute):
        names.methods.append(node)


def _collect_import(names: _Names, node: ir.Import | ir.ImportFrom, guarded: bool) -> None:
    if isinstance(node, ir.Import):
        bound = node.module if node.alias else node.module.partition(".")[0]
        names.imports[node.alias or bound].append(_Bound(bound, guarded))
        if not guarded:
            names.imported.append((node.place, node.module))
        return
    for name, alias in node.names:
        path = "." * node.level + (node.module if name == "*" else f"{node.module}.{name}")
        if name == "*":
            names.stars.append(path)
        else:
            names.imports[alias or name].append(_Bound(path, guarded))
        if not guarded:
            names.imported.append((node.place, path))


def _collect_binding(names: _Names, node: Any) -> None:
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


# Judging


class _Search:
    """Judges what a walk has collected."""

    def __init__(self, names: _Names) -> None:
        self._names = names
        self._table = _table()
        self._paths: dict[str, tuple[_Bound, ...]] = {}
        self._found: dict[int, dict[Trace, None]] = {1: {}, 2: {}, 3: {}}

    def traces(self) -> Traces:
        for place, path in self._names.imported:
            self._judge_path(place, path)
        for use in self._names.uses:
            if use.call is None:
                self._judge_use(use)
            else:
                self._judge_call(use.call, use.chain)
        for call in self._names.methods:
            self._judge_keywords_of_method(call)
        first, second, third = (tuple(sorted(self._found[key])) for key in (1, 2, 3))
        return Traces(second, third, first)

    def _judge_path(self, place: int, path: str) -> None:
        if not _is_framework(path):
            return
        decided = decide(path)
        if decided is not None:
            self._found[decided.generation][Trace(place, decided.shown)] = None

    def _judge_use(self, use: _Use) -> None:
        bound = self._bound(use.chain[0])
        decided = [decide(".".join((each.path, *use.chain[1:]))) for each in bound]
        certain = [each for each in decided if each is not None]
        if not certain or len(certain) < len(decided) or len({each.generation for each in certain}) > 1:
            return
        # With another way to the name itself, only what is read from it tells something.
        if any(each.guarded for each in bound) and all(decide(each.path) is not None for each in bound):
            return
        first = min(certain)
        self._found[first.generation][Trace(use.place, first.shown)] = None

    def _bound(self, name: str, depth: int = 0) -> tuple[_Bound, ...]:
        """The absolute paths that a name means; none where it may mean something else."""
        if name not in self._paths:
            self._paths[name] = ()  # an alias of itself means nothing
            self._paths[name] = tuple(self._lookup(name, depth)) if depth < _LONGEST_ALIAS else ()
        return self._paths[name]

    def _lookup(self, name: str, depth: int) -> list[_Bound]:
        names = self._names
        if name in names.others:
            return []
        found = list(names.imports.get(name, ()))
        for first, *rest in names.aliases.get(name, ()):
            aliased = self._bound(first, depth + 1)
            if not aliased:
                return []
            found += [_Bound(".".join((each.path, *rest)), each.guarded) for each in aliased]
        if not found and all(map(_is_framework, names.stars)):
            found = [
                _Bound(path, guarded=False)
                for star in reversed(names.stars)
                if existing(path := f"{star}.{name}")
            ][:1]
        return found if all(_is_framework(each.path) for each in found) else []

    # Calls

    def _judge_call(self, call: ir.Call, chain: _Chain) -> None:
        paths = {".".join((each.path, *chain[1:])) for each in self._bound(chain[0])}
        if not paths:
            self._judge_keywords_of_method(call)
            self._judge_method(call, chain)
        elif len(paths) == 1:
            [path] = paths
            self._judge_arguments(call, path)

    def _judge_arguments(self, call: ir.Call, path: str) -> None:
        resolved = api.resolve(path)
        if resolved is None or resolved.generation is not None or path.startswith(_UNDECIDED):
            return
        for generation in (2, 3):
            table: dict[str, list[str]] = self._table[f"parameters_{generation}"]
            self._judge_keywords(call, table.get(resolved.name, ()), generation)
        if path.rpartition(".")[2] in _KERAS_1_KERNELS:
            numbers = [each for each in call.arguments if each.keyword is None and not each.star][:3]
            if len(numbers) == 3 and all(isinstance(each.value, ir.Constant) for each in numbers[1:]):
                self._found[2][Trace(call.place, f"rows and columns of {path}")] = None

    def _judge_keywords(self, call: ir.Call, keywords: Any, generation: int) -> None:
        for argument in call.arguments:
            if argument.keyword in keywords:
                self._found[generation][Trace(argument.place, str(argument.keyword))] = None

    def _judge_keywords_of_method(self, call: ir.Call) -> None:
        """The keywords of a training method, of whatever object: Keras alone has had them."""
        if isinstance(call.func, ir.Attribute):
            method = call.func.attr
            known: list[str] = self._table["keywords_2"].get(method, ())
            own = {name for name in known if (method, name) in self._names.parameters}
            self._judge_keywords(call, set(known) - own, 2)

    def _judge_method(self, call: ir.Call, chain: _Chain) -> None:
        *receiver, method = chain
        if method in self._table["methods_2"] and method not in self._names.others:
            if tuple(receiver) in self._models():
                assert isinstance(call.func, ir.Attribute)
                self._found[2][Trace(call.func.attr_place, method)] = None

    def _models(self) -> set[_Chain]:
        """The variables that hold models: made by Keras, or compiled as models are."""
        models = {made for made, maker in self._names.made if self._makes_model(maker)}
        for use in self._names.uses:
            if use.call is not None and use.chain[-1] == "compile":
                if not _COMPILE_KEYWORDS.isdisjoint(argument.keyword for argument in use.call.arguments):
                    models.add(use.chain[:-1])
        return models

    def _makes_model(self, maker: _Chain) -> bool:
        for bound in self._bound(maker[0]):
            resolved = api.resolve(".".join((bound.path, *maker[1:])))
            if resolved is not None:
                name = resolved.name
                if api.is_a(name, "keras.Model") or name.startswith(_MODEL_FACTORIES):
                    return True
        return False


# Names


class Decision(NamedTuple):
    """A generation (1: TensorFlow 1, with the Keras of its time) and the name that tells it."""

    generation: int
    shown: str


@lru_cache(_CACHE_SIZE)
def decide(path: str) -> Decision | None:
    """The generation that alone has a path as it is written, if there is one."""
    # What is private may be anywhere in the next release.
    if path.startswith(_UNDECIDED) or "__" in path:
        return None
    parts = path.split(".")
    if parts[0] == "tensorflow" and len(parts) > 1 and parts[1] in _FIRST_TENSORFLOW:
        return None if f"{path}.".startswith(f"{_FLAGGED}.") else Decision(1, f"tf.{parts[1]}")
    for end in range(1, len(parts) + 1):
        prefix = ".".join(parts[:end])
        generations = existing(prefix)
        if len(generations) == 1:
            return Decision(next(iter(generations)), prefix)
    return None


@lru_cache(_CACHE_SIZE)
def existing(path: str) -> frozenset[int]:
    """The generations that have a path as it is written; the releases before tf-keras are Keras 2's."""
    generations = api.exists_in(path)
    resolved = api.resolve(path)
    # The archives spell every name as the package itself does; so does what TensorFlow lent.
    written = path.replace("tensorflow.keras", "keras", 1) if path.startswith("tensorflow.keras") else path
    if written.partition(".")[0] != "keras" or resolved is None:
        return generations
    if not generations and written in _old_names():
        return frozenset({2})
    return _BOTH if generations == {3} and written in _table()["names_both"] else generations


@cache
def _old_names() -> frozenset[str]:
    return frozenset(_table()["names_2"])


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_TABLE.read_text(encoding="utf-8"))
    return table
