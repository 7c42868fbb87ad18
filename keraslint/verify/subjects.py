"""What can be measured: anything that has two programs, first of all a rule with its fixtures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from keraslint.config import Configurations
from keraslint.diagnostic import Applicability
from keraslint.inputs import Input
from keraslint.plan import plan_for
from keraslint.registry import RegisteredRule
from keraslint.registry import Registry
from keraslint.rule import Claim
from keraslint.runner import Options
from keraslint.runner import run as lint


@dataclass(frozen=True, slots=True)
class Subject:
    """A pair of programs, the slow one first, and what is claimed of them.

    ``measure`` is what the verdict is made on: ``time``, ``memory`` or ``wall``. ``changes`` says of the slow
    program, by its path, what the better one changes in the results on purpose. ``sweep`` is a ``sweep.toml``,
    ``hardware`` what the claim is about.
    """

    code: str
    name: str
    claim: str
    measure: str
    programs: tuple[bytes | None, bytes | None]
    changes: Callable[[Path], str | None]
    sweep: bytes | None = None
    hardware: str = "any"
    targets: tuple[int, ...] = (2, 3)
    backends: tuple[str, ...] = ("tensorflow", "jax", "torch")


def subject_of(rule: RegisteredRule, registry: Registry) -> Subject:
    """A rule with its fixtures."""
    return Subject(
        rule.code,
        rule.name,
        rule.rule.claim.value,
        _measure(rule),
        (rule.fixture("bad.py"), rule.fixture("good.py")),
        partial(_changes, rule, registry),
        rule.fixture("sweep.toml"),
        rule.rule.hardware,
        rule.rule.targets,
        rule.rule.backends,
    )


def _measure(rule: RegisteredRule) -> str:
    if rule.rule.claim is Claim.MEMORY:
        return "memory"
    return "wall" if rule.rule.timed_with_tracing else "time"


def _changes(rule: RegisteredRule, registry: Registry, script: Path) -> str | None:
    """What the rule says that its better form changes, else what the unsafe fix of its finding says."""
    if rule.rule.changes is not None:
        return rule.rule.changes
    settings = Configurations(script.parent, {"select": [rule.code]}, None, True).for_folder(script.parent)
    found = lint(
        [Input(script, script.name, plan_for(settings, registry))],
        Options(script.parent, jobs=1),
        lambda done, total: None,
    )
    fixes = (item.fix for item in found.diagnostics if item.code == rule.code and item.fix is not None)
    return next((fix.reason for fix in fixes if fix.applicability is Applicability.UNSAFE), None)
