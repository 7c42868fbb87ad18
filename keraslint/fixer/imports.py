"""How a file writes a symbol, and the import that it needs where it cannot yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from itertools import takewhile

import libcst as cst

from keraslint.fixer.scopes import Scope
from keraslint.fixer.scopes import Scopes
from keraslint.fixer.scopes import is_under
from keraslint.fixer.scopes import single
from keraslint.fixer.tree import FileTree
from keraslint.fixer.tree import UnplaceableError

_CUSTOMARY = {"numpy": "np", "tensorflow": "tf"}
_WHOLE = {"jax", "keras", "numpy", "tensorflow", "tf_keras", "torch"}
"""Packages that give access to their modules once they are imported themselves."""


@dataclass(frozen=True)
class Spelling:
    """A symbol as a file writes it.

    ``statement`` is the import that it needs first, put behind the line
    ``behind``, or at the top of the file where that is None.
    """

    code: str
    statement: str | None = None
    behind: cst.SimpleStatementLine | None = None


class Imports:
    """Spells symbols in the part of a file that a fix needs."""

    def __init__(self, tree: FileTree, scopes: Scopes) -> None:
        self._tree = tree
        self._scopes = scopes

    def spell(self, symbol: str, node: cst.CSTNode, place: int) -> Spelling:
        """Write ``symbol`` as code at ``node`` can."""
        scopes = self._scopes.around(node, self._tree)
        codes = sorted(
            self._written(symbol, scopes, place), key=lambda code: (code.count("."), len(code), code)
        )
        if codes:
            return Spelling(codes[0])
        behind = self._lazy_import(symbol, node) or self._last_import(node)
        for statement, name, target in self._options(symbol):
            if self._is_free(name, target, scopes):
                return Spelling(name + symbol[len(target) :], statement, behind)
        raise UnplaceableError(f"no name is free for {symbol}")

    def _written(self, symbol: str, scopes: list[Scope], place: int) -> Iterator[str]:
        for index, scope in enumerate(scopes):
            for name, target, first in scope.dotted:
                late = scope is scopes[0] and first > place
                if late or any(name in inner for inner in scopes[:index]):
                    continue
                if is_under(symbol, target):
                    yield name + symbol[len(target) :]
                elif target == "tensorflow" and is_under(symbol, "keras"):
                    yield f"{name}.{symbol}"

    def _options(self, symbol: str) -> Iterator[tuple[str, str, str]]:
        """Imports that give the symbol, each with the name that it binds and what that stands for."""
        root = symbol.split(".")[0]
        module = root if root in _WHOLE else symbol.rpartition(".")[0] or root
        if root == "keras" and self._imports("tensorflow") and not self._imports("keras"):
            yield "from tensorflow import keras", "keras", "keras"
        if root in _CUSTOMARY:
            yield f"import {root} as {_CUSTOMARY[root]}", _CUSTOMARY[root], root
        yield f"import {module}", root, root
        alias = "_" + module.replace(".", "_")
        yield f"import {module} as {alias}", alias, module

    def _imports(self, package: str) -> bool:
        """Whether the module itself imports from a package of that very name."""
        return any(
            binding.imported and binding.target is not None and is_under(binding.target, package)
            for bindings in self._scopes.module.values()
            for binding in bindings
        )

    def _is_free(self, name: str, target: str, scopes: list[Scope]) -> bool:
        return all(name not in scope or single(scope[name]) == target for scope in scopes)

    def _lazy_import(self, symbol: str, node: cst.CSTNode) -> cst.SimpleStatementLine | None:
        """The import inside the function around ``node`` that a file has which imports lazily."""
        root = symbol.split(".")[0]
        family = {"keras", "tensorflow"} if root in ("keras", "tensorflow") else {root}
        if any(self._imports(package) for package in family):
            return None
        path = self._tree.path(node)
        for block, around in pairwise([*path, self._tree.module]):
            if isinstance(around, cst.ClassDef):
                # What a class imports for itself is not seen from its methods.
                return None
            if isinstance(block, cst.IndentedBlock):
                above = takewhile(lambda line: line not in path, block.body)
                lines = [line for line in above if isinstance(line, cst.SimpleStatementLine)]
                found = [line for line in lines if _packages(line) & family]
                if found:
                    return found[-1]
        return None

    def _last_import(self, node: cst.CSTNode) -> cst.SimpleStatementLine | None:
        """The line of the file's head behind which an import belongs, and that runs before ``node``.

        The head ends with the first definition or loop; a conditional import
        (``try``, ``if``) is in it, but nothing is put into such a block.
        """
        user = (self._tree.path(node) or [node])[-1]
        last = None
        for index, statement in enumerate(self._tree.module.body):
            if statement is user or isinstance(
                statement, (cst.FunctionDef, cst.ClassDef, cst.For, cst.While, cst.With)
            ):
                break
            if isinstance(statement, cst.SimpleStatementLine):
                first = statement.body[0] if statement.body else None
                docstring = (
                    index == 0 and isinstance(first, cst.Expr) and isinstance(first.value, cst.SimpleString)
                )
                if docstring or _packages(statement):
                    last = statement
        return last


def _packages(line: cst.SimpleStatementLine) -> set[str]:
    """The packages that a line imports from, ``.`` for its own; empty for any other line."""
    found: set[str] = set()
    for statement in line.body:
        if isinstance(statement, cst.Import):
            found |= {_root(alias.name) for alias in statement.names}
        elif isinstance(statement, cst.ImportFrom):
            found.add("." if statement.relative or statement.module is None else _root(statement.module))
    return found


def _root(name: cst.BaseExpression) -> str:
    while isinstance(name, cst.Attribute):
        name = name.value
    return name.value if isinstance(name, cst.Name) else ""
