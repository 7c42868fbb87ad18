"""Finds rules: the packages named in the entry-point group ``keraslint.rules``, module by module.

Our own rules come in by the same door as everybody's. Whatever is wrong with a
rule is told as a problem and costs that rule alone.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from dataclasses import field
from itertools import takewhile
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from keraslint.diagnostic import Applicability
from keraslint.diagnostic import Severity
from keraslint.reserved import RESERVED

if TYPE_CHECKING:
    from importlib.abc import Traversable

    from keraslint.rule import Rule

GROUP = "keraslint.rules"
_OWN_PACK = ("keraslint", "keraslint.rules")
_CODE = re.compile(r"[A-Z]+[0-9]{3,}")


@dataclass(frozen=True, slots=True)
class RegisteredRule:
    """A rule with what its place says of it: its name, its group and the package it came in.

    One that is only remembered is loaded when somebody asks for its class.
    """

    code: str
    name: str
    group: str
    package: str
    is_default: bool
    module: str
    class_name: str
    _rule: type[Rule] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, rule: type[Rule], name: str, group: str, package: str) -> RegisteredRule:
        """The record of a rule that is at hand, whatever may be wrong with it."""
        return cls(
            getattr(rule, "code", ""),
            name,
            group,
            package,
            bool(getattr(rule, "default", True)),
            rule.__module__,
            rule.__name__,
            rule,
        )

    @property
    def rule(self) -> type[Rule]:
        """The rule itself."""
        if self._rule is not None:
            return self._rule
        rule: type[Rule] = getattr(_imported(self.module), self.class_name)
        return rule

    @property
    def measured_as(self) -> Severity:
        """The severity of what its two programs show; figures are told of findings at least as severe."""
        return self.rule.measured_as or self.rule.severity

    @property
    def file(self) -> Path:
        """The module that the rule is written in."""
        return Path(inspect.getfile(self.rule))

    @property
    def row(self) -> int:
        """The row that the rule's class begins on."""
        try:
            return inspect.getsourcelines(self.rule)[1]
        except OSError:
            return 1

    @property
    def page(self) -> str:
        """The rule's docstring, without its indentation."""
        return inspect.cleandoc(self.rule.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first paragraph of the page, on one line."""
        return summary_of(self.page)

    def fixture(self, filename: str) -> bytes | None:
        """A file of the rule's fixture folder."""
        fixtures = fixtures_of(self.package)
        try:
            return None if fixtures is None else fixtures.joinpath(self.name).joinpath(filename).read_bytes()
        except OSError:
            return None


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong with a rule pack, or with a rule in it."""

    pack: str
    text: str

    def __str__(self) -> str:
        return f"rule pack `{self.pack}`: {self.text}"


@dataclass(frozen=True, slots=True)
class Registry:
    """The rules that can run, by code, and what was wrong with the others."""

    rules: tuple[RegisteredRule, ...]
    problems: tuple[Problem, ...] = ()

    def find(self, code_or_name: str) -> RegisteredRule | None:
        """The rule of that code or name."""
        return next((rule for rule in self.rules if code_or_name in (rule.code, rule.name)), None)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that have rules."""
        return tuple(sorted({rule.group for rule in self.rules}))

    def nearest(self, text: str) -> str | None:
        """The code, name or group that looks most like ``text``."""
        from difflib import get_close_matches

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


def fixtures_of(package: str) -> Traversable | None:
    """The folder of the fixtures of a pack: the package ``fixtures`` beside that of the rules, or in it."""
    from importlib import resources

    parent = package.rpartition(".")[0] or package
    try:
        return resources.files(f"{parent}.fixtures")
    except ImportError:
        return None


def load_rules(first: Collection[tuple[str, str]] = ()) -> Registry:
    """Load every installed rule pack: ours first, so that nobody takes its codes, then those named ``first``.

    A pack is the name of its entry point and the package that it names.
    """
    # What reads the records of packages takes as long to import as all that is needed without it.
    from importlib.metadata import entry_points

    named = dict(first)
    installed = {(point.name, point.value) for point in entry_points(group=GROUP)}
    others = {point for point in installed if point[0] not in named}
    return load_packs(
        sorted({*first, *others}, key=lambda pack: (pack != _OWN_PACK, pack not in first, pack))
    )


def load_packs(packs: Iterable[tuple[str, str]]) -> Registry:
    """Load rule packs, each the name of its entry point and the package that it names."""
    rules: dict[str, RegisteredRule] = {}
    problems: list[Problem] = []
    taken = {key: "keraslint itself" for item in RESERVED for key in (item.code, item.name)}
    for pack, package in packs:
        for found in _walk(pack, package, problems):
            problem = _defect(found) or _clash(found, taken)
            if problem is not None:
                problems.append(Problem(pack, f"skipped {found.rule.__module__}: {problem}"))
                continue
            rules[found.code] = found
            taken[found.code] = taken[found.name] = found.rule.__module__
    return Registry(tuple(rules[code] for code in sorted(rules)), tuple(problems))


def _walk(pack: str, package: str, problems: list[Problem]) -> Iterator[RegisteredRule]:
    from keraslint.rule import Rule

    for module in _modules(pack, package, problems):
        folders = module.__name__.removeprefix(package).strip(".").split(".")
        for rule in vars(module).values():
            if inspect.isclass(rule) and issubclass(rule, Rule) and rule.__module__ == module.__name__:
                group = folders[0] if len(folders) > 1 else pack
                yield RegisteredRule.of(rule, folders[-1].replace("_", "-"), group, package)


def _modules(pack: str, name: str, problems: list[Problem]) -> Iterator[ModuleType]:
    try:
        module = _imported(name)
    except (Exception, SystemExit) as error:
        problems.append(Problem(pack, f"cannot import {name}: {type(error).__name__}: {error}"))
        return
    if not hasattr(module, "__path__"):
        yield module
        return
    import pkgutil

    for info in sorted(pkgutil.iter_modules(module.__path__), key=lambda info: info.name):
        if not info.name.startswith("_"):
            yield from _modules(pack, f"{name}.{info.name}", problems)


def _imported(name: str) -> ModuleType:
    # What a module prints is none of a report's.
    with redirect_stdout(sys.stderr):
        return importlib.import_module(name)


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
    return next((f"{code}: {said}" for said, holds in _others(rule) if not holds), None)


def _others(rule: type[Rule]) -> Iterator[tuple[str, bool]]:
    """What else must hold of a rule, and whether it does."""
    from keraslint.rule import Claim

    yield "`claim` is no Claim", isinstance(rule.claim, Claim)
    yield "`hardware` is no text", isinstance(rule.hardware, str)
    yield (
        "`applicability` is neither an Applicability nor None",
        rule.applicability is None or isinstance(rule.applicability, Applicability),
    )
    yield (
        "`targets` is no tuple of 2 and 3",
        isinstance(rule.targets, tuple) and set(rule.targets) <= {2, 3},
    )
    yield (
        "`backends` is no tuple of texts",
        isinstance(rule.backends, tuple) and all(isinstance(each, str) for each in rule.backends),
    )


def _clash(found: RegisteredRule, taken: dict[str, str]) -> str | None:
    for key in (found.code, found.name):
        if key in taken:
            return f"`{key}` is taken by {taken[key]}"
    return None
