"""Modules of the project and the imports that link them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Protocol

from keraslint.semantics import names
from keraslint.semantics.evaluation import attributes
from keraslint.semantics.evaluation import iteration
from keraslint.semantics.evaluation.bindings import bound_names
from keraslint.semantics.evaluation.values import UNKNOWN
from keraslint.semantics.evaluation.values import Const
from keraslint.semantics.evaluation.values import ModuleValue
from keraslint.semantics.evaluation.values import Sequence
from keraslint.semantics.evaluation.values import Symbol
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.lowering import ir

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

STAR = "*"


class Resolver(Protocol):
    """How imports find files of the project."""

    def resolve(self, importer: str, level: int, module: str) -> str | None:
        """The file of a module as ``importer`` would import it, None where the project has none."""


def module_scope(evaluator: Evaluator, file: str) -> int:
    """The scope of a module of the project, which is evaluated first if it was not yet."""
    scope = evaluator.module_scopes.get(file)
    if scope is not None:
        return scope
    scope = evaluator.module_scopes[file] = evaluator.new_ref()
    with evaluator.detached(file, (scope,)):
        evaluator.state.set((scope, "__name__"), Const("__main__"))
        evaluator.state.set((scope, "__file__"), Const(file))
        for statement in evaluator.modules[file].body:
            evaluator.bounds.begin_statement()
            if not evaluator.block((statement,)):
                break
    return scope


def run_import(evaluator: Evaluator, node: ir.Import) -> bool:
    """``import a.b as c``."""
    if node.alias is not None:
        evaluator.bind(node.alias, imported(evaluator, node.module, 0))
    else:
        first = node.module.split(".")[0]
        evaluator.bind(first, imported(evaluator, first, 0))
        if first != node.module:
            imported(evaluator, node.module, 0)
    return True


def run_import_from(evaluator: Evaluator, node: ir.ImportFrom) -> bool:
    """``from a.b import c``."""
    if node.module == "__future__":
        return True
    module = imported(evaluator, node.module, node.level)
    for name, alias in node.names:
        if name == STAR:
            _import_star(evaluator, module)
            continue
        submodule = f"{node.module}.{name}" if node.module else name
        value = UNKNOWN
        if isinstance(module, (ModuleValue, Symbol)):
            value = attributes.get(evaluator, module, name)
        # A folder without ``__init__.py`` is a package too.
        is_namespace = evaluator.resolver.resolve(evaluator.file, node.level, submodule) in evaluator.modules
        if value is UNKNOWN or (is_namespace and not isinstance(module, ModuleValue)):
            value = imported(evaluator, submodule, node.level) if is_namespace else UNKNOWN
        evaluator.bind(alias or name, value)
    return True


def imported(evaluator: Evaluator, module: str, level: int) -> Value:
    """The module that an import names: one of the project, or another package's symbol."""
    file = evaluator.resolver.resolve(evaluator.file, level, module)
    if file is not None and file in evaluator.modules:
        evaluator.imported_files.setdefault(evaluator.file, set()).add(file)
        module_scope(evaluator, file)
        if file in evaluator.framework_files:
            evaluator.framework_files.add(evaluator.file)
        return ModuleValue(file)
    if level or file is not None:
        return UNKNOWN
    if module.split(".", 1)[0] in names.FRAMEWORKS:
        evaluator.framework_files.add(evaluator.file)
    return names.symbol(module)


def reached_files(evaluator: Evaluator, script: str) -> set[str]:
    """A script and the files of the project that it imports, at first or at second hand."""
    reached: set[str] = set()
    waiting = [script]
    while waiting:
        file = waiting.pop()
        if file not in reached:
            reached.add(file)
            waiting.extend(evaluator.imported_files.get(file, ()))
    return reached


def starred(evaluator: Evaluator, scope: int, name: str) -> Value | None:
    """What a scope has under a name from another package's ``import *``."""
    modules = evaluator.state.get((scope, STAR))
    if isinstance(modules, Sequence) and modules.items is not None:
        for module in reversed(modules.items):
            if isinstance(module, Symbol) and names.exists(f"{module.name}.{name}"):
                return attributes.get(evaluator, module, name)
    return None


def _import_star(evaluator: Evaluator, module: Value) -> None:
    if isinstance(module, ModuleValue):
        scope = module_scope(evaluator, module.file)
        for name in _star_names(evaluator, module.file):
            value = evaluator.state.get((scope, name))
            if value is not None:
                evaluator.bind(name, value)
        starred = evaluator.state.get((scope, STAR))
        if isinstance(starred, Sequence) and starred.items is not None:
            for inner in starred.items:
                _import_star(evaluator, inner)
    elif isinstance(module, Symbol):
        key = evaluator.key_of(STAR)
        before = evaluator.state.get(key)
        items = before.items if isinstance(before, Sequence) and before.items else ()
        evaluator.state.set(key, Sequence("tuple", (*items, module)))


def _star_names(evaluator: Evaluator, file: str) -> tuple[str, ...]:
    """The names that ``import *`` takes from a module of the project."""
    known = evaluator.exports.get(file)
    if known is not None:
        return known
    evaluator.exports[file] = ()
    scope = evaluator.module_scopes[file]
    listed = evaluator.state.get((scope, "__all__"))
    names_of_all = None if listed is None else iteration.items(evaluator, listed)
    found: dict[str, None] = {}
    if names_of_all is not None:
        found = {
            item.value: None
            for item in names_of_all
            if isinstance(item, Const) and isinstance(item.value, str)
        }
    else:
        for name, source in bound_names(evaluator.modules[file].body):
            if name != STAR:
                found[name] = None
            elif (inner := evaluator.resolver.resolve(file, source[0], source[1])) in evaluator.module_scopes:
                assert inner is not None
                found.update(dict.fromkeys(_star_names(evaluator, inner)))
        found = {name: None for name in found if not name.startswith("_")}
    evaluator.exports[file] = tuple(found)
    return evaluator.exports[file]
