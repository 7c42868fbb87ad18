import re
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from keraslint.registry import Registry
from keraslint.registry import load_packs
from keraslint.registry import load_rules

RULE = '''
from keraslint.rule import Rule, Severity

class Some(Rule):
    """
    ## What it does
    Finds {what},
    wherever it stands.

    ## Why it is slow
    It is.
    """
    code = "{code}"
    severity = Severity.WARNING
    tokens = ("fit",)

    def check(self, facts):
        yield from ()
'''


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function that writes a package of rules from a dict of files and loads it."""
    monkeypatch.syspath_prepend(tmp_path)
    name = "pack_" + re.sub(r"\W", "_", tmp_path.name)

    def load(files: dict[str, str]) -> Registry:
        for path, text in {"__init__.py": "", **files}.items():
            file = tmp_path / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            (file.parent / "__init__.py").touch()
            file.write_text(dedent(text))
        registry = load_packs([("acme", name)])
        problems = (replace(each, text=each.text.replace(name, "acme_rules")) for each in registry.problems)
        return Registry(registry.rules, tuple(problems))

    return load


def told(registry: Registry) -> list[str]:
    return list(map(str, registry.problems))


def test_name_group_and_summary_come_from_where_the_rule_stands(pack):
    registry = pack(
        {
            "data/slow_thing.py": RULE.format(code="ACME001", what="things"),
            "top.py": RULE.format(code="ACME002", what="x"),
        }
    )
    assert registry.problems == ()
    first, second = registry.rules
    assert (first.code, first.name, first.group) == ("ACME001", "slow-thing", "data")
    assert first.summary == "Finds things, wherever it stands."
    assert (second.name, second.group) == ("top", "acme")
    assert registry.find("slow-thing") is registry.find("ACME001") is first


def test_a_broken_module_costs_only_its_own_rule(pack):
    registry = pack(
        {
            "data/broken.py": "import there_is_no_such_module",
            "data/typo.py": "def f(:",
            "data/fine.py": RULE.format(code="ACME001", what="things"),
        }
    )
    assert [rule.code for rule in registry.rules] == ["ACME001"]
    assert told(registry) == [
        "rule pack `acme`: cannot import acme_rules.data.broken: ModuleNotFoundError: No module named 'there_is_no_such_module'",
        "rule pack `acme`: cannot import acme_rules.data.typo: SyntaxError: invalid syntax (typo.py, line 1)",
    ]


def test_a_pack_that_is_not_there_is_named():
    registry = load_packs([("acme", "there_is_no_such_pack")])
    assert registry.rules == ()
    assert told(registry) == [
        "rule pack `acme`: cannot import there_is_no_such_pack: ModuleNotFoundError: No module named 'there_is_no_such_pack'",
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('code = "ACME001"', "", "Some has no code such as `KL102`"),
        ('"ACME001"', '"acme-1"', "Some has no code such as `KL102`"),
        ("Severity.WARNING", '"warning"', "ACME001 has no severity"),
        ('("fit",)', '"fit"', "ACME001 has no tokens (a tuple of texts without which it cannot fire)"),
        ("def check", "def find", "ACME001 has no check method"),
        ('    """\n    ## What', '    x = """\n    ## What', "ACME001 has no docstring, which is its page"),
        ('"ACME001"', '"KL000"', "`KL000` is taken by keraslint itself"),
    ],
)
def test_a_rule_that_lacks_something_is_skipped_with_the_reason(pack, old, new, problem):
    text = RULE.format(code="ACME001", what="things")
    assert old in text
    registry = pack({"data/some.py": text.replace(old, new)})
    assert registry.rules == ()
    assert told(registry) == [f"rule pack `acme`: skipped acme_rules.data.some: {problem}"]


def test_of_two_rules_with_one_code_or_name_the_first_stays(pack):
    registry = pack(
        {
            "data/first.py": RULE.format(code="ACME001", what="things"),
            "data/second.py": RULE.format(code="ACME001", what="things"),
            "model/first.py": RULE.format(code="ACME002", what="things"),
        }
    )
    assert [(rule.code, rule.name, rule.group) for rule in registry.rules] == [("ACME001", "first", "data")]
    assert told(registry) == [
        "rule pack `acme`: skipped acme_rules.data.second: `ACME001` is taken by acme_rules.data.first",
        "rule pack `acme`: skipped acme_rules.model.first: `first` is taken by acme_rules.data.first",
    ]


def test_helpers_and_imported_rules_are_no_rules_of_the_pack(pack):
    registry = pack(
        {
            "data/_base.py": RULE.format(code="ACME001", what="things"),
            "data/words.py": "from keraslint.rule import Rule\n",
        }
    )
    assert registry == Registry(())


def test_our_own_rules_come_in_by_the_same_door():
    assert load_rules().problems == ()
    assert {rule.package for rule in load_rules().rules} <= {"keraslint.rules"}
