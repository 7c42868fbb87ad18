"""Which rules run: `ALL`, `KL`, `data`, `KL1`, `KL102` and `missing-prefetch`, the more precise one winning."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass

from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Severity
from keraslint.registry import RegisteredRule
from keraslint.registry import Registry
from keraslint.reserved import RESERVED
from keraslint.reserved import UNUSED_SUPPRESSION

_RESERVED_KEYS = {key: item for item in RESERVED for key in (item.code, item.name)}


class UnknownSelectorError(ValueError):
    """A selector that means nothing, with the nearest one that means something."""

    def __init__(self, selector: str, nearest: str | None) -> None:
        hint = f"; did you mean `{nearest}`?" if nearest else "; `keraslint rule --all` lists the rules"
        super().__init__(f"unknown rule `{selector}`{hint}")


class FixedSelectorError(ValueError):
    """An engine code that somebody tried to ignore."""

    def __init__(self, code: str) -> None:
        super().__init__(f"`{code}` cannot be ignored; leave the file out with `exclude`")


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules to run, those among them named by code or name, and those whose fixes are wanted.

    ``known`` are the codes and names of all rules, whether they run or not.
    """

    rules: tuple[RegisteredRule, ...]
    named: frozenset[str]
    fixable: frozenset[str]
    unused_suppressions: bool
    known: frozenset[str]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the rules that run."""
        return frozenset(rule.code for rule in self.rules)

    def wants_fix(self, diagnostic: Diagnostic) -> bool:
        """Whether ``--fix`` may touch it."""
        return self.why_unwanted(diagnostic) is None

    def why_unwanted(self, diagnostic: Diagnostic) -> str | None:
        """Why ``--fix`` leaves a finding alone: advice is followed only where its rule was asked for by name."""
        if diagnostic.code not in self.fixable:
            return "the settings `fixable` and `unfixable` leave this rule out"
        if diagnostic.severity is Severity.INFO and diagnostic.code not in self.named:
            return f"of severity info: it is fixed where its rule is named, as in `--extend-select {diagnostic.code}`"
        return None


def select(
    registry: Registry,
    *,
    selectors: Sequence[str] | None = None,
    extend: Sequence[str] = (),
    ignore: Sequence[str] = (),
    fixable: Sequence[str] | None = None,
    unfixable: Sequence[str] = (),
) -> Selection:
    """Resolve selectors; None stands for the rules that are on by default."""
    for selector in ignore:
        reserved = _RESERVED_KEYS.get(selector)
        if reserved is not None and not reserved.can_be_ignored:
            raise FixedSelectorError(selector)
    wanted = [*(selectors or ()), *extend]
    base = {rule.code for rule in registry.rules if rule.is_default} if selectors is None else set()
    codes = _resolve(registry, base, wanted, ignore)
    everything = {rule.code for rule in registry.rules}
    own = (UNUSED_SUPPRESSION.code, UNUSED_SUPPRESSION.name)
    return Selection(
        rules=tuple(rule for rule in registry.rules if rule.code in codes),
        named=frozenset(
            rule.code
            for rule in registry.rules
            if rule.code in codes and {rule.code, rule.name} & set(wanted)
        ),
        fixable=frozenset(
            _resolve(registry, everything if fixable is None else set(), fixable or (), unfixable)
        ),
        unused_suppressions=any(key in wanted for key in own) and not any(key in ignore for key in own),
        known=frozenset(key for rule in registry.rules for key in (rule.code, rule.name)),
    )


def matching(registry: Registry, selector: str) -> frozenset[str]:
    """The codes that a selector stands for."""
    codes = frozenset(rule.code for rule in registry.rules if _matches(selector, rule))
    if not codes and selector not in _RESERVED_KEYS and selector != "ALL":
        raise UnknownSelectorError(selector, registry.nearest(selector))
    return codes


def _matches(selector: str, rule: RegisteredRule) -> bool:
    if selector in ("ALL", rule.name, rule.group):
        return True
    letters = rule.code.rstrip("0123456789")
    return selector == letters or (selector.startswith(letters) and rule.code.startswith(selector))


def _resolve(
    registry: Registry, base: Iterable[str], wanted: Iterable[str], unwanted: Iterable[str]
) -> set[str]:
    codes = set(base)
    steps = [(_precision(registry, selector), 0, selector) for selector in wanted]
    steps += [(_precision(registry, selector), 1, selector) for selector in unwanted]
    for _, removes, selector in sorted(steps):
        if removes:
            codes -= matching(registry, selector)
        else:
            codes |= matching(registry, selector)
    return codes


def _precision(registry: Registry, selector: str) -> tuple[int, int]:
    if selector == "ALL":
        return 0, 0
    if registry.find(selector) is not None:
        return 4, 0
    if selector in registry.groups:
        return 2, 0
    return (1, 0) if selector.isalpha() else (3, len(selector))
