from pathlib import Path

import pytest

from keraslint.config import Settings
from keraslint.diagnostic import Confidence
from keraslint.diagnostic import Severity
from keraslint.linter import lint
from keraslint.plan import plan_for
from keraslint.registry import RegisteredRule
from keraslint.registry import Registry
from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.semantics.facts import Target
from keraslint.source.text import decode

TEXT = "import keras\nm = keras.Sequential([])\nm.fit(x, epochs=3)\n"


def registry(check, **attributes) -> Registry:
    """A registry of one rule whose ``check`` is the function."""
    fields = {
        "code": "ACME001",
        "severity": Severity.WARNING,
        "tokens": ("fit",),
        "__doc__": "A page.",
        **attributes,
    }
    rule = type("Some", (Rule,), {**fields, "check": lambda self, facts: check(facts)})
    return Registry((RegisteredRule.of(rule, "some", "data", "keraslint.rules"),))


def run(check, text: str = TEXT, target: Target | None = None, **attributes):
    plan = plan_for(Settings(root=Path("/project")), registry(check, **attributes))
    source = decode(Path("/project/train.py"), "train.py", text.encode())
    return lint([source], plan, target or Target()).diagnostics


def test_findings_of_one_rule_at_one_place_are_one():
    def check(facts):
        [call] = facts.training_calls
        [model] = facts.models
        first, second = Related(call.at, "trains"), Related(model.at, "the model")
        yield Finding(call.at, "likely", (first,), Confidence.MEDIUM, Severity.ERROR)
        yield Finding(call.at, "certain", (first, second), Confidence.HIGH, Severity.INFO)
        yield Finding(model.at, "elsewhere")

    model, call = run(check)
    assert (model.message, model.severity) == ("elsewhere", Severity.WARNING)
    assert (call.message, call.severity, call.confidence) == ("likely", Severity.ERROR, Confidence.HIGH)
    assert [related.message for related in call.related] == ["trains", "the model"]


def test_a_related_place_is_named_once():
    def check(facts):
        [call] = facts.training_calls
        yield Finding(call.at, "slow", (Related(call.at, "trains"), Related(call.at, "trains")))

    [found] = run(check)
    assert [related.message for related in found.related] == ["trains"]


@pytest.mark.parametrize(
    ("attributes", "target", "asked"),
    [
        ({}, Target(), True),
        ({"tokens": ("epochs", "nowhere")}, Target(), True),
        ({"tokens": ("nowhere",)}, Target(), False),
        ({"tokens": ()}, Target(), True),
        ({"targets": (2,)}, Target(keras=3), False),
        ({"targets": (2,)}, Target(keras=2), True),
        ({"backends": ("jax",)}, Target(), False),
        ({"backends": ("jax",)}, Target(backend="jax"), True),
        ({"default": False}, Target(), False),
    ],
)
def test_only_rules_that_can_have_something_to_say_are_asked(attributes, target, asked):
    calls = []
    run(lambda facts: iter(calls.append(facts) or ()), target=target, **attributes)
    assert bool(calls) is asked


def test_columns_count_characters_and_rows_every_kind_of_line_end():
    def check(facts):
        [call] = facts.training_calls
        yield Finding(call.name_at, "here")

    [found] = run(check, "import keras\r\nm = keras.Sequential([])\rn = '日本'; m.fit(x)\n")
    assert (found.location.row, found.location.column, found.end_location.column) == (3, 13, 16)


def test_a_file_that_does_not_parse_leaves_the_others_alone():
    def check(facts):
        yield from (Finding(call.at, "found") for call in facts.training_calls)

    plan = plan_for(Settings(root=Path("/project")), registry(check))
    sources = [
        decode(Path(f"/project/{name}"), name, text.encode())
        for name, text in {"a.py": "import keras\nx = (\n", "b.py": TEXT}.items()
    ]
    found = lint(sources, plan, Target()).diagnostics
    assert [(each.filename, each.code) for each in found] == [("a.py", "KL000"), ("b.py", "ACME001")]
