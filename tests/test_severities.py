"""Severities follow what was measured."""

import pytest

from keraslint.diagnostic import Severity
from keraslint.evidence import concerns
from keraslint.evidence import records
from keraslint.registry import RegisteredRule
from keraslint.registry import load_rules
from keraslint.rule import Claim


def measured_where_it_counts(rule: RegisteredRule) -> list[str]:
    """The verdicts of the evidence that ships, on the hardware that the rule is about."""
    return [
        record.verdict
        for record in records(rule, shipped=True)
        if not record.is_stale and concerns(rule.rule.hardware, record.hardware)
    ]


@pytest.mark.parametrize("rule", load_rules().rules, ids=lambda rule: rule.code)
def test_what_shows_no_effect_on_any_machine_is_info(rule: RegisteredRule) -> None:
    verdicts = measured_where_it_counts(rule)
    if rule.rule.claim in (Claim.TIME, Claim.MEMORY) and verdicts:
        assert rule.rule.severity is Severity.INFO or not set(verdicts) <= {"no effect", "refuted"}


@pytest.mark.parametrize("rule", load_rules().rules, ids=lambda rule: rule.code)
def test_what_breaks_by_its_severity_breaks_by_its_evidence(rule: RegisteredRule) -> None:
    verdicts = measured_where_it_counts(rule)
    if rule.rule.claim is Claim.BREAKS:
        assert set(verdicts) <= {"breaks"}


def test_hardware_that_a_rule_is_about() -> None:
    assert concerns("any", "cpu-2core")
    assert concerns("accelerator", "gpu-nvidia-h100-x1")
    assert not concerns("accelerator", "cpu-2core")
    assert not concerns("slow or remote storage", "cpu-2core")
