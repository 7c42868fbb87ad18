"""Every rule keeps what it promises, and nothing lies in the fixtures or the evidence that belongs to no rule."""

import pytest

from keraslint.registry import RegisteredRule
from keraslint.registry import load_rules
from keraslint.testing.pages import pack_failures
from keraslint.testing.testing import failures_of

REGISTRY = load_rules()


@pytest.mark.parametrize("rule", REGISTRY.rules, ids=lambda rule: rule.name)
def test_a_rule_keeps_what_it_promises(rule: RegisteredRule) -> None:
    assert list(map(str, failures_of(rule, REGISTRY))) == []


def test_every_fixture_and_every_figure_belongs_to_a_rule() -> None:
    assert list(map(str, pack_failures("keraslint.rules", REGISTRY.rules))) == []
