import pytest

from keraslint.diagnostic import Confidence
from keraslint.diagnostic import Diagnostic
from keraslint.diagnostic import Location
from keraslint.diagnostic import Severity
from keraslint.registry import RegisteredRule
from keraslint.registry import Registry
from keraslint.selection import FixedSelectorError
from keraslint.selection import UnknownSelectorError
from keraslint.selection import select


def rule(code: str, name: str, group: str, default: bool = True) -> RegisteredRule:
    module, class_name = f"keraslint.rules.{group}.{name}", name.title().replace("-", "")
    return RegisteredRule(code, name, group, "keraslint.rules", default, module, class_name)


REGISTRY = Registry(
    (
        rule("KL101", "getitem-preprocessing", "data"),
        rule("KL102", "missing-prefetch", "data"),
        rule("KL110", "python-in-pipeline", "data"),
        rule("KL301", "oversized-conv", "model"),
        rule("KL412", "no-early-stopping", "training", default=False),
        rule("KLX001", "third-party", "acme"),
    )
)


def codes(**selectors) -> list[str]:
    return [item.code for item in select(REGISTRY, **selectors).rules]


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ({}, ["KL101", "KL102", "KL110", "KL301", "KLX001"]),
        ({"selectors": []}, []),
        ({"selectors": ["ALL"]}, ["KL101", "KL102", "KL110", "KL301", "KL412", "KLX001"]),
        ({"selectors": ["KL"]}, ["KL101", "KL102", "KL110", "KL301", "KL412"]),
        ({"selectors": ["KL1"]}, ["KL101", "KL102", "KL110"]),
        ({"selectors": ["KL10"]}, ["KL101", "KL102"]),
        ({"selectors": ["data"]}, ["KL101", "KL102", "KL110"]),
        ({"selectors": ["missing-prefetch", "KL301"]}, ["KL102", "KL301"]),
        ({"extend": ["KL412"]}, ["KL101", "KL102", "KL110", "KL301", "KL412", "KLX001"]),
        ({"ignore": ["data"]}, ["KL301", "KLX001"]),
    ],
)
def test_selectors(selectors, expected):
    assert codes(**selectors) == expected


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ({"selectors": ["KL102"], "ignore": ["KL1"]}, ["KL102"]),
        ({"selectors": ["KL1"], "ignore": ["KL102"]}, ["KL101", "KL110"]),
        ({"selectors": ["KL1"], "ignore": ["KL10"]}, ["KL110"]),
        ({"selectors": ["KL10"], "ignore": ["data"]}, ["KL101", "KL102"]),
        ({"selectors": ["KL1"], "ignore": ["ALL"]}, ["KL101", "KL102", "KL110"]),
        ({"selectors": ["KL102"], "ignore": ["missing-prefetch"]}, []),
        ({"ignore": ["KL1"], "extend": ["KL110"]}, ["KL110", "KL301", "KLX001"]),
    ],
)
def test_the_more_precise_selector_wins_and_ignoring_wins_a_tie(selectors, expected):
    assert codes(**selectors) == expected


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("KL302", "unknown rule `KL302`; did you mean `KL301`?"),
        ("missing-prefech", "unknown rule `missing-prefech`; did you mean `missing-prefetch`?"),
        ("missing_prefetch", "unknown rule `missing_prefetch`; did you mean `missing-prefetch`?"),
        ("kl102", "unknown rule `kl102`; did you mean `KL102`?"),
        ("all", "unknown rule `all`; did you mean `ALL`?"),
        ("trainin", "unknown rule `trainin`; did you mean `training`?"),
        ("E501x!", "unknown rule `E501x!`; `keraslint rule --all` lists the rules"),
        ("", "unknown rule ``; `keraslint rule --all` lists the rules"),
    ],
)
@pytest.mark.parametrize("option", ["selectors", "extend", "ignore", "fixable", "unfixable"])
def test_what_is_unknown_is_met_with_the_nearest_name(selector, message, option):
    with pytest.raises(UnknownSelectorError) as error:
        select(REGISTRY, **{option: [selector]})
    assert str(error.value) == message


def test_errors_of_the_engine_cannot_be_ignored():
    with pytest.raises(
        FixedSelectorError, match="`KL000` cannot be ignored; leave the file out with `exclude`"
    ):
        select(REGISTRY, ignore=["KL000"])


@pytest.mark.parametrize(
    ("selectors", "reported"),
    [
        ({}, False),
        ({"selectors": ["ALL"]}, False),
        ({"extend": ["KL001"]}, True),
        ({"selectors": ["unused-suppression"]}, True),
        ({"extend": ["KL001"], "ignore": ["KL001"]}, False),
    ],
)
def test_unused_suppressions_are_reported_on_request(selectors, reported):
    assert select(REGISTRY, **selectors).unused_suppressions is reported


@pytest.mark.parametrize(
    ("severity", "selectors", "wanted"),
    [
        (Severity.WARNING, {}, True),
        (Severity.INFO, {}, False),
        (Severity.INFO, {"selectors": ["ALL"]}, False),
        (Severity.INFO, {"selectors": ["KL10"]}, False),
        (Severity.INFO, {"selectors": ["data"]}, False),
        (Severity.INFO, {"selectors": ["KL102"]}, True),
        (Severity.INFO, {"extend": ["missing-prefetch"]}, True),
        (Severity.WARNING, {"unfixable": ["KL1"]}, False),
        (Severity.WARNING, {"fixable": ["KL3"]}, False),
        (Severity.WARNING, {"fixable": ["KL102"], "unfixable": ["ALL"]}, True),
    ],
)
def test_advice_is_followed_only_where_its_rule_was_asked_for_by_name(severity, selectors, wanted):
    place = Location(1, 1)
    diagnostic = Diagnostic("KL102", "missing-prefetch", severity, Confidence.HIGH, "m", "a.py", place, place)
    assert select(REGISTRY, **selectors).wants_fix(diagnostic) is wanted
