"""Which rules a path is about: those of the project it lies in, installed or not, or installed ones there."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from keraslint.registry import GROUP
from keraslint.registry import Problem
from keraslint.registry import RegisteredRule
from keraslint.registry import Registry
from keraslint.registry import fixtures_of
from keraslint.registry import load_rules

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class NoPackError(Exception):
    """Why there is nothing to test, in one line."""


@dataclass(frozen=True, slots=True)
class Tested:
    """The rules to test, among all that are there, and what keeps others of their packs from running.

    ``packages`` are those that are tested as a whole.
    """

    registry: Registry
    rules: tuple[RegisteredRule, ...]
    problems: tuple[Problem, ...] = ()
    packages: tuple[str, ...] = ()


def fixture_folder(rule: RegisteredRule) -> Path | None:
    """Where the fixtures of a rule lie."""
    fixtures = fixtures_root(rule.package)
    return None if fixtures is None else fixtures / rule.name


def fixtures_root(package: str) -> Path | None:
    """Where the fixtures of a pack lie."""
    found = fixtures_of(package)
    folder = None if found is None else found.joinpath("x")
    return folder.parent if isinstance(folder, Path) else None


def rules_at(path: Path) -> Tested:
    """The rules that a path is about; raises where there are none."""
    path = path.resolve()
    for project in (path, *path.parents):
        declared = _declared(project / "pyproject.toml")
        if declared:
            return _of_project(path, project, declared)
    registry = load_rules()
    rules = tuple(filter(partial(_concerns, path), registry.rules))
    if not rules:
        raise NoPackError(
            f"{path}: no rule pack: no pyproject.toml here or above names one in "
            f'`[project.entry-points."{GROUP}"]`, and no installed one lies here'
        )
    return Tested(registry, rules)


def _of_project(path: Path, project: Path, declared: Collection[tuple[str, str]]) -> Tested:
    for _, package in declared:
        for source in (project, project / "src"):
            relative = Path(*package.split("."))
            if (source / relative).is_dir() or (source / relative.with_suffix(".py")).is_file():
                sys.path.insert(0, str(source))
    registry = load_rules(declared)
    packages = tuple(package for _, package in declared)
    rules = tuple(rule for rule in registry.rules if rule.package in packages)
    if path == project:
        names = {name for name, _ in declared}
        problems = tuple(problem for problem in registry.problems if problem.pack in names)
        return Tested(registry, rules, problems, packages)
    chosen = tuple(filter(partial(_concerns, path), rules))
    if not chosen:
        raise NoPackError(f"{path}: no rule of {' and '.join(packages)} has its module or its fixtures here")
    return Tested(registry, chosen)


def _concerns(path: Path, rule: RegisteredRule) -> bool:
    """Whether a path holds the module or the fixtures of a rule, or lies in them."""
    folder = fixture_folder(rule)
    places = [rule.file.resolve(), *([folder.resolve()] if folder is not None else [])]
    return any(place.is_relative_to(path) or path.is_relative_to(place) for place in places)


def _declared(pyproject: Path) -> list[tuple[str, str]]:
    """The packs that a project declares, each the name of its entry point and the package that it names."""
    try:
        document: Any = tomllib.loads(pyproject.read_text(encoding="utf-8"))
        points: dict[str, str] = document["project"]["entry-points"][GROUP]
        return [(str(name), str(package)) for name, package in points.items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
