"""Write down the names and parameters of releases of Keras that are too old to install.

    python scripts/read_keras_archives.py FOLDER...

Each folder holds the unpacked archive of one release (1.2.2, 2.2.5 and 2.3.1). The sources are
read, never run. The archives do not change, so this is run again only for another release;
``generate_generations_table.py`` makes the table from what it writes.
"""

from __future__ import annotations

import ast
import json
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

OUTPUT = Path(__file__).with_name("keras_archives.json")
# The classes whose methods matter: programs call those of models.
MODELS = ("keras.models.Model", "keras.models.Sequential")

Function: TypeAlias = ast.FunctionDef
Definition: TypeAlias = ast.FunctionDef | ast.ClassDef


@dataclass
class Module:
    """What one module binds: definitions, and other names for what it imports."""

    name: str
    is_package: bool
    tree: ast.Module
    definitions: dict[str, Definition] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for statement in _statements(self.tree.body):
            self._read(statement)

    def _read(self, statement: ast.stmt) -> None:
        if isinstance(statement, Definition):
            self.definitions[statement.name] = statement
        elif isinstance(statement, ast.ImportFrom):
            module = self._absolute(statement.module or "", statement.level)
            for name in statement.names:
                if name.name == "*":
                    self.stars.append(module)
                else:
                    self.imports[name.asname or name.name] = (module, name.name)
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Name):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    self.aliases[target.id] = statement.value.id

    def _absolute(self, module: str, level: int) -> str:
        if not level:
            return module
        parts = self.name.split(".")
        parts = parts[: len(parts) - level + self.is_package]
        return ".".join([*parts, module] if module else parts)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those of its branches too: it is imported on one backend or another."""
    for statement in body:
        if isinstance(statement, ast.If | ast.Try):
            yield from _statements([*statement.body, *statement.orelse])
        else:
            yield statement


@dataclass
class Archive:
    """One release."""

    folder: Path

    @cached_property
    def modules(self) -> dict[str, Module]:
        """Its modules by name."""
        modules = {}
        for path in sorted((self.folder / "keras").rglob("*.py")):
            parts = list(path.relative_to(self.folder).with_suffix("").parts)
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(path.read_text(encoding="utf-8"))
            modules[name] = Module(name, is_package, tree)
        return modules

    def names(self) -> Iterator[tuple[str, tuple[str, Definition] | None]]:
        """Every public name with where it is defined and how; modules have no definition."""
        for module in self.modules.values():
            if any(part.startswith("_") for part in module.name.split(".")):
                continue
            yield module.name, None
            for name in self._bound(module):
                if not name.startswith("_") and (found := self.find(module.name, name)) is not None:
                    yield f"{module.name}.{name}", found

    def _bound(self, module: Module) -> Iterator[str]:
        yield from {**module.definitions, **module.imports, **module.aliases}
        for star in module.stars:
            if star in self.modules:
                yield from self._bound(self.modules[star])

    def find(self, module_name: str, name: str, depth: int = 9) -> tuple[str, Definition] | None:
        """The module that defines what a module calls ``name``, and the definition."""
        module = self.modules.get(module_name)
        if module is None or depth == 0:
            return None
        if name in module.definitions:
            return module_name, module.definitions[name]
        if name in module.aliases:
            return self.find(module_name, module.aliases[name], depth - 1)
        if name in module.imports:
            return self.find(*module.imports[name], depth - 1)
        for star in module.stars:
            if (found := self.find(star, name, depth - 1)) is not None:
                return found
        return None

    def parameters(self, module: str, definition: Definition) -> list[str]:
        """The named parameters of a function, or of a class's nearest constructor."""
        if isinstance(definition, Function):
            return _named(definition)
        for _, function in self._members(module, definition):
            if function.name == "__init__":
                return _named(function)[1:]
        return []

    def methods(self, module: str, definition: ast.ClassDef) -> dict[str, list[str]]:
        """The public methods of a class, its bases' too, with their named parameters."""
        found: dict[str, list[str]] = {}
        for _, function in self._members(module, definition):
            if not function.name.startswith("_"):
                found.setdefault(function.name, _named(function)[1:])
        return found

    def _members(self, module: str, definition: ast.ClassDef) -> Iterator[tuple[str, Function]]:
        for statement in definition.body:
            if isinstance(statement, Function):
                yield module, statement
        for base in definition.bases:
            if isinstance(base, ast.Name) and (found := self.find(module, base.id)) is not None:
                if isinstance(found[1], ast.ClassDef):
                    yield from self._members(found[0], found[1])


def _named(function: Function) -> list[str]:
    return [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]


def main() -> None:
    """Read the archives and write the file."""
    modules: set[str] = set()
    names: dict[str, set[str]] = {}
    methods: dict[str, set[str]] = {}
    for folder in sys.argv[1:]:
        archive = Archive(Path(folder))
        for name, found in archive.names():
            if found is None:
                modules.add(name)
                continue
            names.setdefault(name, set()).update(archive.parameters(*found))
            if name in MODELS and isinstance(found[1], ast.ClassDef):
                for method, parameters in archive.methods(found[0], found[1]).items():
                    methods.setdefault(method, set()).update(parameters)
    data = {
        "modules": sorted(modules),
        "names": {name: " ".join(sorted(names[name])) for name in sorted(names)},
        "methods": {name: " ".join(sorted(methods[name])) for name in sorted(methods)},
    }
    OUTPUT.write_text(json.dumps(data, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
