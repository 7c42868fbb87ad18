"""Where a program writes the names of Keras and TensorFlow, each as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass

from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.lowering.usage import Bound
from keraslint.semantics.lowering.usage import Imported
from keraslint.semantics.lowering.usage import Names
from keraslint.semantics.lowering.usage import is_framework


@dataclass(frozen=True, slots=True, eq=False)
class SymbolUse:
    """A name of Keras or TensorFlow in an expression, or in an import.

    ``path`` is the absolute path as it is written: ``tensorflow.keras.layers.LSTM`` where the
    program says ``tf.keras.layers.LSTM``. ``call`` is the call of it, where it is called.
    ``is_guarded`` says that the code asks for a version first or has another way. Of a name that
    an import binds by itself, ``origin`` is that import.
    """

    path: str
    at: Site
    is_guarded: bool
    is_import: bool = False
    bound_to: str = ""
    node: ir.Expression | None = None
    call: ir.Call | None = None
    origin: SymbolUse | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]

    def outer(self, steps: int) -> Site | None:
        """The expression that the last ``steps`` attributes are read from, where the code holds them."""
        node = self.node
        for _ in range(steps):
            if not isinstance(node, ir.Attribute):
                return None
            node = node.value
        return None if node is None else Site(self.at.file, node.place)

    @property
    def package(self) -> str:
        """The first part of the path."""
        return self.path.partition(".")[0]


def symbol_uses(names: Mapping[str, Names]) -> Iterator[SymbolUse]:
    """All uses in all modules, by what each of them imports and uses; imports of a module first."""
    for file in sorted(names):
        yield from _in_module(file, names[file])


def _in_module(file: str, names: Names) -> Iterator[SymbolUse]:
    origins: dict[str, SymbolUse] = {}
    for each in names.imported:
        if is_framework(each.path):
            use = _imported(file, each)
            origins.setdefault(use.bound_to, use)
            yield use
    roots: dict[str, Bound | None] = {}
    calls: dict[int, ir.Call] = {}
    for each_use in names.uses:
        first = each_use.chain[0]
        if first not in roots:
            roots[first] = _root(names, first)
        root = roots[first]
        if root is None:
            continue
        if each_use.call is not None:
            # It comes before the name that it calls.
            calls[each_use.call.func.place] = each_use.call
            continue
        rest = each_use.chain[1:]
        if not rest and first not in names.imports:
            # A variable that was given the name stands for it; the name itself is used where it was given.
            continue
        yield SymbolUse(
            ".".join((root.path, *rest)),
            Site(file, each_use.place),
            each_use.guarded or root.guarded,
            node=each_use.node,
            call=calls.get(each_use.place),
            origin=origins.get(first) if not rest else None,
        )


def _root(names: Names, first: str) -> Bound | None:
    """The one path that a name means, however the program gets it; None where there are others, or none."""
    bound = names.bound(first)
    if len({each.path for each in bound}) != 1:
        return None
    return Bound(bound[0].path, any(each.guarded for each in bound))


def _imported(file: str, each: Imported) -> SymbolUse:
    return SymbolUse(each.path, Site(file, each.place), each.guarded, is_import=True, bound_to=each.name)
