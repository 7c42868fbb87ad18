"""Everything that a rule, and a pack of them, has to keep."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from itertools import chain

from keraslint.registry import RegisteredRule
from keraslint.registry import Registry
from keraslint.testing.failure import Failure
from keraslint.testing.fixtures import fixture_failures
from keraslint.testing.packs import Tested
from keraslint.testing.pages import evidence_failures
from keraslint.testing.pages import pack_failures
from keraslint.testing.pages import page_failures


def failures_of(rule: RegisteredRule, registry: Registry) -> list[Failure]:
    """What a rule does not keep: its page, its fixtures and fix among all rules that run, its evidence."""
    return list(chain(page_failures(rule), fixture_failures(rule, registry), evidence_failures(rule)))


def failures(tested: Tested, progress: Callable[[int, int], None]) -> Iterator[Failure]:
    """What the rules to test do not keep; ``progress`` is told the rules done and all rules."""
    for package in tested.packages:
        yield from pack_failures(package, [rule for rule in tested.rules if rule.package == package])
    for done, rule in enumerate(tested.rules, 1):
        yield from failures_of(rule, tested.registry)
        progress(done, len(tested.rules))
