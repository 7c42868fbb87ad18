"""Finds rules: the packages named in the entry-point group ``keraslint.rules``, module by module.

Our own rules come in by the same door as everybody's. Whatever is wrong with a
rule is told as a problem and costs that rule alone.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import resources
from importlib.metadata import entry_points
from itertools import takewhile
from types import ModuleType

from keraslint.diagnostic import Severity
from keraslint.reserved import RESERVED
from keraslint.rule import Rule

GROUP = "keraslint.rules"
_OWN_PACK = "keraslint"
_CODE = re.compile(r"[A-Z]+[0-9]{3,}")


@dataclass(frozen=True, slots=True)
class RegisteredRule:
    """A rule with what its place says of it: its name, its group and the package it came in."""

    rule: type[Rule]
    name: str
    group: str
    package: str

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.rule.code

    @property
    def page(self) -> str:
        """The rule's docstring, without its indentation."""
        return inspect.cleandoc(self.rule.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first paragraph of the page, on one line."""
        return summary_of(self.page)

    def fixture(self, filename: str) -> bytes | None:
        """A file of the rule's fixture folder, which lies in the package ``fixtures`` beside the rules'."""
        parent = self.package.rpartition(".")[0] or self.package
        try:
            return resources.files(f"{parent}.fixtures").joinpath(self.name).joinpath(filename).read_bytes()
        except (ImportError, OSError):
            return None


@dataclass(frozen=True, slots=True)
class Registry:
    """The rules that can run, by code, and what was wrong with the others."""

    rules: tuple[RegisteredRule, ...]
    problems: tuple[str, ...] = ()

    def find(self, code_or_name: str) -> RegisteredRule | None:
        """The rule of that code or name."""
        return next((rule for rule in self.rules if code_or_name in (rule.code, rule.name)), None)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that have rules."""
        return tuple(sorted({rule.group for rule in self.rules}))

    def nearest(self, text: str) -> str | None:
        """The code, name or group that looks most like ``text``."""
        known = [item for rule in self.rules for item in (rule.code, rule.name)]
        known += [item for reserved in RESERVED for item in (reserved.code, reserved.name)]
        known += [*self.groups, "ALL"]
        by_lower = {item.lower(): item for item in known}
        text = text.lower().replace("_", "-")
        matches = get_close_matches(text, by_lower, n=5)
        # Of similar codes, one of the same group is meant.
        nearest = max(matches, key=lambda match: _common_length(text, match), default=None)
        return None if nearest is None else by_lower[nearest]


def summary_of(page: str) -> str:
    """The first paragraph of a page, on one line."""
    text = re.sub(r"^#+ .*$", "\n", page, flags=re.MULTILINE).strip()
    return " ".join(re.split(r"\n\s*\n", text)[0].split())


def load_rules() -> Registry:
    """Load every installed rule pack; ours first, so that nobody takes its codes."""
    points = {(point.name, point.value) for point in entry_points(group=GROUP)}
    return load_packs(sorted(points, key=lambda point: (point[0] != _OWN_PACK, point)))


def load_packs(packs: Iterable[tuple[str, str]]) -> Registry:
    """Load rule packs, each the name of its entry point and the package that it names."""
    rules: dict[str, RegisteredRule] = {}
    problems: list[str] = []
    taken = {key: "keraslint itself" for item in RESERVED for key in (item.code, item.name)}
    for pack, package in packs:
        for found in _walk(pack, package, problems):
            problem = _defect(found) or _clash(found, taken)
            if problem is not None:
                problems.append(f"rule pack `{pack}`: skipped {found.rule.__module__}: {problem}")
                continue
            rules[found.code] = found
            taken[found.code] = taken[found.name] = found.rule.__module__
    return Registry(tuple(rules[code] for code in sorted(rules)), tuple(problems))


def _walk(pack: str, package: str, problems: list[str]) -> Iterator[RegisteredRule]:
    for module in _modules(pack, package, problems):
        folders = module.__name__.removeprefix(package).strip(".").split(".")
        for rule in vars(module).values():
            if inspect.isclass(rule) and issubclass(rule, Rule) and rule.__module__ == module.__name__:
                group = folders[0] if len(folders) > 1 else pack
                yield RegisteredRule(rule, folders[-1].replace("_", "-"), group, package)


def _modules(pack: str, name: str, problems: list[str]) -> Iterator[ModuleType]:
    try:
        module = importlib.import_module(name)
    except (Exception, SystemExit) as error:
        problems.append(f"rule pack `{pack}`: cannot import {name}: {type(error).__name__}: {error}")
        return
    if not hasattr(module, "__path__"):
        yield module
        return
    for info in sorted(pkgutil.iter_modules(module.__path__), key=lambda info: info.name):
        if not info.name.startswith("_"):
            yield from _modules(pack, f"{name}.{info.name}", problems)


def _common_length(first: str, second: str) -> int:
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _defect(found: RegisteredRule) -> str | None:
    rule = found.rule
    code = getattr(rule, "code", None)
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return f"{rule.__name__} has no code such as `KL102`"
    if inspect.isabstract(rule):
        return f"{code} has no check method"
    if not rule.__doc__ or not rule.__doc__.strip():
        return f"{code} has no docstring, which is its page"
    if not isinstance(getattr(rule, "severity", None), Severity):
        return f"{code} has no severity"
    tokens = getattr(rule, "tokens", None)
    if not isinstance(tokens, tuple) or not all(isinstance(token, str) for token in tokens):
        return f"{code} has no tokens (a tuple of texts without which it cannot fire)"
    return None


def _clash(found: RegisteredRule, taken: dict[str, str]) -> str | None:
    for key in (found.code, found.name):
        if key in taken:
            return f"`{key}` is taken by {taken[key]}"
    return None
